package org.koinon.system.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The demonstration's study on a network of Fabric's own programs, on the hospitals' data named by
 * {@code koinon.data} where they are, else on its synthetic tables: no block holds values of a
 * patient, in the form of any of {@link RowPatterns}, nor a record's name where the table has such.
 * {@link StudyOnABrokenNetworkTest} looks for the names of a list of consents.
 */
@Tag("fabric")
final class NothingPersonalOnAnyBlockTest {
  private static final long DEMO_MINUTES = 15;
  private static final int SHOWN_MAX = 5;

  /** The lines of a synthetic table that are no record: a remark and the names of the columns. */
  private static final int HEADINGS = 2;

  /** Of a record in a synthetic table; the real ones have no names. */
  private static final Pattern NAME = Pattern.compile("S\\d\\d-\\d{5}");

  @TempDir private Path folder;

  @Test
  void no_block_of_any_node_holds_a_row_of_any_table() throws Exception {
    Path real = Path.of(System.getProperty("koinon.data", ""), "fed-heart-disease");
    boolean isReal = Files.isDirectory(real);
    Path work = folder.resolve("demo");
    assertThat(demo(work, isReal ? List.of("--data", real.toString()) : List.of()))
        .contains("\"verdict\":\"verified\"");

    List<Path> tables = files(isReal ? real : work.resolve("data"), isReal ? ".data" : ".csv");
    PatternScan scan = new PatternScan();
    int rows = 0;
    int values = 0;
    int uncovered = 0;
    int names = 0;
    for (Path table : tables) {
      for (String line : Files.readAllLines(table, StandardCharsets.UTF_8)) {
        rows++;
        if (NAME.matcher(fields(line).getFirst()).matches()) {
          RowPatterns.addName(scan, fields(line).getFirst());
          names++;
        }
        values += fields(line).stream().mapToInt(each -> (int) number(each).count()).sum();
        uncovered += RowPatterns.add(scan, table.getFileName() + " row " + rows, fields(line));
      }
    }
    assertThat(rows).isGreaterThan(100);
    List<Path> blocks = files(work.resolve("consortium/fabric/nodes"), "blockfile_000000");
    assertThat(blocks).as("of each orderer and each peer").hasSizeGreaterThanOrEqualTo(7);
    long bytes = 0;
    for (Path each : blocks) {
      byte[] content = Files.readAllBytes(each);
      bytes += content.length;
      if (each.toString().contains("peer.")) {
        assertThat(new String(content, StandardCharsets.ISO_8859_1))
            .as("entries stand in clear in %s", each)
            .contains("Genesis")
            .contains("Finalised");
      }
      assertThat(scan.in(content).stream().limit(SHOWN_MAX)).as(each.toString()).isEmpty();
    }
    System.out.printf(
        "%d patterns of %d rows with %d names of %s are in none of %d bytes of %d block files;"
            + " no pattern covers %d of %d values%n",
        scan.size(),
        rows,
        names,
        isReal ? "real hospital data" : "synthetic data",
        bytes,
        blocks.size(),
        uncovered,
        values);
    assertThat(uncovered).isLessThanOrEqualTo(isReal ? 0 : values / 100);
    assertThat(names).isEqualTo(isReal ? 0 : rows - HEADINGS * tables.size());
    finds_what_is_planted(scan, Files.readAllBytes(blocks.getFirst()), tables.getFirst());
  }

  /** A row of the table put among the bytes of a block, in each form, is found there. */
  private static void finds_what_is_planted(PatternScan scan, byte[] block, Path table)
      throws IOException {
    List<String> row = fields(Files.readAllLines(table, StandardCharsets.UTF_8).getLast());
    List<byte[]> forms = new ArrayList<>();
    forms.add(String.join(",", row).getBytes(StandardCharsets.UTF_8));
    List<Double> values = row.stream().flatMap(NothingPersonalOnAnyBlockTest::number).toList();
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      ByteBuffer floats = ByteBuffer.allocate(values.size() * Float.BYTES).order(order);
      ByteBuffer doubles = ByteBuffer.allocate(values.size() * Double.BYTES).order(order);
      values.forEach(each -> floats.putFloat(each.floatValue()));
      values.forEach(doubles::putDouble);
      forms.add(floats.array());
      forms.add(doubles.array());
    }
    for (byte[] form : forms) {
      byte[] planted = Arrays.copyOf(block, block.length);
      System.arraycopy(form, 0, planted, block.length / 3, form.length);
      assertThat(scan.in(planted)).isNotEmpty();
    }
  }

  private static Stream<Double> number(String field) {
    try {
      return Stream.of(Double.valueOf(field.strip()));
    } catch (NumberFormatException e) {
      return Stream.empty();
    }
  }

  private static List<String> fields(String line) {
    return List.of(line.split(",", -1));
  }

  private static List<Path> files(Path under, String ending) throws IOException {
    try (Stream<Path> all = Files.walk(under)) {
      return all.filter(file -> file.getFileName().toString().endsWith(ending)).sorted().toList();
    }
  }

  private String demo(Path work, List<String> data) throws IOException, InterruptedException {
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                "org.koinon.cli.Main",
                "demo",
                "--json",
                "--ledger",
                "fabric",
                "--rounds",
                "2",
                "--work",
                work.toString(),
                "--chaincode",
                RealNetwork.jar().toString()));
    words.addAll(data);
    Path output = folder.resolve("demo.json");
    Path errors = folder.resolve("demo.err");
    Process process =
        new ProcessBuilder(words)
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    if (!process.waitFor(DEMO_MINUTES, TimeUnit.MINUTES)) {
      process.destroy(); // it ends what it started
      process.waitFor();
      throw new AssertionError("the demonstration did not end: " + Files.readString(errors));
    }
    assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
    return Files.readString(output);
  }
}
