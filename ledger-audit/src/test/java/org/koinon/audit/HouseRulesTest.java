package org.koinon.audit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.Test;
import org.koinon.testkit.HouseRules;

class HouseRulesTest {
  private static final String BASE = "org.koinon.audit";
  private final JavaClasses classes = HouseRules.mainClasses(BASE);

  @Test
  void the_house_rules_hold() {
    assertThat(classes).isNotEmpty();
    HouseRules.check(classes, BASE);
  }

  @Test
  void only_the_checks_use_the_arithmetic() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.koinon.audit.verify..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.koinon.aggregation..")
        .check(classes);
  }

  @Test
  void only_anchors_know_of_evm_chains() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.koinon.audit.anchor..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.web3j..", "okhttp3..")
        .check(classes);
  }

  @Test
  void only_the_reading_of_blocks_knows_of_fabric_and_it_calls_nobody() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.koinon.audit.source.fabric..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.hyperledger..", "com.google.protobuf..")
        .check(classes);
    noClasses().should().dependOnClassesThat().resideInAPackage("io.grpc..").check(classes);
  }

  @Test
  void the_auditor_trusts_no_peer() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.koinon.peer..",
            "org.koinon.chaincode..",
            "org.koinon.gossip..",
            "org.koinon.libp2p..")
        .check(classes);
  }
}
