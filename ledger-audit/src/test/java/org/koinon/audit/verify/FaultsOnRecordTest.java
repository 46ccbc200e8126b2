package org.koinon.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.aggregation.Piece;
import org.koinon.aggregation.masking.CheckSums;
import org.koinon.aggregation.masking.MemberMessage;
import org.koinon.aggregation.masking.MemberMessage.CheckMessage;
import org.koinon.aggregation.masking.MemberMessage.OpenSignature;
import org.koinon.aggregation.masking.MemberMessage.PieceHeader;
import org.koinon.aggregation.masking.MemberMessage.ReleasedShare;
import org.koinon.aggregation.masking.MemberMessage.ShardCheckMessage;
import org.koinon.aggregation.masking.Seed;
import org.koinon.aggregation.masking.Share;
import org.koinon.aggregation.masking.ShareKind;
import org.koinon.audit.finding.Rule;
import org.koinon.audit.report.JsonReport;
import org.koinon.audit.report.TextReport;
import org.koinon.audit.verify.RoundAudit.Evidence;
import org.koinon.audit.verify.RoundAudit.Fault;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.Accusation;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.round.AccusationKind;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.WeightMode;

class FaultsOnRecordTest {
  @TempDir private Path folder;

  private MaskedArchive study() {
    return new MaskedArchive(folder, WeightMode.MASKED, 3).round();
  }

  private static void accuse(
      MaskedArchive study, MemberId accused, AccusationKind kind, byte[] evidence) {
    String text = Base64.getEncoder().encodeToString(evidence);
    int round = study.view().opened().round();
    study.say(study.member(0), new Accusation(study.study().id(), round, accused, kind, text));
  }

  private static Fault only(MaskedArchive study) {
    List<Fault> faults = last(study).faults();
    assertThat(faults).hasSize(1);
    return faults.getFirst();
  }

  private static RoundAudit last(MaskedArchive study) {
    return RoundsCheck.rounds(CheckedLog.of(Histories.bytes(study.log()))).getLast();
  }

  private static byte[] shares(MaskedArchive study, MemberId dealer, ShareKind kind, int count) {
    Digest opened = study.view().released().orElseThrow().bodyDigest();
    List<byte[]> bodies = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Share share = share(study, dealer, study.member(i), kind);
      bodies.add(new ReleasedShare(opened, share).encode(study.attempt()));
    }
    return MaskedArchive.listed(bodies);
  }

  private static Share share(
      MaskedArchive study, MemberId dealer, MemberId holder, ShareKind kind) {
    Seed transport = Seed.draw(new Random(4));
    var dealing = study.secret(dealer).dealing();
    return holder.equals(dealer)
        ? dealing.held().share(kind).orElseThrow()
        : dealing
            .pack(holder, transport)
            .open(study.holders(), dealer, holder, transport)
            .orElseThrow()
            .share(kind)
            .orElseThrow();
  }

  @Test
  void two_signatures_over_two_openings_prove_equivocation() {
    MaskedArchive study = study();
    MemberId liar = study.member(2);
    List<byte[]> two =
        List.of(
            new OpenSignature(TestConsortium.digest("one"))
                .sign(study.attempt(), liar, study.key(liar))
                .encode(),
            new OpenSignature(TestConsortium.digest("other"))
                .sign(study.attempt(), liar, study.key(liar))
                .encode());

    accuse(study, liar, AccusationKind.EQUIVOCATION, MaskedArchive.listed(two));

    Fault fault = only(study);
    assertThat(fault.evidence()).isEqualTo(Evidence.PROVEN);
    assertThat(fault.named()).isEqualTo(liar);
    assertThat(fault.by()).isEqualTo(study.member(0));
    assertThat(RoundsCheck.findings(List.of(last(study)))).isEmpty();
    assertThat(TextReport.rounds(List.of(last(study)))).contains("equivocation, says hospital-001");
    assertThat(JsonReport.rounds(List.of(last(study)))).contains("\"evidence\":\"proven\"");
  }

  @Test
  void honest_shares_accuse_nobody() {
    MaskedArchive study = study();
    MemberId accused = study.member(3);

    accuse(
        study,
        accused,
        AccusationKind.WRONG_DEALING,
        shares(study, accused, ShareKind.SELF, MaskedArchive.SIZE));

    assertThat(only(study).evidence()).isEqualTo(Evidence.REFUTED);
    assertThat(RoundsCheck.findings(List.of(last(study))))
        .singleElement()
        .satisfies(finding -> assertThat(finding.rule()).isEqualTo(Rule.ACCUSATION_UNFOUNDED))
        .satisfies(finding -> assertThat(finding.sentence()).contains(accused.value()));
  }

  @Test
  void a_message_that_the_accuser_signed_itself_proves_nothing() {
    MaskedArchive study = study();
    MemberId accused = study.member(5);
    Digest opened = study.view().released().orElseThrow().bodyDigest();
    Share good = share(study, study.member(1), accused, ShareKind.SELF);
    Share bad =
        new Share(good.dealer(), accused, good.kind(), Seed.draw(new Random(9)), good.path());

    accuse(
        study,
        accused,
        AccusationKind.WRONG_SHARE,
        new ReleasedShare(opened, bad)
            .sign(study.attempt(), accused, study.key(study.member(0)))
            .encode());

    assertThat(only(study).evidence()).isEqualTo(Evidence.REFUTED);
  }

  @Test
  void too_few_shares_and_shares_of_another_prove_nothing() {
    MaskedArchive study = study();
    accuse(
        study,
        study.member(3),
        AccusationKind.WRONG_DEALING,
        shares(study, study.member(3), ShareKind.SELF, 2));
    accuse(
        study,
        study.member(4),
        AccusationKind.WRONG_DEALING,
        shares(study, study.member(3), ShareKind.SELF, MaskedArchive.SIZE));
    accuse(study, study.member(5), AccusationKind.WRONG_DEALING, new byte[] {0, 0, 0, 9, 1});

    assertThat(last(study).faults())
        .hasSize(3)
        .allMatch(fault -> fault.evidence() == Evidence.REFUTED);
  }

  @Test
  void shares_of_a_recovery_secret_cannot_be_judged_without_the_table() {
    MaskedArchive study = study();
    MemberId accused = study.member(3);

    accuse(
        study,
        accused,
        AccusationKind.WRONG_DEALING,
        shares(study, accused, ShareKind.RECOVERY, MaskedArchive.SIZE));

    assertThat(only(study).evidence()).isEqualTo(Evidence.NOT_CHECKED);
  }

  @Test
  void a_released_share_that_misses_its_leaf_proves_itself() {
    MaskedArchive study = study();
    MemberId liar = study.member(5);
    Digest opened = study.view().released().orElseThrow().bodyDigest();
    Share good = share(study, study.member(1), liar, ShareKind.SELF);
    Share bad = new Share(good.dealer(), liar, good.kind(), Seed.draw(new Random(9)), good.path());

    accuse(
        study,
        liar,
        AccusationKind.WRONG_SHARE,
        new ReleasedShare(opened, bad).sign(study.attempt(), liar, study.key(liar)).encode());

    assertThat(only(study).evidence()).isEqualTo(Evidence.PROVEN);
  }

  @Test
  void a_good_released_share_proves_nothing() {
    MaskedArchive study = study();
    MemberId accused = study.member(5);
    Digest opened = study.view().released().orElseThrow().bodyDigest();
    Share good = share(study, study.member(1), accused, ShareKind.SELF);

    accuse(
        study,
        accused,
        AccusationKind.WRONG_SHARE,
        new ReleasedShare(opened, good)
            .sign(study.attempt(), accused, study.key(accused))
            .encode());
    accuse(
        study, study.member(6), AccusationKind.WRONG_SHARE, "x".getBytes(StandardCharsets.UTF_8));

    assertThat(last(study).faults()).allMatch(fault -> fault.evidence() == Evidence.REFUTED);
  }

  @Test
  void
      a_header_that_does_not_lead_to_the_root_of_its_author_proves_itself_and_a_good_one_nothing() {
    MaskedArchive study = study();
    MemberId liar = study.member(5);
    Digest phase = study.view().phaseHash(Phase.COMMITTED);
    Piece piece = study.piece(liar, 1);
    PieceHeader good = PieceHeader.of(phase, piece);
    PieceHeader bad = new PieceHeader(phase, 1, TestConsortium.digest("other words"), good.path());

    accuse(study, liar, AccusationKind.WRONG_PIECE, signed(study, liar, bad).encode());
    MemberId honest = study.member(4);
    PieceHeader own = PieceHeader.of(phase, study.piece(honest, 1));
    accuse(study, honest, AccusationKind.WRONG_PIECE, signed(study, honest, own).encode());
    MemberId third = study.member(3);
    accuse(study, third, AccusationKind.WRONG_PIECE, signed(study, liar, bad).encode());

    assertThat(last(study).faults())
        .extracting(Fault::evidence)
        .containsExactly(Evidence.PROVEN, Evidence.REFUTED, Evidence.REFUTED);
  }

  private static SignedMessage signed(MaskedArchive study, MemberId author, MemberMessage said) {
    return said.sign(study.attempt(), author, study.key(author));
  }

  @Test
  void check_sums_by_shard_that_are_not_the_total_prove_it_and_alone_take_the_pieces() {
    MaskedArchive study = study();
    Digest opened = study.view().released().orElseThrow().bodyDigest();
    MemberId liar = study.member(5);
    CheckSums one = new CheckSums("01".repeat(480));
    CheckSums two = new CheckSums("02".repeat(480));
    var shards = new ShardCheckMessage(opened, liar, List.of(one, one));
    byte[] byShard = signed(study, liar, shards).encode();
    byte[] right = signed(study, liar, new CheckMessage(opened, liar, two)).encode();
    byte[] wrong = signed(study, liar, new CheckMessage(opened, liar, one)).encode();

    accuse(study, liar, AccusationKind.WRONG_CHECK, MaskedArchive.listed(List.of(wrong, byShard)));
    assertThat(only(study).evidence()).isEqualTo(Evidence.PROVEN);
    AccusationEvidence judge = new AccusationEvidence(study.view(), study.attempt().context());
    assertThat(judge.judge(check(study, liar, List.of(right, byShard))))
        .isEqualTo(Evidence.REFUTED);
    assertThat(judge.judge(check(study, liar, List.of(byShard)))).isEqualTo(Evidence.NOT_CHECKED);
    assertThat(judge.judge(check(study, liar, List.of(wrong)))).isEqualTo(Evidence.NOT_CHECKED);
    assertThat(judge.judge(check(study, liar, List.of(wrong, right)))).isEqualTo(Evidence.REFUTED);
    assertThat(judge.judge(check(study, liar, List.of()))).isEqualTo(Evidence.REFUTED);
    assertThat(judge.judge(check(study, study.member(4), List.of(wrong, byShard))))
        .isEqualTo(Evidence.REFUTED);
  }

  private static Accusation check(MaskedArchive study, MemberId accused, List<byte[]> evidence) {
    String text = Base64.getEncoder().encodeToString(MaskedArchive.listed(evidence));
    int round = study.view().opened().round();
    return new Accusation(study.study().id(), round, accused, AccusationKind.WRONG_CHECK, text);
  }

  @Test
  void a_set_that_lost_one_member_is_a_near_difference_and_is_shown() {
    MaskedArchive study = study();
    study.round(study.member(6));

    RoundAudit round = last(study);

    assertThat(round.nearDifference()).isEqualTo(1);
    assertThat(TextReport.rounds(List.of(round))).contains("near difference", "by 1 member;");
    assertThat(JsonReport.rounds(List.of(round))).contains("\"nearDifference\":1");
  }
}
