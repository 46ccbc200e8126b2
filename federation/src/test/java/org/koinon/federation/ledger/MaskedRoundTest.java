package org.koinon.federation.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koinon.federation.ledger.MaskedStudy.in;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;
import org.koinon.federation.contribution.Bitmap;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.MaskedEntry.Keyed;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundEntry.Receipt;
import org.koinon.federation.ledger.RoundEntry.Receipted;
import org.koinon.federation.ledger.RoundEntry.ReceiptedExtra;
import org.koinon.federation.ledger.RoundEntry.Sealed;
import org.koinon.federation.ledger.RoundView.PieceId;
import org.koinon.federation.round.AbandonReason;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.WeightMode;
import org.koinon.testkit.Seeded;

/** Who is in a masked round: from the packs on record to the sealed set. */
class MaskedRoundTest {
  private static final MaskedStudy SEVEN = MaskedStudy.of(7);

  private static void assertRefused(Admission admission, Refusal refusal) {
    assertThat(admission)
        .isInstanceOfSatisfying(
            Admission.Refused.class, refused -> assertThat(refused.refusal()).isEqualTo(refusal));
  }

  private static void assertAbandoned(TestBranch branch, AbandonReason reason, Phase phase) {
    RoundView view = SEVEN.view(branch);
    assertThat(view.due())
        .contains(new Abandoned(SEVEN.id(), view.opened().round(), reason, phase));
    assertThat(view.released()).isEmpty();
  }

  @Test
  void an_undisturbed_round_takes_six_entries_of_each_member_and_four_more() {
    TestBranch branch = SEVEN.begin();
    int said = 0;
    while (Rounds.latest(branch, SEVEN.id()).flatMap(RoundView::ending).isEmpty()) {
      var next = TestRound.next(branch, SEVEN.id(), member -> true, SEVEN.member(0)).orElseThrow();
      branch.write(next.author(), next.entry());
      said++;
    }
    assertThat(SEVEN.view(branch).ending()).containsInstanceOf(Finalised.class);
    assertThat(SEVEN.view(branch).contributors()).isEqualTo(SEVEN.members(0, 7));
    assertThat(said).isEqualTo(6 * 7 + 4);
  }

  /** The branch after these entries, in the order given. */
  private static TestBranch after(TestBranch before, List<SignedEntry> said) {
    TestBranch branch = before.branch();
    said.forEach(branch::write);
    return branch;
  }

  @Seeded(cases = 20)
  void the_line_is_drawn_by_lot_and_no_reader_draws_another(long seed) {
    TestBranch branch = SEVEN.at(Phase.KEYED);
    RoundView view = SEVEN.view(branch);
    List<SignedEntry> keyed = new ArrayList<>();
    for (MemberId member : SEVEN.members(0, 7)) {
      keyed.add(SEVEN.consortium().sign(branch.seen(), member, TestRound.keyed(view, member)));
    }
    RoundView one = SEVEN.view(after(branch, keyed));
    Collections.shuffle(keyed, new Random(seed));
    RoundView other = SEVEN.view(after(branch, keyed));

    List<MemberId> line = other.shards().orElseThrow().line();
    assertThat(line)
        .isEqualTo(one.shards().orElseThrow().line())
        .containsExactlyInAnyOrderElementsOf(SEVEN.members(0, 7));
    assertThat(lots(line, other.phaseHash(Phase.KEYED))).isSorted();
  }

  private static List<Digest> lots(List<MemberId> line, Digest view) {
    return line.stream()
        .map(
            member ->
                Digest.tagged(
                    "koinon/private-sum/v1/perm",
                    member.value().getBytes(java.nio.charset.StandardCharsets.UTF_8),
                    view.bytes()))
        .toList();
  }

  @Test
  void nobody_moves_in_the_line_without_another_keyed_entry_of_its_own() {
    TestBranch branch = SEVEN.at(Phase.KEYED);
    SEVEN.run(branch, member -> !member.equals(SEVEN.member(6)), view -> view.keyed().size() == 6);
    Set<List<MemberId>> lines = new java.util.HashSet<>();
    for (int i = 0; i < 8; i++) {
      TestBranch last = branch.branch();
      Keyed usual = TestRound.keyed(SEVEN.view(branch), SEVEN.member(6));
      last.write(
          SEVEN.member(6),
          new Keyed(
              usual.study(),
              usual.round(),
              usual.phase(),
              usual.packRoot(),
              usual.selfHash(),
              TestConsortium.digest("table " + i),
              usual.packs()));
      List<MemberId> line = SEVEN.view(last).shards().orElseThrow().line();
      lines.add(line);
      SEVEN.run(last, member -> true, view -> view.ending().isPresent());
      assertThat(SEVEN.view(last).shards().orElseThrow().line()).isEqualTo(line);
    }
    assertThat(lines).hasSizeGreaterThan(4);
  }

  @Test
  void keyed_waits_for_all_who_are_ready_and_closes_at_the_deadline_of_a_quorum() {
    TestBranch branch = SEVEN.at(Phase.KEYED);
    SEVEN.run(branch, SEVEN.members(0, 6)::contains, view -> view.keyed().size() == 6);
    assertThat(SEVEN.view(branch).phase()).contains(Phase.KEYED);
    assertThat(SEVEN.view(branch).shards()).isEmpty();
    SEVEN.passDeadline(branch, SEVEN.members(0, 4)::contains);
    assertThat(SEVEN.view(branch).phase()).contains(Phase.KEYED);
    SEVEN.passDeadline(branch, SEVEN.members(4, 5)::contains);

    assertThat(SEVEN.view(branch).phase()).contains(Phase.COMMITTED);
    assertThat(SEVEN.view(branch).shards().orElseThrow().line())
        .containsExactlyInAnyOrderElementsOf(SEVEN.members(0, 6));
    MemberId late = SEVEN.member(6);
    assertRefused(
        branch.say(late, TestRound.keyed(SEVEN.view(branch), late)), Refusal.PHASE_CLOSED);
    assertRefused(
        branch.say(late, TestRound.committed(SEVEN.view(branch), late)), Refusal.NOT_EXPECTED);
  }

  @Test
  void who_hid_its_packs_is_not_in_and_delays_nobody() {
    TestBranch branch = SEVEN.at(Phase.KEYED);
    MemberId silent = SEVEN.member(2);
    SEVEN.key(branch, (holder, dealer) -> !dealer.equals(silent));
    SEVEN.run(branch, member -> true, view -> view.ending().isPresent());

    assertThat(SEVEN.view(branch).contributors()).hasSize(6).doesNotContain(silent);
    assertThat(SEVEN.view(branch).shards().orElseThrow().shards()).isEqualTo(6);
    assertThat(SEVEN.view(branch).ending()).containsInstanceOf(Finalised.class);
    assertThat(Rounds.isSpent(branch, new RoundId(SEVEN.id(), 1), silent)).isFalse();
  }

  @Test
  void too_few_who_mask_for_each_other_end_the_round() {
    TestBranch branch = SEVEN.at(Phase.KEYED);
    List<MemberId> few = SEVEN.members(0, 4);
    SEVEN.key(branch, (holder, dealer) -> few.contains(holder) && few.contains(dealer));

    assertAbandoned(branch, AbandonReason.TOO_FEW_KEYED, Phase.KEYED);
  }

  @Test
  void packs_of_members_that_are_not_ready_are_refused() {
    TestBranch branch = SEVEN.at(Phase.KEYED);
    Keyed usual = TestRound.keyed(SEVEN.view(branch), SEVEN.member(0));
    BitSet eight = new BitSet();
    eight.set(0, 8);
    Keyed wide =
        new Keyed(
            usual.study(),
            usual.round(),
            usual.phase(),
            usual.packRoot(),
            usual.selfHash(),
            usual.table(),
            Bitmap.of(eight));

    assertRefused(branch.say(SEVEN.member(0), wide), Refusal.UNKNOWN_PIECE);
  }

  /** The victim is shown that only five mask with it, the others that all do. */
  @Test
  void what_was_committed_in_one_view_is_refused_in_another() {
    MemberId victim = SEVEN.member(0);
    TestBranch shown = SEVEN.at(Phase.KEYED);
    TestBranch main = shown.branch();
    List<MemberId> few = SEVEN.members(0, 6);
    SEVEN.key(shown, (holder, dealer) -> few.contains(holder) && few.contains(dealer));
    SEVEN.key(main, (holder, dealer) -> true);
    SignedEntry made =
        SEVEN
            .consortium()
            .sign(shown.seen(), victim, TestRound.committed(SEVEN.view(shown), victim));

    shown.write(made);
    assertRefused(main.judge(made), Refusal.WRONG_VIEW);
  }

  /** Receipts of everybody, of the pieces that the relation of holder and piece has. */
  private static void receipt(TestBranch branch, BiPredicate<MemberId, PieceId> holds) {
    RoundView view = SEVEN.view(branch);
    ShardMap map = view.shards().orElseThrow();
    for (MemberId holder : map.line()) {
      List<Receipt> receipts = new ArrayList<>();
      for (int shard : map.owned(holder)) {
        BitSet from = new BitSet();
        for (MemberId contributor : view.committed().keySet()) {
          int place = map.line().indexOf(contributor);
          from.set(place, holds.test(holder, new PieceId(contributor, shard)));
        }
        receipts.add(new Receipt(shard, Bitmap.of(from)));
      }
      branch.write(
          holder,
          new Receipted(
              SEVEN.id(), view.opened().round(), view.phaseHash(Phase.COMMITTED), receipts));
    }
  }

  private static ReceiptedExtra extra(RoundView view, PieceId piece) {
    return new ReceiptedExtra(
        SEVEN.id(),
        view.opened().round(),
        view.phaseHash(Phase.COMMITTED),
        piece.shard(),
        piece.contributor());
  }

  /** Both owners of shard 0 deny to have the pieces of all but themselves and one victim. */
  private static TestBranch isolating(MemberId victim) {
    TestBranch branch = SEVEN.at(Phase.RECEIPTED);
    List<MemberId> owners = SEVEN.view(branch).shards().orElseThrow().owners(0);
    receipt(
        branch,
        (holder, piece) ->
            piece.shard() != 0
                || owners.contains(piece.contributor())
                || piece.contributor().equals(victim));
    return branch;
  }

  private static MemberId victim() {
    return SEVEN.view(SEVEN.at(Phase.RECEIPTED)).shards().orElseThrow().line().getLast();
  }

  @Test
  void owners_of_one_shard_cannot_leave_one_hospital_alone_with_themselves() {
    MemberId victim = victim();
    TestBranch branch = isolating(victim);
    assertThat(SEVEN.view(branch).received()).hasSize(3).contains(victim);
    assertThat(SEVEN.view(branch).phase()).contains(Phase.RECEIPTED);
    SEVEN.passDeadline(branch, member -> true);

    assertAbandoned(branch, AbandonReason.TOO_FEW_CONTRIBUTIONS, Phase.RECEIPTED);
    RoundView view = SEVEN.view(branch);
    List<MemberId> alone = new ArrayList<>(view.shards().orElseThrow().owners(0));
    alone.add(victim);
    Sealed set = new Sealed(SEVEN.id(), 1, view.phaseHash(Phase.RECEIPTED), alone);
    assertRefused(branch.say(alone.getFirst(), set), Refusal.NOT_COMPUTED);
  }

  @Test
  void who_is_denied_a_receipt_by_both_owners_gets_it_from_who_stands_in() {
    TestBranch branch = isolating(victim());
    ShardMap map = SEVEN.view(branch).shards().orElseThrow();
    List<MemberId> spares = map.spares(0, SEVEN.quorum().faults());
    assertThat(spares).hasSize(3).doesNotContainAnyElementsOf(map.owners(0));
    for (PieceId gap : SEVEN.view(branch).gaps()) {
      MemberId holder =
          spares.stream()
              .filter(spare -> !spare.equals(gap.contributor()))
              .findFirst()
              .orElseThrow();
      branch.write(holder, extra(SEVEN.view(branch), gap));
    }

    assertThat(SEVEN.view(branch).due()).containsInstanceOf(Sealed.class);
    assertThat(SEVEN.view(branch).contributors()).isEqualTo(SEVEN.members(0, 7));
  }

  /** The first contributors of that number are received whole, and the deadline has passed. */
  private static TestBranch received(int number) {
    TestBranch branch = SEVEN.at(Phase.RECEIPTED);
    List<MemberId> whole = SEVEN.members(0, number);
    receipt(branch, (holder, piece) -> piece.shard() != 3 || whole.contains(piece.contributor()));
    SEVEN.passDeadline(branch, member -> true);
    return branch;
  }

  @Test
  void a_set_of_t_is_sealed_and_one_of_t_less_one_is_not() {
    TestBranch enough = received(5);
    assertThat(SEVEN.view(enough).threshold()).isEqualTo(5);
    Digest phase = SEVEN.view(enough).phaseHash(Phase.RECEIPTED);
    assertThat(SEVEN.view(enough).due())
        .contains(new Sealed(SEVEN.id(), 1, phase, SEVEN.members(0, 5)));

    TestBranch few = received(4);
    assertAbandoned(few, AbandonReason.TOO_FEW_CONTRIBUTIONS, Phase.RECEIPTED);
    Digest view = SEVEN.view(few).phaseHash(Phase.RECEIPTED);
    Sealed four = new Sealed(SEVEN.id(), 1, view, SEVEN.members(0, 4));
    assertRefused(few.say(SEVEN.member(0), four), Refusal.NOT_COMPUTED);
  }

  @Test
  void no_set_but_the_computed_one_is_sealed() {
    TestBranch branch = received(6);
    Digest phase = SEVEN.view(branch).phaseHash(Phase.RECEIPTED);
    List<List<MemberId>> others =
        List.of(
            SEVEN.members(0, 5),
            SEVEN.members(1, 6),
            SEVEN.members(0, 7),
            SEVEN.members(0, 6).reversed());
    for (List<MemberId> other : others) {
      assertRefused(
          branch.say(SEVEN.member(0), new Sealed(SEVEN.id(), 1, phase, other)),
          Refusal.NOT_COMPUTED);
    }
    branch.write(SEVEN.member(6), new Sealed(SEVEN.id(), 1, phase, SEVEN.members(0, 6)));
    assertRefused(
        branch.say(SEVEN.member(0), new Sealed(SEVEN.id(), 1, phase, SEVEN.members(0, 7))),
        Refusal.ALREADY_SAID);
  }

  @Test
  void a_contributor_whose_masks_lost_their_other_ends_is_not_in_the_set() {
    TestBranch branch = SEVEN.at(Phase.KEYED);
    MemberId loose = SEVEN.member(0);
    // Masks with 1, 2, 5 and 6 alone: enough among seven, too few once 6 is out.
    List<MemberId> strangers = SEVEN.members(3, 5);
    SEVEN.key(branch, (holder, dealer) -> !holder.equals(loose) || !strangers.contains(dealer));
    SEVEN.run(branch, member -> true, in(Phase.RECEIPTED));
    assertThat(SEVEN.view(branch).shards().orElseThrow().shards()).isEqualTo(7);
    receipt(branch, (holder, piece) -> !piece.contributor().equals(SEVEN.member(6)));
    SEVEN.passDeadline(branch, member -> true);

    assertThat(SEVEN.view(branch).due()).containsInstanceOf(Sealed.class);
    assertThat(SEVEN.view(branch).contributors()).isEqualTo(SEVEN.members(1, 6));
  }

  @Test
  void a_masked_sum_needs_two_members_more_than_may_pool_what_they_know() {
    MaskedStudy careful =
        MaskedStudy.of(
            7, new Study.Privacy(Policy.PRIVATE_SUM, WeightMode.PUBLIC, 10_000, 3, 2, 4, false));
    TestBranch branch = careful.begin();
    careful.run(
        branch,
        careful.members(0, 5)::contains,
        view -> view.ending().isPresent() || view.sealed().isPresent());

    assertThat(careful.view(branch).ending())
        .contains(new Abandoned(careful.id(), 1, AbandonReason.TOO_FEW_KEYED, Phase.KEYED));
  }
}
