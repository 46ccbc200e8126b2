package org.koinon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
  @TempDir Path folder;
  private Founded founded = new Founded(Path.of("."));

  @BeforeEach
  void found() {
    founded = Founded.in(folder);
  }

  private List<Check> checks() {
    return new NodeChecks(founded.node("athens")).all();
  }

  @Test
  void a_sound_node_has_no_failing_check() {
    Run run = Run.koinon("doctor", "--config", founded.node("athens"));
    assertThat(run.code()).as(run.out()).isZero();
    assertThat(run.out())
        .contains("pytorch    loads and trains", "rows follow the schema", "is not there yet")
        .contains("Everything needed works.");
    Run.koinon("study", "list", "--config", founded.node("athens"));
    Run json = Run.koinon("doctor", "--json", "--config", founded.node("athens"));
    assertThat(json.out()).contains("\"works\" : true", "1 entries, each verified");
  }

  @Test
  void a_key_that_others_may_read_fails() throws IOException {
    Path key = founded.folder().resolve("athens/keys/signing.key");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    Run run = Run.koinon("doctor", "--config", founded.node("athens"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("fail  keys", "chmod 600", "Something does not work");
  }

  @Test
  void a_table_against_its_schema_fails_with_the_place() throws IOException {
    Path table = founded.table("athens");
    Files.writeString(
        table, Files.readString(table).replaceFirst("S01-00002,train,\\d+", "S01-00002,train,old"));
    assertThat(checks())
        .filteredOn(check -> check.status() == Check.Status.FAIL)
        .singleElement()
        .satisfies(check -> assertThat(check.subject()).isEqualTo("data"))
        .satisfies(check -> assertThat(check.finding()).contains("column age", "a number is"));
  }

  @Test
  void a_port_in_use_is_a_warning_because_the_node_may_run() throws IOException {
    try (ServerSocket other = new ServerSocket()) {
      other.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Path node = founded.node("athens");
      Files.writeString(
          node,
          Files.readString(node).replace("127.0.0.1:4101", "127.0.0.1:" + other.getLocalPort()));
      assertThat(checks())
          .filteredOn(check -> check.subject().equals("port"))
          .singleElement()
          .satisfies(check -> assertThat(check.status()).isEqualTo(Check.Status.WARN));
    }
  }

  @Test
  void a_ledger_that_was_changed_fails() throws IOException {
    Run.koinon("study", "propose", "--config", founded.node("athens"), founded.study());
    byte[] bytes = Files.readAllBytes(founded.ledger());
    int at =
        new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)
            .indexOf("synthetic patients");
    bytes[at] = 'S';
    Files.write(founded.ledger(), bytes);
    assertThat(checks())
        .filteredOn(check -> check.subject().equals("ledger"))
        .singleElement()
        .satisfies(check -> assertThat(check.status()).isEqualTo(Check.Status.FAIL));
  }

  @Test
  void a_configuration_that_does_not_parse_fails_with_its_line() {
    Path file = founded.write("node.yaml", "member: athens\nledgerr: {}\n");
    Run run = Run.koinon("doctor", "--config", file);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("fail  config", "node.yaml:2", "did you mean 'ledger'?");
  }
}
