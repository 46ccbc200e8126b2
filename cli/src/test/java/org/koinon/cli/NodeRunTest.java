package org.koinon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node refuses before it listens; a command that did not refuse would not end. */
class NodeRunTest {
  @TempDir Path folder;
  private Founded founded = new Founded(Path.of("."));

  @BeforeEach
  void found() {
    founded = Founded.in(folder);
  }

  private Run run() {
    return Run.koinon("node", "run", "--config", founded.node("athens"));
  }

  @Test
  void a_broken_row_is_refused_with_file_and_line() throws IOException {
    Path table = founded.table("athens");
    Files.writeString(
        table, Files.readString(table).replaceFirst("S01-00002,train,\\d+", "S01-00002,train,old"));
    Run run = run();
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("table.csv:4", "column age", "a number is");
    assertThat(founded.ledger()).as("nothing is opened").doesNotExist();
  }

  @Test
  void a_table_and_a_schema_that_are_not_there_are_refused_by_name() throws IOException {
    Path table = founded.table("athens");
    Files.delete(table);
    Run run = run();
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(table + ": there is no such file");
    Files.delete(table.resolveSibling("schema.yaml"));
    assertThat(run().err()).contains("schema.yaml");
    assertThat(run().code()).isEqualTo(2);
  }

  @Test
  void a_port_in_use_is_named_once_with_the_key_to_change() throws IOException {
    try (ServerSocket other = new ServerSocket()) {
      other.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      String address = "127.0.0.1:" + other.getLocalPort();
      Path node = founded.node("athens");
      Files.writeString(node, Files.readString(node).replace("127.0.0.1:4101", address));
      Run run = run();
      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err())
          .containsOnlyOnce(address)
          .contains("cannot be listened on", "network, listen");
    }
  }
}
