package org.koinon.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.aggregation.masking.Masks;
import org.koinon.aggregation.masking.MemberMessage.OpenSignature;
import org.koinon.aggregation.masking.Released;
import org.koinon.aggregation.masking.Seed;
import org.koinon.audit.finding.Rule;
import org.koinon.audit.verify.RoundRecompute.Status;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.Unmasked;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.WeightMode;

/** That q members stood by one opening, and that what was released is what was committed to. */
class UnmaskingAuditTest {
  @TempDir private Path folder;

  private MaskedArchive masked() {
    return new MaskedArchive(folder, WeightMode.MASKED, 11);
  }

  private static void assertNotCertified(MaskedArchive study, String why) {
    RoundRecompute round = Recomputed.last(study);
    assertThat(round.status()).isEqualTo(Status.DIFFERS);
    assertThat(round.findings())
        .allMatch(finding -> finding.rule() == Rule.ARCHIVE_CHANGED)
        .anyMatch(finding -> finding.sentence().contains(why));
    assertThat(round.checks()).noneMatch(check -> check.what().equals("certificate"));
  }

  @Test
  void fewer_signatures_than_a_quorum_are_no_certificate() {
    MaskedArchive study = masked().round();
    Digest opened = study.view().released().orElseThrow().bodyDigest();
    List<MemberId> members = study.view().opened().members();

    study.certify(study.signatures(members.subList(0, 4), opened));

    assertNotCertified(study, "the signatures of 4 members, a certificate 5");
  }

  @Test
  void one_signer_twice_is_one_signer() {
    MaskedArchive study = masked().round();
    Digest opened = study.view().released().orElseThrow().bodyDigest();
    List<MemberId> members = study.view().opened().members();
    List<SignedMessage> signatures =
        new ArrayList<>(study.signatures(members.subList(0, 4), opened));
    signatures.add(signatures.getFirst());

    study.certify(signatures);

    assertNotCertified(study, members.getFirst() + " stands in it twice");
  }

  @Test
  void signatures_over_another_opening_are_no_certificate() {
    MaskedArchive study = masked().round();
    List<MemberId> members = study.view().opened().members();

    study.certify(study.signatures(members, TestConsortium.digest("another Opened")));

    assertNotCertified(study, "is not over this round's Opened");
  }

  @Test
  void a_signature_by_a_key_outside_the_roster_does_not_count() {
    MaskedArchive study = masked().round();
    Digest opened = study.view().released().orElseThrow().bodyDigest();
    List<MemberId> members = study.view().opened().members();
    List<SignedMessage> signatures =
        new ArrayList<>(study.signatures(members.subList(0, 4), opened));
    MemberId last = members.getLast();
    signatures.add(
        new OpenSignature(opened).sign(study.attempt(), last, TestConsortium.key("stranger")));

    study.certify(signatures);

    assertNotCertified(study, "the signature of " + last + " is not by its key");
  }

  @Test
  void a_self_mask_that_was_exchanged_is_not_the_one_committed_to() {
    MaskedArchive study = masked();
    study.round(study.member(1));
    Released good = study.released();
    var seeds = new TreeMap<>(good.selfSeeds());
    seeds.put(study.member(0), Seed.draw(new Random(1)));

    release(study, new Released(seeds, good.looseEnds()));

    assertThat(Recomputed.last(study).findings())
        .singleElement()
        .satisfies(
            finding ->
                assertThat(finding.sentence())
                    .contains("released", "self mask of " + study.member(0)));
  }

  @Test
  void a_pair_mask_that_was_exchanged_is_attested_by_nobody() {
    MaskedArchive study = masked();
    study.round(study.member(1));
    Released good = study.released();
    List<Masks.LooseEnd> ends = new ArrayList<>(good.looseEnds());
    Masks.LooseEnd first = ends.removeFirst();
    ends.add(new Masks.LooseEnd(first.member(), first.dropped(), Seed.draw(new Random(1))));

    release(study, new Released(good.selfSeeds(), ends));

    assertThat(Recomputed.last(study).findings())
        .singleElement()
        .satisfies(
            finding -> assertThat(finding.sentence()).contains("no member attests to these"));
  }

  @Test
  void a_pair_mask_that_is_left_out_or_belongs_to_nobody_is_named() {
    MaskedArchive study = masked();
    study.round(study.member(1));
    Released good = study.released();

    release(study, new Released(good.selfSeeds(), good.looseEnds().subList(1, 6)));

    assertThat(Recomputed.last(study).findings().getFirst().sentence())
        .contains("between " + study.member(0) + " and " + study.member(1));
  }

  private static void release(MaskedArchive study, Released released) {
    MaskedArchive.write(
        study.archive().released(study.view().opened().id()), released.encode(study.attempt()));
  }

  @Test
  void attesting_to_other_released_values_is_found_at_the_entry() {
    MaskedArchive study = masked();
    study.attesting(
        (member, said) -> {
          Unmasked unmasked = Objects.requireNonNull(said.unmasked());
          Digest other = Digest.sha256(ByteBuffer.allocate(1).array());
          return member.equals(study.member(6))
              ? Attestations.with(
                  said, new Unmasked(unmasked.certificate(), other, unmasked.checkSums()))
              : said;
        });

    study.round();

    assertThat(Recomputed.rules(Recomputed.last(study))).containsExactly(Rule.ATTESTATION_DIFFERS);
  }
}
