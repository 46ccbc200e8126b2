package org.koinon.peer.round;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Dealing;
import org.koinon.aggregation.masking.HeldShares;
import org.koinon.aggregation.masking.Holders;
import org.koinon.aggregation.masking.KemCiphertext;
import org.koinon.aggregation.masking.KemSecret;
import org.koinon.aggregation.masking.PairKeys;
import org.koinon.aggregation.masking.Seed;
import org.koinon.federation.study.MemberId;

/**
 * All secrets of one attempt. The journal keeps one page of an attempt and writes it anew at every
 * step; what a new page lacks is gone.
 */
sealed interface KeyPage {
  /**
   * Until the sums are opened.
   *
   * @param kem this attempt's key
   * @param ciphertexts what was encapsulated to members after this one
   * @param pairs keys shared with others
   * @param dealing own secrets and all their shares, once drawn
   * @param held shares of others, from packs that were verified
   */
  record Keying(
      KemSecret kem,
      SortedMap<MemberId, KemCiphertext> ciphertexts,
      SortedMap<MemberId, PairKeys> pairs,
      @Nullable Own dealing,
      SortedMap<MemberId, HeldShares> held)
      implements KeyPage {
    /** Copies. */
    public Keying {
      ciphertexts = Collections.unmodifiableSortedMap(new TreeMap<>(ciphertexts));
      pairs = Collections.unmodifiableSortedMap(new TreeMap<>(pairs));
      held = Collections.unmodifiableSortedMap(new TreeMap<>(held));
    }

    /** With nothing but a key. */
    static Keying of(KemSecret kem) {
      return new Keying(kem, new TreeMap<>(), new TreeMap<>(), null, new TreeMap<>());
    }

    Keying withPairs(
        SortedMap<MemberId, KemCiphertext> newCiphertexts, SortedMap<MemberId, PairKeys> newPairs) {
      return new Keying(kem, newCiphertexts, newPairs, dealing, held);
    }

    Keying withDealing(Holders holders, Dealing dealt) {
      return new Keying(kem, ciphertexts, pairs, new Own(holders, dealt), held);
    }

    Keying withHeld(SortedMap<MemberId, HeldShares> newHeld) {
      return new Keying(kem, ciphertexts, pairs, dealing, newHeld);
    }
  }

  /** A dealing and among whom. */
  record Own(Holders holders, Dealing dealing) {}

  /**
   * From the opening on: only what is meant to become public. Never both kinds of share of one
   * dealer.
   *
   * @param self own mask's seed, if this member is in the sum
   * @param dropped seeds shared with members outside the sum, if this member is in it
   * @param summed under group-opening: seeds shared with members of the sum; once the groups are
   *     drawn, with those of other groups alone
   * @param holders who holds shares; none if this member does not
   * @param held of members in the sum the share of the self mask, of those outside the share of the
   *     recovery secret and the table
   */
  record Releasing(
      @Nullable Seed self,
      SortedMap<MemberId, Seed> dropped,
      SortedMap<MemberId, Seed> summed,
      @Nullable Holders holders,
      SortedMap<MemberId, HeldShares> held)
      implements KeyPage {
    /** Copies. */
    public Releasing {
      dropped = Collections.unmodifiableSortedMap(new TreeMap<>(dropped));
      summed = Collections.unmodifiableSortedMap(new TreeMap<>(summed));
      held = Collections.unmodifiableSortedMap(new TreeMap<>(held));
    }

    /** Of a member that holds nothing. */
    static Releasing nothing() {
      return new Releasing(null, new TreeMap<>(), new TreeMap<>(), null, new TreeMap<>());
    }

    /** With the seeds shared with these members of the sum: some of them will be released. */
    Releasing withSummed(Keying page, Collection<MemberId> members) {
      SortedMap<MemberId, Seed> seeds = new TreeMap<>();
      page.pairs().forEach((peer, keys) -> seeds.put(peer, keys.mask()));
      seeds.keySet().retainAll(members);
      return new Releasing(self, dropped, self == null ? new TreeMap<>() : seeds, holders, held);
    }

    /** Without the seeds shared within its group: those are never released. */
    Releasing between(Collection<MemberId> others) {
      SortedMap<MemberId, Seed> seeds = new TreeMap<>(summed);
      seeds.keySet().retainAll(others);
      return new Releasing(self, dropped, seeds, holders, held);
    }
  }

  /**
   * What may be kept of a page once the sums are opened (S9): the rest is erased.
   *
   * @param summed U2
   * @param outside D
   * @param edges whom this member masks with
   */
  static Releasing release(
      Keying page,
      MemberId me,
      Collection<MemberId> summed,
      Collection<MemberId> outside,
      Collection<MemberId> edges) {
    Own own = page.dealing();
    if (own == null) {
      return Releasing.nothing();
    }
    SortedMap<MemberId, HeldShares> all = new TreeMap<>(page.held());
    all.put(me, own.dealing().held());
    SortedMap<MemberId, HeldShares> halves = new TreeMap<>();
    all.forEach(
        (dealer, two) -> {
          if (summed.contains(dealer)) {
            halves.put(dealer, two.withoutRecovery());
          } else if (outside.contains(dealer)) {
            halves.put(dealer, two.withoutSelf());
          }
        });
    SortedMap<MemberId, Seed> dropped = new TreeMap<>();
    boolean isIn = summed.contains(me);
    page.pairs()
        .forEach(
            (peer, keys) -> {
              if (isIn && outside.contains(peer) && edges.contains(peer)) {
                dropped.put(peer, keys.mask());
              }
            });
    Seed self = isIn ? own.dealing().self() : null;
    return new Releasing(self, dropped, new TreeMap<>(), own.holders(), halves);
  }

  /** The bytes for the journal, which seals them. */
  default byte[] encode(Attempt attempt) {
    return KeyPageCodec.encode(attempt, this);
  }

  /** The page that these bytes hold. */
  static KeyPage decode(Attempt attempt, byte[] bytes) {
    return KeyPageCodec.decode(attempt, bytes);
  }
}
