package org.koinon.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.opentest4j.TestAbortedException;

class SeededTest {
  @Test
  void a_failure_says_which_seed_repeats_it() {
    AssertionError failure = new AssertionError("3 is not 4");

    assertThat(SeedFailure.named("seed 1795292788", failure))
        .hasCause(failure)
        .hasMessageContaining("with seed 1795292788, which -Dseed=1795292788 repeats")
        .hasMessageContaining("3 is not 4");
  }

  @Test
  void what_was_aborted_has_not_failed() {
    TestAbortedException aborted = new TestAbortedException("not here");

    assertThat(SeedFailure.named("seed 1", aborted)).isSameAs(aborted);
  }

  @Seeded(cases = 3)
  void the_name_of_a_case_is_its_seed(long seed, TestInfo info) {
    assertThat(info.getDisplayName()).isEqualTo("seed " + seed);
    assertThat(seed).isGreaterThanOrEqualTo(Long.getLong("seed.from", 0));
  }
}
