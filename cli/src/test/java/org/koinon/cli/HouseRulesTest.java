package org.koinon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.Test;
import org.koinon.testkit.HouseRules;

class HouseRulesTest {
  private static final String BASE = "org.koinon.cli";
  private final JavaClasses classes = HouseRules.mainClasses(BASE);

  @Test
  void the_house_rules_hold() {
    assertThat(classes).isNotEmpty();
    HouseRules.check(classes, BASE, "org.koinon.cli.demo..");
  }
}
