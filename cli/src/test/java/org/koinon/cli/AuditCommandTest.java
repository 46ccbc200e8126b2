package org.koinon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditCommandTest {
  @TempDir Path folder;
  private Founded founded = new Founded(Path.of("."));

  @BeforeEach
  void found() {
    founded = Founded.in(folder);
    Run.koinon("study", "propose", "--config", founded.node("athens"), founded.study());
  }

  @Test
  void a_ledger_and_its_bundle_verify() {
    Run verify = Run.koinon("audit", "verify", founded.ledger());
    assertThat(verify.code()).as(verify.out() + verify.err()).isZero();
    assertThat(verify.out()).contains("heart", "nothing shows that this is the end");
    Path bundle = folder.resolve("heart.zip");
    Run export = Run.koinon("audit", "export", founded.ledger(), bundle);
    assertThat(export.code()).as(export.err()).isZero();
    assertThat(Run.koinon("audit", "verify", bundle, "--json").code()).isZero();
    assertThat(Run.koinon("audit", "rounds", bundle).code()).isZero();
    assertThat(Run.koinon("audit", "recompute", bundle).code()).as("no round, no gap").isZero();
    assertThat(Run.koinon("audit", "export", founded.ledger(), bundle).code()).isEqualTo(2);
  }

  @Test
  void a_changed_byte_is_a_finding() throws IOException {
    byte[] bytes = Files.readAllBytes(founded.ledger());
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("synthetic patients");
    bytes[at] = 'S';
    Path changed = Files.write(folder.resolve("changed.db"), bytes);
    Run run = Run.koinon("audit", "verify", changed);
    assertThat(run.code()).isEqualTo(1);
    assertThat(Run.koinon("audit", "rounds", changed).code()).isEqualTo(1);
  }

  @Test
  void a_model_that_no_round_names_is_a_no_and_bad_words_are_bad_input() {
    Run unknown = Run.koinon("audit", "lineage", founded.ledger(), "0".repeat(64));
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.err()).contains("No verified round");
    Run malformed = Run.koinon("audit", "lineage", founded.ledger(), "abc");
    assertThat(malformed.code()).isEqualTo(2);
    assertThat(malformed.err()).contains("64 lower-case hexadecimal digits");
    Run none = Run.koinon("audit", "verify", folder.resolve("none.db"));
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("is no file");
    Path empty = folder.resolve("empty");
    assertThat(empty.toFile().mkdir()).isTrue();
    Run nothing = Run.koinon("audit", "verify", empty);
    assertThat(nothing.code()).isEqualTo(2);
    assertThat(nothing.err()).contains("holds no file *.block", "ledger.db", ".zip");
    assertThat(Run.koinon("audit", "verify", founded.study()).code())
        .as("a file that is neither ledger nor bundle")
        .isEqualTo(2);
    assertThat(Run.koinon("audit", "verify").code()).isEqualTo(2);
  }

  @Test
  void an_opening_key_is_made_once_and_a_box_must_be_one() throws IOException {
    Path key = folder.resolve("opening.key");
    Run made = Run.koinon("audit", "open-key", key);
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(Files.readString(key)).startsWith("koinon-opening-key/1 x-wing secret\n");
    assertThat(Files.readString(folder.resolve("opening.key.pub"))).contains("x-wing public");
    assertThat(made.out()).doesNotContain(Files.readAllLines(key).getLast());
    assertThat(Run.koinon("audit", "open-key", key).code()).as("exists").isEqualTo(2);
    Run open = Run.koinon("audit", "open", founded.ledger(), "--box", key, "--key", key);
    assertThat(open.code()).isEqualTo(2);
    assertThat(open.err()).contains("is no sealed box");
  }

  @Test
  void an_archive_is_measured() throws IOException {
    Path round = Files.createDirectories(folder.resolve("archive").resolve("heart").resolve("1"));
    Files.write(round.resolve("piece-athens-0"), new byte[100]);
    Files.write(round.resolve("released"), new byte[7]);
    Run run = Run.koinon("audit", "archive", folder.resolve("archive"));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("107 bytes", "heart/1: 1 pieces, 100 bytes; the rest 7 bytes");
    Run json = Run.koinon("audit", "archive", folder.resolve("archive"), "--json");
    assertThat(json.out()).contains("\"piecesBytes\" : 100");
    assertThat(Run.koinon("audit", "archive", folder.resolve("none")).code()).isEqualTo(2);
  }
}
