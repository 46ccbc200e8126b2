package org.koinon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.koinon.peer.dataset.SyntheticCohort;
import org.koinon.peer.node.NodeHome;

/** A consortium of four hospitals with synthetic tables, founded by the command. */
record Founded(Path folder) {
  static final List<String> MEMBERS = List.of("athens", "basel", "cork", "delft");

  static Founded in(Path parent) {
    Path folder = parent.resolve("heart");
    Run init =
        Run.koinon(
            "network", "init", "--name", "heart", "--members", String.join(",", MEMBERS), folder);
    assertThat(init.code()).as(init.err()).isZero();
    Founded founded = new Founded(folder);
    List<Path> tables = new SyntheticCohort(MEMBERS.size(), 7).write(parent.resolve("tables"));
    for (int i = 0; i < MEMBERS.size(); i++) {
      founded.addTable(MEMBERS.get(i), tables.get(i));
    }
    return founded;
  }

  private void addTable(String member, Path table) {
    try (InputStream schema = Founded.class.getResourceAsStream("/schemas/synthetic-heart.yaml")) {
      Path data = folder.resolve(member).resolve("data");
      Files.copy(table, data.resolve("table.csv"));
      Files.copy(schema, data.resolve("schema.yaml"));
      Files.writeString(
          node(member),
          "dataset:\n  table: data/table.csv\n  schema: data/schema.yaml\n",
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path node(String member) {
    return folder.resolve(member).resolve("node.yaml");
  }

  Path ledger() {
    return folder.resolve("ledger.db");
  }

  Path table(String member) {
    return folder.resolve(member).resolve("data/table.csv");
  }

  NodeHome home(String member) {
    return NodeHome.read(node(member));
  }

  MemberSession session(String member) {
    return MemberSession.open(home(member));
  }

  /** A study file; each pair of words replaces one text of the demo's by another. */
  Path study(String... changes) {
    String text = local("heart-demo");
    for (int i = 0; i < changes.length; i += 2) {
      assertThat(text).contains(changes[i]);
      text = text.replace(changes[i], changes[i + 1]);
    }
    return write("study.yaml", text);
  }

  /** An example in which each hospital scales its columns by itself. */
  static String local(String example) {
    return Run.koinon("study", "example", example)
        .out()
        .replaceFirst("standardise: \\w+", "standardise: local");
  }

  Path write(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
