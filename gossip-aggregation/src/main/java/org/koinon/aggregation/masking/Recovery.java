package org.koinon.aggregation.masking;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.bouncycastle.crypto.threshold.ShamirSecretSplitter;
import org.bouncycastle.crypto.threshold.ShamirSplitSecret;
import org.bouncycastle.crypto.threshold.ShamirSplitSecretShare;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.study.MemberId;

/** Rebuilds the secret of a silent or absent dealer from released shares. */
public final class Recovery {
  private Recovery() {}

  /** H_b(i, b). */
  public static Digest selfHash(Attempt attempt, MemberId dealer, Seed self) {
    return attempt.hashes().self(dealer, self.bytes());
  }

  /** Whether this is the dealer's self mask, as after an Unmask. */
  public static boolean isSelf(Attempt attempt, Dealt dealt, Seed self) {
    return selfHash(attempt, dealt.dealer(), self).equals(dealt.selfHash());
  }

  /** b of a silent dealer inside the sum; shares of others or of the other kind are passed over. */
  public static Recovered<Seed> selfMask(Holders holders, Dealt dealt, Collection<Share> shares) {
    return rebuild(
        holders,
        verified(holders, dealt, ShareKind.SELF, shares),
        self -> Optional.of(self).filter(b -> isSelf(holders.attempt(), dealt, b)));
  }

  /**
   * The pair masks of a dealer outside the sum, from its table and the shares of kappa.
   *
   * @param table of which the dealer committed to the hash
   */
  public static Recovered<SortedMap<MemberId, Seed>> pairMasks(
      Holders holders, Dealt dealt, Bytes table, Collection<Share> shares) {
    if (!table.sha256().equals(dealt.tableHash())) {
      throw new IllegalArgumentException("not the table that " + dealt.dealer() + " committed to");
    }
    return rebuild(
        holders,
        verified(holders, dealt, ShareKind.RECOVERY, shares),
        recovery -> PairTable.open(holders, dealt.dealer(), recovery, table));
  }

  /** By rank, so that everybody with the same shares rebuilds from the same ones. */
  private static SortedMap<Integer, Share> verified(
      Holders holders, Dealt dealt, ShareKind kind, Collection<Share> shares) {
    SortedMap<Integer, Share> byRank = new TreeMap<>();
    for (Share share : shares) {
      if (share.dealer().equals(dealt.dealer())
          && share.kind() == kind
          && share.isIn(dealt.packRoot(), holders)) {
        byRank.put(holders.rank(share.holder()), share);
      }
    }
    return byRank;
  }

  private static <T> Recovered<T> rebuild(
      Holders holders, SortedMap<Integer, Share> byRank, Function<Seed, Optional<T>> check) {
    if (byRank.size() < holders.threshold()) {
      return new Recovered.TooFew<>(byRank.size(), holders.threshold());
    }
    List<Share> used = byRank.values().stream().limit(holders.threshold()).toList();
    Optional<T> secret = check.apply(interpolate(holders, used));
    return secret.<Recovered<T>>map(Recovered.Found::new).orElse(new Recovered.Misdealt<>(used));
  }

  /** The value at 0 of the polynomial through these points. */
  static Seed interpolate(Holders holders, List<Share> shares) {
    ShamirSplitSecretShare[] points =
        shares.stream()
            .map(s -> new ShamirSplitSecretShare(s.value().bytes(), holders.rank(s.holder())))
            .toArray(ShamirSplitSecretShare[]::new);
    try {
      return Seed.of(
          ShamirSplitSecret.getInstance(ShamirSecretSplitter.Algorithm.AES, points).getSecret());
    } catch (IOException e) {
      throw new IllegalStateException("shares in memory cannot be read", e);
    }
  }
}
