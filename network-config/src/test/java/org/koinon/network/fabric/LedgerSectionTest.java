package org.koinon.network.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.study.MemberId;
import org.koinon.network.consortium.ConsortiumDefinition;
import org.koinon.network.consortium.ConsortiumFolder;
import org.koinon.network.fabric.LedgerSection.Outcome;
import org.koinon.network.node.FabricConfig;
import org.koinon.network.node.HostPort;
import org.koinon.network.node.NodeConfig;
import org.koinon.network.yaml.ConfigException;
import org.koinon.network.yaml.StrictYaml;

final class LedgerSectionTest {
  @TempDir Path folder;
  private Path file = Path.of("node.yaml");

  @BeforeEach
  void found() {
    String members =
        "id: heart\nmembers: [{id: a, legal-name: A, listen: 'a.example:4101'},"
            + " {id: b, legal-name: B, listen: 'b.example:4101'},"
            + " {id: c, legal-name: C, listen: 'c.example:4101'}]\n";
    var _ =
        ConsortiumFolder.create(
            folder.resolve("heart"),
            StrictYaml.parse(members, "c", ConsortiumDefinition.class),
            Optional.empty(),
            new SecureRandom());
    file = folder.resolve("heart/a/node.yaml");
  }

  private LedgerSection section() {
    Path keys = folder.resolve("the \"keys\"");
    return new LedgerSection(
        file,
        new FabricConnection(
            new MemberId("a"),
            new ChannelName("heart"),
            "federation",
            HostPort.of("127.0.0.1", 7080),
            keys.resolve("ca.crt"),
            keys.resolve("cert.pem"),
            keys.resolve("key.pem")));
  }

  private void replace(String before, String after) throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains(before);
    Files.writeString(file, text.replace(before, after));
  }

  private void isLeft(Outcome outcome) throws IOException {
    String before = Files.readString(file);
    assertThat(section().write()).isEqualTo(outcome);
    assertThat(file).hasContent(before);
  }

  @Test
  void a_file_as_it_was_founded_names_the_channel_and_keeps_all_else() throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    Files.writeString(file, Files.readString(file) + "log: {level: debug}\n");
    String before = Files.readString(file);

    assertThat(section().write()).isEqualTo(Outcome.WRITTEN);

    NodeConfig.Ledger ledger = NodeConfig.read(file).ledger();
    assertThat(ledger.engine()).isEqualTo(NodeConfig.Engine.FABRIC);
    assertThat(ledger.file()).isEqualTo(file.resolveSibling("ledger.db"));
    Path keys = folder.resolve("the \"keys\"");
    assertThat(ledger.fabric())
        .isEqualTo(
            new FabricConfig(
                HostPort.of("127.0.0.1", 7080),
                keys.resolve("ca.crt"),
                null,
                "heart",
                "federation",
                "a",
                keys.resolve("cert.pem"),
                keys.resolve("key.pem")));
    assertThat(Files.readString(file).replace(section().text(), ConsortiumFolder.LEDGER_SECTION))
        .isEqualTo(before);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
    isLeft(Outcome.STANDS);
  }

  @Test
  void what_a_person_changed_is_left_as_it_is() throws IOException {
    String founded = Files.readString(file);
    for (String changed :
        List.of(
            "ledger:\n  file: ../other.db\n",
            ConsortiumFolder.LEDGER_SECTION + "  engine: embedded\n",
            ConsortiumFolder.LEDGER_SECTION + "\n  engine: embedded\n",
            "# " + ConsortiumFolder.LEDGER_SECTION,
            "ledger: {file: ../ledger.db}\n")) {
      Files.writeString(file, founded);
      replace(ConsortiumFolder.LEDGER_SECTION, changed);
      isLeft(Outcome.EDITED);
    }
    Files.writeString(file, founded);
    replace(ConsortiumFolder.LEDGER_SECTION, ConsortiumFolder.LEDGER_SECTION + "\n");
    assertThat(section().write()).as("an empty line changes nothing").isEqualTo(Outcome.WRITTEN);
    assertThat(NodeConfig.read(file).ledger().engine()).isEqualTo(NodeConfig.Engine.FABRIC);
  }

  @Test
  void a_ledger_that_is_there_is_not_left_behind() throws IOException {
    Path ledger = Files.createFile(folder.resolve("heart/ledger.db"));
    assertThat(section().embedded()).isEqualTo(ledger);
    isLeft(Outcome.IN_USE);
  }

  @Test
  void without_a_file_nothing_is_made() throws IOException {
    Files.delete(file);
    assertThat(section().write()).isEqualTo(Outcome.ABSENT);
    assertThat(file).doesNotExist();
  }

  @Test
  void where_the_whole_file_cannot_be_written_the_old_one_stands() throws IOException {
    String before = Files.readString(file);
    Files.createDirectories(file.resolveSibling("node.yaml.new/in-the-way"));
    assertThatThrownBy(section()::write)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("node.yaml: cannot be written");
    assertThat(file).hasContent(before);
  }
}
