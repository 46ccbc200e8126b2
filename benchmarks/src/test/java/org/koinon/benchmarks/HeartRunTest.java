package org.koinon.benchmarks;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.koinon.audit.verify.RoundAudit;
import org.koinon.federation.consent.CountBucket;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.round.Vote;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;

class HeartRunTest {
  private static final Study STUDY = HeartStudyTest.study(HeartStudy.likeForLike().getFirst());
  private static final MemberId NORTH = new MemberId("north");
  private static final MemberId SOUTH = new MemberId("south");
  private static final Set<MemberId> BOTH = Set.of(NORTH, SOUTH);
  private static final ModelId MODEL = ModelId.of(Digest.tagged("koinon/test/v1"));
  private static final ModelId OTHER = ModelId.of(Digest.tagged("koinon/test/v2"));

  @Test
  void a_round_with_one_model_at_all_hospitals_passes() {
    RoundAudit round = round(List.of(NORTH, SOUTH), List.of(MODEL, MODEL), MODEL);
    assertThatCode(() -> HeartRun.requireOneModel("run", round, BOTH)).doesNotThrowAnyException();
  }

  @Test
  void a_hospital_with_another_model_fails_the_run() {
    refused(round(List.of(NORTH, SOUTH), List.of(MODEL, OTHER), MODEL));
  }

  @Test
  void another_result_than_was_attested_fails_the_run() {
    refused(round(List.of(NORTH, SOUTH), List.of(MODEL, MODEL), OTHER));
  }

  @Test
  void a_hospital_that_did_not_contribute_fails_the_run() {
    refused(round(List.of(NORTH), List.of(MODEL, MODEL), MODEL));
  }

  @Test
  void a_hospital_that_did_not_attest_fails_the_run() {
    refused(round(List.of(NORTH, SOUTH), List.of(MODEL), MODEL));
  }

  @Test
  void a_round_without_a_result_fails_the_run() {
    refused(round(List.of(NORTH, SOUTH), List.of(MODEL, MODEL), null));
  }

  private static void refused(RoundAudit round) {
    assertThatThrownBy(() -> HeartRun.requireOneModel("run", round, BOTH))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("run, ");
  }

  private static RoundAudit round(
      List<MemberId> contributors, List<ModelId> attested, @Nullable ModelId result) {
    List<MemberId> members = List.of(NORTH, SOUTH);
    List<RoundAudit.Attestation> attestations = new ArrayList<>();
    for (int i = 0; i < attested.size(); i++) {
      attestations.add(
          new RoundAudit.Attestation(
              members.get(i), i, attested.get(i), Vote.ABSTAIN, new TreeMap<>()));
    }
    Digest digest = Digest.tagged("koinon/test/v3");
    RoundAudit.Consent consent =
        new RoundAudit.Consent(1, 1, digest, CountBucket.of(20), "whole table", null);
    RoundAudit.Dataset dataset = new RoundAudit.Dataset(1, 1, digest, CountBucket.of(20));
    return new RoundAudit(
        new RoundId(STUDY.id(), 1),
        0,
        STUDY,
        members,
        1,
        null,
        STUDY.initialModel(),
        members,
        contributors.stream()
            .map(id -> new RoundAudit.Contributor(id, 1, digest, consent, dataset))
            .toList(),
        true,
        attestations,
        result == null
            ? null
            : new Finalised(STUDY.id(), 1, result, null, STUDY.initialModel(), digest),
        9);
  }
}
