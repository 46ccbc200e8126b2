package org.koinon.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.cli.demo.DataSites;

@Tag("data")
class FedHeartDataTest {
  @Test
  void a_run_through_the_protocol_is_as_accurate_as_published(@TempDir Path work) {
    Path data = Path.of(System.getProperty("koinon.data"), "fed-heart-disease");
    DataSites sites = DataSites.heartDisease(data);
    HeartStudy study = HeartStudy.likeForLike().getFirst();

    HeartRun run = HeartRun.of(study, 42, sites, HeartRows.of(sites), work);

    var published = study.published().orElseThrow();
    assertThat(run.rounds()).isEqualTo(15);
    assertThat(run.score().clientAccuracy())
        .isCloseTo(published.clients().mean(), within(2 * published.clients().deviation()));
    assertThat(run.score().pooled().accuracy().orElseThrow())
        .isCloseTo(published.pooled().mean(), within(2 * published.pooled().deviation()));
  }
}
