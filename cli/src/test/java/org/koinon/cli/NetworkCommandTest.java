package org.koinon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.ledger.Membership;
import org.koinon.network.consortium.ConsortiumFile;
import org.koinon.network.consortium.MemberFile;
import org.koinon.network.node.NodeConfig;

class NetworkCommandTest {
  @TempDir Path folder;

  @Test
  void names_alone_found_a_consortium_with_private_keys_and_ports_of_their_own()
      throws IOException {
    Founded founded = Founded.in(folder);
    assertThat(ConsortiumFile.read(founded.folder().resolve("consortium.yaml")).members())
        .hasSize(4);
    assertThat(NodeConfig.read(founded.node("basel")).network().listen().port()).isEqualTo(4102);
    Path key = founded.folder().resolve("basel/keys/signing.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
  }

  @Test
  void a_file_founds_a_consortium_too_and_a_passphrase_encrypts_its_keys() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("heart.yaml"),
            """
            id: heart
            members:
              - {id: a, legal-name: A, listen: "127.0.0.1:4201"}
              - {id: b, legal-name: B, listen: "127.0.0.1:4202"}
              - {id: c, legal-name: C, roles: [auditor], listen: "127.0.0.1:4203"}
            """);
    Path secret = Files.writeString(folder.resolve("secret"), "correct horse\n");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    Run run =
        Run.koinon(
            "network",
            "init",
            "--consortium",
            file,
            "--passphrase-file",
            secret,
            folder.resolve("new"));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out() + run.err()).doesNotContain("correct horse");
    assertThat(Files.readString(folder.resolve("new/a/keys/signing.key"))).contains("scrypt");
  }

  @Test
  void for_a_ledger_on_fabric_each_record_names_its_organisation() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("heart.yaml"),
            """
            id: heart
            members:
              - {id: a, legal-name: A, listen: "127.0.0.1:4201", msp: AMSP}
              - {id: b, legal-name: B, listen: "127.0.0.1:4202"}
              - {id: c, legal-name: C, listen: "127.0.0.1:4203"}
            """);
    Path home = folder.resolve("new");
    Run run = Run.koinon("network", "init", "--consortium", file, "--ledger", "fabric", home);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(ConsortiumFile.read(home.resolve("consortium.yaml")).members())
        .extracting(ConsortiumFile.Entry::msp)
        .containsExactly("AMSP", "b", "c");
    assertThat(Files.readString(home.resolve("genesis.json"))).contains("\"msp\":\"AMSP\"");
    Run bad = Run.koinon("network", "init", "--consortium", file, "--ledger", "x", home);
    assertThat(bad.code()).isEqualTo(2);
    assertThat(bad.err()).contains("embedded or fabric");
    Run request =
        Run.koinon(
            "network",
            "member",
            "request",
            "--consortium",
            "heart",
            "--id",
            "d",
            "--legal-name",
            "D",
            "--msp",
            "DMSP",
            folder.resolve("d"));
    assertThat(request.code()).as(request.err()).isZero();
    assertThat(MemberFile.read(folder.resolve("d/member.json")).member().msp()).isEqualTo("DMSP");
  }

  @Test
  void nothing_is_replaced_and_nothing_half_made_is_left() throws IOException {
    Founded founded = Founded.in(folder);
    Run again =
        Run.koinon("network", "init", "--name", "h", "--members", "a,b,c", founded.folder());
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.err()).contains("exists already");
    Path two = folder.resolve("two");
    Run few = Run.koinon("network", "init", "--name", "h", "--members", "a,b", two);
    assertThat(few.code()).isEqualTo(2);
    assertThat(few.err()).contains("2 founders").contains("3 to 200");
    assertThat(Files.exists(two)).isFalse();
    assertThat(
            Run.koinon(
                    "network",
                    "init",
                    "--name",
                    "h",
                    "--members",
                    "a,b,c",
                    "--base-port",
                    "65534",
                    two)
                .err())
        .contains("1 to 65535");
    assertThat(Run.koinon("network", "init", two).code()).isEqualTo(2);
  }

  @Test
  void an_organisation_joins_once_enough_members_approved_it() {
    Founded founded = Founded.in(folder);
    Path home = folder.resolve("ghent");
    Run request =
        Run.koinon(
            "network",
            "member",
            "request",
            "--consortium",
            "heart",
            "--id",
            "ghent",
            "--legal-name",
            "UZ Ghent",
            home);
    assertThat(request.code()).as(request.err()).isZero();
    Path file = home.resolve("member.json");
    assertThat(Run.koinon("network", "member", "admit", "--config", founded.node("athens"), file))
        .satisfies(run -> assertThat(run.code()).isEqualTo(2))
        .satisfies(run -> assertThat(run.err()).contains("NOT_APPROVED"));
    for (String member : Founded.MEMBERS.subList(0, 3)) {
      assertThat(Run.koinon("network", "member", "approve", "--config", founded.node(member), file))
          .satisfies(run -> assertThat(run.code()).as(run.err()).isZero());
    }
    Run admit = Run.koinon("network", "member", "admit", "--config", founded.node("delft"), file);
    assertThat(admit.code()).as(admit.err()).isZero();
    try (MemberSession session = founded.session("athens")) {
      assertThat(session.read(Membership::members)).hasSize(5);
    }
    assertThat(
            Run.koinon("network", "member", "approve", "--config", founded.node("cork"), file)
                .err())
        .contains("is a member already");
    assertThat(
            Run.koinon(
                    "network",
                    "member",
                    "request",
                    "--consortium",
                    "heart",
                    "--id",
                    "x",
                    "--legal-name",
                    "X",
                    home)
                .code())
        .isEqualTo(2);
  }

  @Test
  void a_file_that_is_no_member_record_is_bad_input() throws IOException {
    Founded founded = Founded.in(folder);
    Path file = Files.writeString(folder.resolve("member.json"), "{}");
    Run run = Run.koinon("network", "member", "approve", "--config", founded.node("cork"), file);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("is no member file");
  }
}
