package org.koinon.aggregation.masking;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.Test;
import org.koinon.testkit.HouseRules;

class MaskingReachTest {
  private final JavaClasses classes = HouseRules.mainClasses("org.koinon");

  @Test
  void nothing_but_threads_reaches_outside() {
    noClasses()
        .that()
        .resideInAPackage("..masking..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.net..",
            "java.nio.file..",
            "java.nio.channels..",
            "org.slf4j..",
            "org.koinon.federation.ledger..",
            "org.koinon.gossip..",
            "org.koinon.libp2p..")
        .check(classes);
  }
}
