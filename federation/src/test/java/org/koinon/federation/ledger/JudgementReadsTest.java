package org.koinon.federation.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.StudyId;

/** What a judgement costs: chaincode pays for every key that the rules ask for. */
class JudgementReadsTest {
  @Test
  void one_judgement_reads_few_keys_and_none_twice() {
    TestConsortium sixteen = TestConsortium.ofHospitals(16);
    StudyId study = sixteen.study().id();
    VerifiedLog log = sixteen.log(sixteen.setUp());
    List<Integer> reads = new ArrayList<>();
    RoundId round = new RoundId(study, 1);
    while (RoundView.of(log, round).flatMap(RoundView::ending).isEmpty()) {
      Said said = TestRound.next(log, study, member -> true, sixteen.member(0)).orElseThrow();
      Set<EntryKey> asked = new HashSet<>();
      LedgerState counting =
          key -> {
            assertThat(asked.add(key)).as("%s is read once", key).isTrue();
            return log.get(key);
          };
      SignedEntry signed = sixteen.sign(log, said);
      assertThat(LedgerRules.admit(counting, signed)).isEqualTo(new Admission.Admitted());
      reads.add(asked.size());
      log.append(signed.encode());
    }
    assertThat(reads.stream().max(Comparator.naturalOrder()).orElseThrow()).isLessThan(250);
  }
}
