package org.koinon.system;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.bouncycastle.crypto.threshold.SecretSplitter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.koinon.testkit.HouseRules;

/** The rules between the rooms: who may know whom. */
class TheWholeHouseTest {
  private static final String[] CLOCKS = {
    "org.koinon.cli..",
    "org.koinon.libp2p..",
    "org.koinon.peer.ledger.fabric..",
    "org.koinon.peer.time..",
    "org.koinon.testkit..",
    "org.koinon.system.."
  };

  /** Jars too: in a build from the packaged modules, the rooms are jars. */
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("org.koinon");

  @Test
  void all_rooms_are_here() {
    for (String room :
        new String[] {
          "federation",
          "chaincode",
          "aggregation",
          "gossip",
          "libp2p",
          "audit",
          "network",
          "peer",
          "cli"
        }) {
      assertThat(HOUSE).anyMatch(type -> type.getPackageName().startsWith("org.koinon." + room));
    }
  }

  @Test
  void the_house_rules_hold_everywhere() {
    HouseRules.everyPackageIsNullMarked().check(HOUSE);
    HouseRules.namesSaySomething().check(HOUSE);
    HouseRules.nobodyAsksTheClockOutside(CLOCKS).check(HOUSE);
  }

  @ParameterizedTest(name = "{0} knows nothing of {1}")
  @CsvSource({
    "federation, chaincode aggregation gossip libp2p audit network peer cli",
    "chaincode, aggregation gossip libp2p audit network peer cli",
    "libp2p, federation chaincode aggregation gossip audit network peer cli",
    "aggregation, chaincode gossip libp2p audit network peer cli",
    "gossip, chaincode aggregation audit network peer cli",
    "network, chaincode aggregation gossip libp2p audit peer cli",
    "audit, chaincode gossip libp2p network peer cli",
    "peer, chaincode audit cli",
    "cli, chaincode",
  })
  void arrows_go_one_way(String room, String others) {
    String[] forbidden = others.split(" ");
    for (int i = 0; i < forbidden.length; i++) {
      forbidden[i] = "org.koinon." + forbidden[i] + "..";
    }
    noClasses()
        .that()
        .resideInAPackage("org.koinon." + room + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden)
        .check(HOUSE);
  }

  @Test
  void only_the_checks_of_the_audit_use_the_arithmetic() {
    noClasses()
        .that()
        .resideInAPackage("org.koinon.audit..")
        .and()
        .resideOutsideOfPackage("org.koinon.audit.verify..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.koinon.aggregation..")
        .check(HOUSE);
  }

  @ParameterizedTest
  @CsvSource({
    "org.koinon.peer.training.djl.., ai.djl..",
    "org.koinon.chaincode.., org.hyperledger.fabric.contract..",
    "org.koinon.chaincode.., org.hyperledger.fabric.shim..",
    "org.koinon.peer.ledger.fabric.., org.hyperledger.fabric.client..",
    "org.koinon.chaincode.. org.koinon.peer.ledger.fabric.. org.koinon.audit.source.fabric..,"
        + " org.hyperledger.fabric.protos..",
    "org.koinon.peer.ledger.fabric.., io.grpc..",
  })
  void a_large_library_has_one_door(String door, String library) {
    noClasses()
        .that()
        .resideOutsideOfPackages(door.split(" "))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(HOUSE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java.net.Socket",
        "java.nio.channels.SocketChannel",
        "java.nio.channels.ServerSocketChannel",
        "java.nio.channels.DatagramChannel",
        "java.net.DatagramSocket",
        "java.net.http.HttpClient"
      })
  void only_libp2p_talks_over_the_network_and_a_fabric_networks_health_check(String socket) {
    noClasses()
        .that()
        .resideOutsideOfPackages("org.koinon.libp2p..", "org.koinon.network.fabric..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName(socket)
        .check(HOUSE);
  }

  @Test
  void nobody_starts_a_process_but_the_demonstrations_and_a_fabric_network() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "org.koinon.cli..",
            "org.koinon.libp2p..",
            "org.koinon.network.fabric..",
            "org.koinon.audit.anchor", // a local chain, for demonstrations
            "org.koinon.testkit..")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ProcessBuilder.class)
        .check(HOUSE);
  }

  /** Both others make the secret itself the share of the first holder, or a secret nobody chose. */
  @Test
  void a_secret_is_split_anew_and_never_around_a_share() {
    assertThat(HOUSE).as("the rule sees who splits").anyMatch(type -> splits(type, "resplit"));
    assertThat(HOUSE).noneMatch(type -> splits(type, "split") || splits(type, "splitAround"));
  }

  private static boolean splits(JavaClass type, String how) {
    return type.getAccessesFromSelf().stream()
        .map(JavaAccess::getTarget)
        .anyMatch(
            target ->
                target.getName().equals(how)
                    && target.getOwner().isAssignableTo(SecretSplitter.class));
  }

  @Test
  void random_numbers_of_the_protocol_come_in_from_outside() {
    noClasses()
        .that()
        .resideInAnyPackage("org.koinon.federation..", "org.koinon.aggregation..")
        .and()
        .haveNameNotMatching(".*[.]DrawnRandom") // what came in, in the library's own form
        .should()
        .callConstructorWhere(
            JavaCall.Predicates.target(
                HasOwner.Predicates.With.owner(
                    JavaClass.Predicates.assignableTo(java.util.Random.class))))
        .check(HOUSE);
  }
}
