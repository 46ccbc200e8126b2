package org.koinon.federation.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.round.RoundId;

class TestConsortiumTest {
  @ParameterizedTest
  @ValueSource(ints = {3, 4, 7})
  void an_undisturbed_round_is_finalised_in_5n_plus_3_entries(int hospitals) {
    TestConsortium consortium = TestConsortium.ofHospitals(hospitals);
    VerifiedLog log = consortium.log(consortium.setUp());
    long before = log.size();

    TestRound.play(consortium, log, consortium.study().id());

    RoundId round = new RoundId(consortium.study().id(), 1);
    assertThat(log.size() - before).isEqualTo(5L * hospitals + 3);
    assertThat(RoundView.of(log, round).orElseThrow().ending().orElseThrow())
        .isInstanceOf(Finalised.class);
  }

  @Test
  void the_same_consortium_is_the_same_bytes() {
    TestConsortium consortium = TestConsortium.ofHospitals(3);
    TestConsortium again = TestConsortium.ofHospitals(3);

    assertThat(consortium.log(consortium.setUp()).root())
        .isEqualTo(again.log(again.setUp()).root());
  }
}
