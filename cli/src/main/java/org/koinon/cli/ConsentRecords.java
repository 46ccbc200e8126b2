package org.koinon.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.koinon.network.consent.ConsentState;
import org.koinon.network.consent.ConsentTree;
import org.koinon.network.yaml.ConfigException;
import picocli.CommandLine.Option;

/** The records that a command about consent is for. */
final class ConsentRecords {
  @Option(
      names = "--record",
      required = true,
      arity = "1..*",
      paramLabel = "R",
      description = "The record, named as in the list.")
  private List<String> records = new ArrayList<>();

  List<String> records() {
    return records;
  }

  /** The tree, in which all the records must be. */
  ConsentTree treeWithAll(Path file) {
    if (Files.notExists(file)) {
      throw new ConfigException(
          file.toString(),
          0,
          "no list of consents was imported, so all rows are used on the study's legal basis;"
              + " import a list without the record: koinon consent import");
    }
    ConsentTree tree = ConsentTree.load(file);
    long unknown = records.stream().filter(record -> tree.state(record).isEmpty()).count();
    if (unknown > 0) {
      throw new ConfigException(
          file.toString(),
          0,
          unknown
              + " of the "
              + records.size()
              + " records named are not in it (or were erased); nothing was changed");
    }
    return tree;
  }

  boolean anyIs(ConsentTree tree, ConsentState state) {
    return records.stream().anyMatch(record -> tree.state(record).orElseThrow() == state);
  }
}
