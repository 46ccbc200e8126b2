package org.koinon.network.consent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.consent.CountBucket;

final class ConsentTreeTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final ConsentFile LIST =
      ConsentFile.parse("record,consent,date\np1,yes,2026\np2,no,2026\np3,yes,2026\n", "c.csv");
  @TempDir Path folder;

  @Test
  void a_tree_survives_its_file_which_only_the_owner_reads() throws IOException {
    ConsentTree tree = ConsentTree.empty().updated(LIST, RANDOM);
    Path file = folder.resolve("consent.tree");
    tree.save(file);
    tree.save(file);
    ConsentTree read = ConsentTree.load(file);
    assertThat(read.root()).isEqualTo(tree.root());
    assertThat(read.consenting()).isEqualTo(2);
    assertThat(read.bucket()).isEqualTo(CountBucket.SMALL);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(ConsentTree.load(folder.resolve("none")).consenting()).isZero();
  }

  @Test
  void a_withdrawal_changes_the_root_and_an_unlisted_record_counts_as_withdrawn() {
    ConsentTree tree = ConsentTree.empty().updated(LIST, RANDOM);
    ConsentTree next =
        tree.updated(ConsentFile.parse("record,consent\np3,yes\np4,yes\n", "c.csv"), RANDOM);
    assertThat(next.root()).isNotEqualTo(tree.root());
    assertThat(next.allows("p1")).isFalse();
    assertThat(next.allows("p4")).isTrue();
    assertThat(tree.updated(LIST, RANDOM).root()).isEqualTo(tree.root());
  }

  @Test
  void an_erased_record_leaves_neither_name_nor_key_and_the_root_stands() throws IOException {
    ConsentTree tree = ConsentTree.empty().updated(LIST, RANDOM);
    ConsentTree erased = tree.erased("p1");
    Path file = folder.resolve("consent.tree");
    erased.save(file);
    assertThat(ConsentTree.load(file).root()).isEqualTo(tree.root());
    assertThat(Files.readString(file)).doesNotContain("p1");
    assertThat(erased.allows("p1")).isFalse();
  }

  @Test
  void single_records_are_withdrawn_and_looked_up() {
    ConsentTree tree = ConsentTree.empty().updated(LIST, RANDOM);
    ConsentTree next = tree.withdrawn(java.util.List.of("p1", "unknown"));
    assertThat(next.allowed()).containsExactly("p3");
    assertThat(next.state("p1")).contains(ConsentState.WITHDRAWN);
    assertThat(next.state("unknown")).isEmpty();
    assertThat(next.erased("p1").state("p1")).isEmpty();
    assertThat(next.erased("p1").size()).isEqualTo(3);
    assertThat(next.root()).isNotEqualTo(tree.root());
    assertThat(tree.withdrawn(java.util.List.of("unknown")).root()).isEqualTo(tree.root());
  }

  @Test
  void two_hospitals_with_the_same_list_have_different_roots() {
    assertThat(ConsentTree.empty().updated(LIST, RANDOM).root())
        .isNotEqualTo(ConsentTree.empty().updated(LIST, RANDOM).root());
  }

  @Test
  void bad_lists_are_refused_at_their_line() {
    assertThatThrownBy(() -> ConsentFile.parse("id,consent\n", "c.csv"))
        .hasMessage("c.csv:1: the first line must be the header 'record,consent'");
    assertThatThrownBy(() -> ConsentFile.parse("record,consent\np1,maybe\n", "c.csv"))
        .hasMessage("c.csv:2: consent must be yes, no or withdrawn");
    assertThatThrownBy(() -> ConsentFile.parse("record,consent\np1,yes\np1,no\n", "c.csv"))
        .hasMessage("c.csv:3: this record stands twice; remove one line");
    assertThatThrownBy(() -> ConsentFile.parse("record,consent\np1\n", "c.csv"))
        .hasMessage("c.csv:2: expected 2 cells without quotes, like the header");
  }
}
