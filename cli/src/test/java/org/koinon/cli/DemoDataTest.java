package org.koinon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of the form that UCI publishes, with made-up patients. */
class DemoDataTest {
  private static final List<String> SITES = List.of("cleveland", "hungarian", "switzerland", "va");
  private static final int ROWS = 12;

  @TempDir Path folder;
  private Path data = Path.of("data");
  private Path work = Path.of("work");

  @BeforeEach
  void write() throws IOException {
    data = Files.createDirectory(folder.resolve("data"));
    work = folder.resolve("work");
    StringBuilder split = new StringBuilder("centre,centre_name,row,fold,label\n");
    for (int site = 0; site < SITES.size(); site++) {
      StringBuilder table = new StringBuilder();
      for (int row = 0; row < ROWS; row++) {
        int label = row % 2;
        table.append(50 + row).append(".0,1.0,4.0,130.0,240.0,0.0,0.0,150.0,0.0,1.5,?,?,?,");
        table.append(label).append('\n');
        split.append(site).append(',').append(SITES.get(site)).append(',').append(row);
        split.append(row < ROWS - 2 ? ",train," : ",test,").append(label).append('\n');
      }
      Files.writeString(table(SITES.get(site)), table);
    }
    Files.writeString(data.resolve("flamby_split.csv"), split);
  }

  private Path table(String site) {
    return data.resolve("processed." + site + ".data");
  }

  private Run demo() {
    return Run.koinon("demo", "--data", data, "--work", work);
  }

  private void assertRefused(Run run, String... words) {
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(words);
    assertThat(work).as("nothing is founded").doesNotExist();
  }

  @Test
  void tables_without_the_file_that_says_what_is_for_training_are_refused() throws IOException {
    Path split = data.resolve("flamby_split.csv");
    Files.delete(split);
    assertRefused(
        demo(),
        split + ": there is no such file",
        "which rows are for training",
        "centre_name, row, fold",
        "README.md",
        "\"Try it\"");
  }

  @Test
  void a_broken_row_of_any_hospital_is_refused_with_file_and_line() throws IOException {
    List<String> lines = Files.readAllLines(table("va"));
    lines.set(4, "54.0,1.0,4.0");
    Files.write(table("va"), lines);
    assertRefused(demo(), "processed.va.data:5", "cells");
  }

  @Test
  void a_hospital_that_the_split_leaves_out_is_refused() throws IOException {
    Path split = data.resolve("flamby_split.csv");
    Files.write(
        split,
        Files.readAllLines(split).stream().filter(line -> !line.contains("hungarian")).toList());
    assertRefused(demo(), "flamby_split.csv", "hungarian");
  }

  @Test
  void a_folder_that_is_not_there_is_named_once_with_the_way_to_mend_it() {
    Path nowhere = folder.resolve("nowhere");
    Run run = Run.koinon("demo", "--data", nowhere, "--work", work);
    assertRefused(run, "there is no such folder", "README.md");
    assertThat(run.err()).containsOnlyOnce(nowhere.toString());
  }

  @Test
  void a_simulation_refuses_the_same_before_it_begins() throws IOException {
    Files.delete(data.resolve("flamby_split.csv"));
    Path study = folder.resolve("study.yaml");
    Files.writeString(study, Run.koinon("study", "example", "fed-heart").out());
    assertRefused(
        Run.koinon("simulate", "--study", study, "--data", data, "--work", work),
        "flamby_split.csv: there is no such file");
  }
}
