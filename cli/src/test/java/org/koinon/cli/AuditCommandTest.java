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
    assertThat(Run.koinon("audit", "verify", founded.study()).code())
        .as("a file that is neither ledger nor bundle")
        .isEqualTo(2);
    assertThat(Run.koinon("audit", "verify").code()).isEqualTo(2);
  }
}
