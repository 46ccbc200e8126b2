package org.koinon.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koinon.audit.verify.AuditReport;
import org.koinon.audit.verify.End;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.WeightMode;
import org.koinon.gossip.Traffic;
import org.koinon.peer.site.SiteReport;
import org.koinon.peer.training.Metrics;

class ReportTableTest {
  private static final Digest ROOT = TestConsortium.digest("root");

  private static String table(Policy policy, int hospitals, int minimum) {
    WeightMode weights = policy.isMasked() ? WeightMode.MASKED : WeightMode.PUBLIC;
    Study study =
        TestConsortium.with(
            TestConsortium.ofHospitals(hospitals).study(),
            new Study.Privacy(policy, weights, 1000, minimum, 2));
    SiteReport none = new SiteReport(10, Metrics.NONE, Metrics.NONE);
    List<SiteResult> sites =
        IntStream.range(0, hospitals)
            .mapToObj(i -> new SiteResult("site " + i, ModelId.of(ROOT), none, Traffic.NONE))
            .toList();
    AuditReport audit =
        new AuditReport(
            "ledger.db",
            Optional.empty(),
            1,
            1,
            ROOT,
            new End.Unproven(1),
            List.of(),
            List.of(),
            Optional.empty(),
            List.of(),
            Optional.empty());
    Path here = Path.of("here");
    StudyReport.Files files = new StudyReport.Files(here, here, here);
    return ReportTable.of(
            new StudyReport(
                study,
                "made up",
                sites,
                Optional.empty(),
                List.of(3.0, 1.04, 2.0),
                1,
                audit,
                files))
        .replaceAll("\\s+", " ");
  }

  @ParameterizedTest
  @CsvSource({
    "3, 3, any member can stop a round, any 2 who pool what they know read",
    "4, 4, any member can stop a round, any 3 who pool what they know read",
    "4, 3, two sums that differ by one hospital show it nearly., any 2 who pool what they know read"
  })
  void fewer_than_five_hospitals_are_warned_with_the_numbers_of_the_study(
      int hospitals, int minimum, String loss, String readers) {
    assertThat(table(Policy.PRIVATE_SUM, hospitals, minimum))
        .contains("Warning: with fewer than five hospitals", loss, readers);
  }

  @Test
  void the_median_of_the_rounds_is_shown() {
    assertThat(table(Policy.OPEN, 3, 3)).contains("rounds 3, each took 2.0 s (median)");
  }

  @Test
  void five_hospitals_and_open_policies_are_not_warned() {
    assertThat(table(Policy.PRIVATE_SUM, 5, 5))
        .contains("policy private-sum")
        .doesNotContain("Warning");
    assertThat(table(Policy.OPEN, 3, 3)).contains("policy open").doesNotContain("Warning");
  }
}
