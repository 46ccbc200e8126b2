package org.koinon.aggregation.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.study.MemberId;
import org.koinon.testkit.Seeded;

class DealingTest {
  @Test
  void the_threshold_follows_from_ready_and_faults() {
    assertThat(Holders.threshold(4, 1)).isEqualTo(3);
    assertThat(Holders.threshold(9, 2)).isEqualTo(7);
    assertThat(Holders.threshold(20, 6)).isEqualTo(14);
    assertThat(Holders.threshold(7, 6)).isEqualTo(7);
    assertThat(Holders.threshold(1, 0)).isEqualTo(1);
  }

  @Seeded(cases = 20)
  void any_threshold_of_shares_rebuilds_both_secrets(long seed) {
    KeyedAttempt keyed = KeyedAttempt.of(3 + (int) (seed % 7), new SplittableRandom(seed));
    MemberId dealer = keyed.member(1 + (int) (seed % keyed.holders.size()));
    Dealing dealing = keyed.dealing(dealer);
    List<Share> self = shuffled(keyed.shares(dealer, ShareKind.SELF), seed);
    List<Share> recovery = shuffled(keyed.shares(dealer, ShareKind.RECOVERY), seed);
    int t = keyed.holders.threshold();

    assertThat(Recovery.selfMask(keyed.holders, dealing.dealt(), self.subList(0, t)))
        .isEqualTo(new Recovered.Found<>(dealing.self()));
    assertThat(
            Recovery.pairMasks(
                    keyed.holders, dealing.dealt(), table(dealing), recovery.subList(0, t))
                .found())
        .contains(keyed.maskSeeds(dealer));
    assertThat(Recovery.selfMask(keyed.holders, dealing.dealt(), self.subList(0, t - 1)))
        .isEqualTo(new Recovered.TooFew<>(t - 1, t));
  }

  @Test
  void shares_of_others_of_the_other_kind_and_forged_ones_do_not_count() {
    KeyedAttempt keyed = KeyedAttempt.of(4, new SplittableRandom(1));
    MemberId dealer = keyed.member(1);
    List<Share> shares = keyed.shares(dealer, ShareKind.SELF);
    Share forged = with(shares.get(2), Seed.draw(new SplittableRandom(2)));
    Share moved =
        new Share(
            dealer, keyed.member(4), ShareKind.SELF, shares.get(2).value(), shares.get(2).path());
    Share renamed =
        new Share(
            dealer,
            keyed.member(3),
            ShareKind.SELF,
            keyed.share(dealer, keyed.member(3), ShareKind.RECOVERY).value(),
            keyed.share(dealer, keyed.member(3), ShareKind.RECOVERY).path());
    List<Share> mixed =
        List.of(
            shares.get(0),
            shares.get(0),
            shares.get(1),
            forged,
            moved,
            renamed,
            keyed.share(dealer, keyed.member(3), ShareKind.RECOVERY),
            keyed.share(keyed.member(2), keyed.member(3), ShareKind.SELF));

    assertThat(Recovery.selfMask(keyed.holders, keyed.dealing(dealer).dealt(), mixed))
        .isEqualTo(new Recovered.TooFew<>(2, 3));
  }

  /** A dealer that commits to one share off the polynomial; every pack opens, no sum of it does. */
  @Test
  void a_share_off_the_polynomial_is_seen_and_proven() {
    KeyedAttempt keyed = KeyedAttempt.of(4, new SplittableRandom(3));
    MemberId dealer = keyed.member(2);
    Dealing off = withShareOff(keyed, dealer, 2);
    List<Share> self = new ArrayList<>();
    List<Share> recovery = new ArrayList<>();
    for (MemberId holder : keyed.holders.ready()) {
      HeldShares held = received(keyed, off, dealer, holder);
      self.add(held.share(ShareKind.SELF).orElseThrow());
      recovery.add(held.share(ShareKind.RECOVERY).orElseThrow());
    }

    assertThat(Recovery.selfMask(keyed.holders, off.dealt(), self))
        .isEqualTo(new Recovered.Misdealt<>(self.subList(0, 3)));
    assertThat(Recovery.selfMask(keyed.holders, off.dealt(), without(self, 1)))
        .isEqualTo(new Recovered.Found<>(off.self()));
    assertThat(Recovery.pairMasks(keyed.holders, off.dealt(), table(off), recovery).found())
        .contains(keyed.maskSeeds(dealer));
  }

  @Test
  void a_table_under_another_key_does_not_open() {
    KeyedAttempt keyed = KeyedAttempt.of(4, new SplittableRandom(4));
    MemberId dealer = keyed.member(3);
    Bytes garbage =
        PairTable.seal(
            keyed.holders, dealer, Seed.draw(new SplittableRandom(5)), keyed.maskSeeds(dealer));
    Dealt honest = keyed.dealing(dealer).dealt();
    Dealt dealt = new Dealt(dealer, honest.packRoot(), honest.selfHash(), garbage.sha256());

    assertThat(
            Recovery.pairMasks(
                keyed.holders, dealt, garbage, keyed.shares(dealer, ShareKind.RECOVERY)))
        .isInstanceOf(Recovered.Misdealt.class);
    assertThatThrownBy(
            () ->
                Recovery.pairMasks(
                    keyed.holders, honest, garbage, keyed.shares(dealer, ShareKind.RECOVERY)))
        .isInstanceOf(IllegalArgumentException.class);
    Bytes own = keyed.dealing(dealer).held().table();
    assertThat(
            PairTable.open(
                keyed.holders,
                keyed.member(1),
                keyed.dealing(dealer).recovery(),
                java.util.Objects.requireNonNull(own)))
        .isEmpty();
  }

  @Test
  void the_table_has_gaps_where_there_is_no_mask() {
    KeyedAttempt keyed = KeyedAttempt.of(5, new SplittableRandom(6));
    Map<MemberId, Seed> some = new TreeMap<>(keyed.maskSeeds(keyed.member(1)));
    some.remove(keyed.member(3));
    Dealing dealing = Dealing.deal(keyed.holders, keyed.member(1), some, new SplittableRandom(7));

    assertThat(PairTable.open(keyed.holders, keyed.member(1), dealing.recovery(), table(dealing)))
        .contains(new TreeMap<>(some));
  }

  @Test
  void a_pack_opens_for_its_holder_alone() {
    KeyedAttempt keyed = KeyedAttempt.of(4, new SplittableRandom(8));
    MemberId from = keyed.member(1);
    MemberId to = keyed.member(2);
    Pack pack = keyed.pack(from, to);
    Seed transport = keyed.pair(from, to).incoming(to);

    assertThat(pack.open(keyed.holders, from, to, transport)).isPresent();
    assertThat(pack.dealt(from)).isEqualTo(keyed.dealing(from).dealt());
    assertThat(pack.open(keyed.holders, from, keyed.member(3), transport)).isEmpty();
    assertThat(pack.open(keyed.holders, keyed.member(3), to, transport)).isEmpty();
    assertThat(pack.open(keyed.holders, from, to, keyed.pair(from, to).outgoing(to))).isEmpty();
    Attempt other = new Attempt(Digest.sha256(new byte[] {43}), keyed.attempt.roster());
    Holders elsewhere = Holders.of(other, keyed.holders.ready());
    assertThat(pack.open(elsewhere, from, to, transport)).isEmpty();
    assertThatThrownBy(() -> keyed.dealing(from).pack(from, transport))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_pack_with_any_byte_changed_is_refused() {
    KeyedAttempt keyed = KeyedAttempt.of(4, new SplittableRandom(9));
    MemberId from = keyed.member(3);
    MemberId to = keyed.member(1);
    byte[] bytes = keyed.pack(from, to).encode(keyed.attempt);
    assertThat(opens(keyed, from, to, bytes)).isTrue();
    for (int at = 0; at < bytes.length; at++) {
      byte[] changed = bytes.clone();
      changed[at] ^= (byte) (1 << at % Byte.SIZE);
      assertThat(opens(keyed, from, to, changed)).as("byte %d", at).isFalse();
    }
  }

  @Test
  void a_pack_whose_shares_are_not_in_its_root_is_refused() {
    KeyedAttempt keyed = KeyedAttempt.of(4, new SplittableRandom(10));
    MemberId from = keyed.member(1);
    MemberId to = keyed.member(2);
    Dealing first = keyed.dealing(from);
    Dealing second =
        Dealing.deal(keyed.holders, from, keyed.maskSeeds(from), new SplittableRandom(11));
    Seed transport = keyed.pair(from, to).outgoing(from);
    HeldShares wrong =
        second.pack(to, transport).open(keyed.holders, from, to, transport).orElseThrow();

    Pack pack = Pack.seal(keyed.holders, first.dealt(), table(first), wrong, transport);

    assertThat(pack.open(keyed.holders, from, to, transport)).isEmpty();
  }

  @Seeded(cases = 10)
  void a_dealing_comes_back_from_its_bytes_and_makes_the_same_packs(long seed) {
    KeyedAttempt keyed = KeyedAttempt.of(3 + (int) (seed % 10), new SplittableRandom(seed));
    MemberId dealer = keyed.member(1 + (int) (seed % 3));
    MemberId to = keyed.member(1 + (int) ((seed + 1) % 3));
    Dealing dealing = keyed.dealing(dealer);

    Dealing again = Dealing.decode(keyed.holders, dealing.encode());

    assertThat(again.dealt()).isEqualTo(dealing.dealt());
    assertThat(again.self()).isEqualTo(dealing.self());
    assertThat(again.recovery()).isEqualTo(dealing.recovery());
    assertThat(again.held()).isEqualTo(dealing.held());
    Seed transport = keyed.pair(dealer, to).outgoing(dealer);
    assertThat(again.pack(to, transport)).isEqualTo(dealing.pack(to, transport));
  }

  @Test
  void held_shares_lose_one_half_and_the_other_stays_usable() {
    KeyedAttempt keyed = KeyedAttempt.of(5, new SplittableRandom(12));
    HeldShares held = keyed.held(keyed.member(1), keyed.member(2));
    Digest root = held.dealt().packRoot();

    HeldShares inside = decoded(keyed, held.withoutRecovery());
    HeldShares outside = decoded(keyed, held.withoutSelf());

    assertThat(decoded(keyed, held)).isEqualTo(held);
    assertThat(inside.share(ShareKind.RECOVERY)).isEmpty();
    assertThat(inside.table()).isNull();
    assertThat(inside.share(ShareKind.SELF).orElseThrow().isIn(root, keyed.holders)).isTrue();
    assertThat(outside.share(ShareKind.SELF)).isEmpty();
    assertThat(outside.table()).isEqualTo(held.table());
    assertThat(outside.share(ShareKind.RECOVERY).orElseThrow().isIn(root, keyed.holders)).isTrue();
    String bytes = Arrays.toString(held.withoutRecovery().encode(keyed.attempt));
    byte[] erased = held.share(ShareKind.RECOVERY).orElseThrow().value().bytes();
    assertThat(bytes).doesNotContain(inner(Arrays.toString(erased)));
  }

  @Test
  void pages_cut_short_or_too_long_are_refused() {
    KeyedAttempt keyed = KeyedAttempt.of(4, new SplittableRandom(13));
    byte[] dealing = keyed.dealing(keyed.member(1)).encode();
    byte[] held = keyed.held(keyed.member(1), keyed.member(2)).encode(keyed.attempt);
    byte[] pack = keyed.pack(keyed.member(1), keyed.member(2)).encode(keyed.attempt);

    everyOtherLengthIsRefused(dealing, bytes -> Dealing.decode(keyed.holders, bytes));
    everyOtherLengthIsRefused(held, bytes -> HeldShares.decode(keyed.holders, bytes));
    everyOtherLengthIsRefused(pack, bytes -> Pack.decode(keyed.holders, bytes));
  }

  static void everyOtherLengthIsRefused(byte[] bytes, java.util.function.Consumer<byte[]> decode) {
    decode.accept(bytes);
    for (int length = 0; length <= bytes.length + 1; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      if (length != bytes.length) {
        assertThatThrownBy(() -> decode.accept(cut))
            .as("%d of %d bytes", length, bytes.length)
            .isInstanceOf(FormatException.class);
      }
    }
  }

  @Test
  void holders_are_at_most_255() {
    List<MemberId> many = KeyedAttempt.members(99);
    Attempt attempt = KeyedAttempt.attempt(many);
    assertThat(Holders.of(attempt, many).threshold()).isEqualTo(67);
    assertThatThrownBy(() -> new Holders(attempt, many, 100))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Holders.of(attempt, List.of(new MemberId("stranger"))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** The dealing with one more bit in the share of b of one holder, committed to as it is. */
  private static Dealing withShareOff(KeyedAttempt keyed, MemberId dealer, int rank) {
    byte[] page = keyed.dealing(dealer).encode();
    int selfShare = 3 + 2 * Seed.BYTES + 2 * Seed.BYTES * (rank - 1);
    page[selfShare] ^= 1;
    return Dealing.decode(keyed.holders, page);
  }

  private static HeldShares received(
      KeyedAttempt keyed, Dealing dealing, MemberId dealer, MemberId holder) {
    if (holder.equals(dealer)) {
      return dealing.held();
    }
    Seed transport = keyed.pair(dealer, holder).outgoing(dealer);
    return dealing
        .pack(holder, transport)
        .open(keyed.holders, dealer, holder, transport)
        .orElseThrow();
  }

  private static boolean opens(KeyedAttempt keyed, MemberId from, MemberId to, byte[] bytes) {
    try {
      Dealt announced = keyed.dealing(from).dealt();
      Pack pack = Pack.decode(keyed.holders, bytes);
      return pack.dealt(from).equals(announced)
          && pack.open(keyed.holders, from, to, keyed.pair(from, to).incoming(to)).isPresent();
    } catch (FormatException e) {
      return false;
    }
  }

  private static HeldShares decoded(KeyedAttempt keyed, HeldShares held) {
    return HeldShares.decode(keyed.holders, held.encode(keyed.attempt));
  }

  private static Bytes table(Dealing dealing) {
    return java.util.Objects.requireNonNull(dealing.held().table());
  }

  private static Share with(Share share, Seed value) {
    return new Share(share.dealer(), share.holder(), share.kind(), value, share.path());
  }

  private static List<Share> without(List<Share> shares, int place) {
    List<Share> rest = new ArrayList<>(shares);
    rest.remove(place);
    return rest;
  }

  private static List<Share> shuffled(List<Share> shares, long seed) {
    List<Share> mixed = new ArrayList<>(shares);
    Collections.shuffle(mixed, new Random(seed));
    return mixed;
  }

  private static String inner(String list) {
    return list.substring(1, list.length() - 1);
  }
}
