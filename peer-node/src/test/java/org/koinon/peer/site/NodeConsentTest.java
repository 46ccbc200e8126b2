package org.koinon.peer.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.network.consent.ConsentFile;
import org.koinon.network.consent.ConsentTree;
import org.koinon.network.node.NodeConfig;
import org.koinon.peer.dataset.RecordId;
import org.koinon.peer.round.SiteException;

class NodeConsentTest {
  private static final ConsentFile LIST =
      ConsentFile.parse("record,consent\na,yes\nb,no\nc,yes\n", "list.csv");

  @TempDir Path folder;

  private ConsentState state(String list) {
    Path named = list.isEmpty() ? null : folder.resolve(list);
    return new NodeConsent(new NodeConfig.Consent(named, folder.resolve("consent.tree"))).get();
  }

  private void save() {
    ConsentTree.empty().updated(LIST, new SecureRandom()).save(folder.resolve("consent.tree"));
  }

  @Test
  void without_a_list_every_row_is_used() {
    assertThat(state("")).isInstanceOf(ConsentState.WholeTable.class);
    assertThat(state("").covers(new RecordId("anyone"))).isTrue();
  }

  @Test
  void an_imported_tree_decides_and_a_change_shows_at_once() {
    save();
    ConsentState before = state("");
    assertThat(before.covers(new RecordId("a"))).isTrue();
    assertThat(before.covers(new RecordId("b"))).isFalse();
    assertThat(before.covers(new RecordId("unlisted"))).isFalse();
    Path file = folder.resolve("consent.tree");
    ConsentTree.load(file).withdrawn(java.util.List.of("a", "nobody")).save(file);
    assertThat(state("").covers(new RecordId("a"))).isFalse();
    assertThat(state("").covers(new RecordId("c"))).isTrue();
    assertThat(state("").root()).isNotEqualTo(before.root());
    assertThat(state("").toString()).doesNotContain("c,");
  }

  @Test
  void a_list_that_is_named_but_not_imported_allows_no_row() {
    assertThatThrownBy(() -> state("list.csv"))
        .isInstanceOf(SiteException.class)
        .hasMessageContaining("koinon consent import");
    save();
    assertThat(state("list.csv")).isInstanceOf(ConsentState.Listed.class);
  }

  @Test
  void a_tree_that_others_may_read_or_that_is_damaged_allows_no_row() throws IOException {
    save();
    Path file = folder.resolve("consent.tree");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> state("")).isInstanceOf(SiteException.class);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(file, Files.readString(file).replace("yes", "yse"));
    assertThatThrownBy(() -> state(""))
        .isInstanceOf(SiteException.class)
        .hasMessageContaining("damaged");
  }
}
