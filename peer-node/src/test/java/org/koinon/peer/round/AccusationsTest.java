package org.koinon.peer.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Holders;
import org.koinon.aggregation.masking.Seed;
import org.koinon.aggregation.masking.Share;
import org.koinon.aggregation.masking.ShareKind;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.Accusation;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.round.AccusationKind;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.StudyId;

/** Evidence fits an entry in consortia of any size, and what does not fit is no exception. */
class AccusationsTest {
  private static final RoundId ROUND = new RoundId(new StudyId("study"), 1);
  private static final Digest OPENED = TestConsortium.digest("opened");
  private static final Seed VALUE = Seed.draw(new SplittableRandom(1));
  private static final MemberId DEALER = member(0);

  private static MemberId member(int number) {
    return new MemberId("hospital-%03d".formatted(number));
  }

  /** As many shares as rebuild a secret among so many, each with the path that 400 leaves have. */
  private static byte[] dealing(int members) {
    List<MemberId> all = IntStream.range(0, members).mapToObj(AccusationsTest::member).toList();
    Attempt attempt = new Attempt(TestConsortium.digest("context"), all);
    List<Digest> path = Collections.nCopies(9, OPENED);
    List<Share> shares =
        all.subList(0, Holders.of(attempt, all).threshold()).stream()
            .map(holder -> new Share(DEALER, holder, ShareKind.SELF, VALUE, path))
            .toList();
    return Accusations.dealing(attempt, OPENED, shares);
  }

  private static Optional<Accusation> accusation(byte[] evidence) {
    return Accusations.of(ROUND, DEALER, AccusationKind.WRONG_DEALING, evidence);
  }

  @Test
  void a_wrong_dealing_can_be_recorded_up_to_the_largest_consortium() {
    for (int members : new int[] {4, 128, 130, 199, 200}) {
      assertThat(accusation(dealing(members))).as("among %d members", members).isPresent();
    }
    assertThat(dealing(130)).hasSizeGreaterThan(30_000);
  }

  @Test
  void evidence_that_is_too_long_makes_no_accusation() {
    assertThat(accusation(new byte[Accusation.PROOF_BYTES_MAX])).isPresent();
    assertThat(accusation(new byte[Accusation.PROOF_BYTES_MAX + 1])).isEmpty();
  }
}
