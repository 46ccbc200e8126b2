package org.koinon.system.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.koinon.federation.encoding.Digest;

/** The scanner finds what is there, and nothing where nothing is. */
class RowPatternsTest {
  private static final List<String> ROW = List.of("63.0", "1.0", "145.0", "233.0", "?", "2.3");
  private static final byte[] NOISE = new byte[1 << 20];

  static {
    new Random(7).nextBytes(NOISE);
  }

  private final PatternScan scan = new PatternScan();

  private List<String> hits(byte[] planted) {
    byte[] content = NOISE.clone();
    System.arraycopy(planted, 0, content, 12_345, planted.length);
    return scan.in(content);
  }

  @Test
  void a_row_is_found_in_each_form_and_named() {
    assertThat(RowPatterns.add(scan, "table row 7", ROW)).isZero();
    assertThat(hits("x63.0,1.0,145.0,233.0,?".getBytes(StandardCharsets.US_ASCII)))
        .anyMatch(hit -> hit.startsWith("table row 7 from column 1, text"));
    assertThat(hits("[\"145\",\"233\"]".getBytes(StandardCharsets.US_ASCII))).isNotEmpty();
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      assertThat(hits(ByteBuffer.allocate(8).order(order).putFloat(145).putFloat(233).array()))
          .isNotEmpty();
      assertThat(hits(ByteBuffer.allocate(16).order(order).putDouble(145).putDouble(233).array()))
          .isNotEmpty();
      assertThat(hits(ByteBuffer.allocate(8).order(order).putInt(145).putInt(233).array()))
          .isNotEmpty();
      assertThat(hits(ByteBuffer.allocate(16).order(order).putLong(145).putLong(233).array()))
          .isNotEmpty();
    }
    assertThat(hits("4311000043690000".getBytes(StandardCharsets.US_ASCII)))
        .as("two floats in hexadecimal")
        .isNotEmpty();
  }

  @Test
  void values_on_both_sides_of_a_missing_one_are_found() {
    assertThat(RowPatterns.add(scan, "table row 7", ROW)).isZero();
    assertThat(hits("233.0,?,2.3".getBytes(StandardCharsets.US_ASCII)))
        .anyMatch(hit -> hit.startsWith("table row 7 from column 4, text"));
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      ByteBuffer without = ByteBuffer.allocate(16).order(order).putDouble(233).putDouble(2.3);
      assertThat(hits(without.array())).isNotEmpty();
      ByteBuffer nan = ByteBuffer.allocate(12).order(order);
      nan.putFloat(233).putFloat(Float.NaN).putFloat(2.3f);
      assertThat(hits(nan.array())).isNotEmpty();
    }
  }

  @Test
  void small_values_behind_the_last_telling_one_are_found_with_it() {
    List<String> row = List.of("63.0", "145.0", "233.0", "0.0", "2.0", "0.0");
    assertThat(RowPatterns.add(scan, "table row 8", row)).isZero();
    assertThat(hits("233.0,0.0,2.0,0.0".getBytes(StandardCharsets.US_ASCII))).isNotEmpty();
    ByteBuffer floats = ByteBuffer.allocate(16).putFloat(233).putFloat(0).putFloat(2).putFloat(0);
    assertThat(hits(floats.array())).isNotEmpty();
    assertThat(scan.in(NOISE)).isEmpty();
  }

  @Test
  void a_value_that_no_pattern_covers_is_counted() {
    assertThat(RowPatterns.add(scan, "all small", List.of("1", "0", "?", "3"))).isEqualTo(3);
    assertThat(RowPatterns.add(scan, "one that tells", List.of("x", "145", "3"))).isEqualTo(2);
    assertThat(RowPatterns.add(scan, "two", List.of("145", "3", "77", "2"))).isZero();
    assertThat(RowPatterns.add(scan, "heading", List.of("age", "sex"))).isZero();
  }

  @Test
  void a_single_value_of_five_digits_is_found_and_one_of_four_is_not() {
    assertThat(RowPatterns.add(scan, "table row 9", List.of("1", "98.7654", "1.234"))).isZero();
    assertThat(hits("{\"x\":98.7654}".getBytes(StandardCharsets.US_ASCII)))
        .anyMatch(hit -> hit.startsWith("table row 9 column 2, text"));
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      assertThat(hits(ByteBuffer.allocate(8).order(order).putDouble(98.7654).array())).isNotEmpty();
      assertThat(hits(ByteBuffer.allocate(8).order(order).putDouble(1.234).array())).isEmpty();
    }
    assertThat(hits("{\"x\":98.7655}".getBytes(StandardCharsets.US_ASCII))).isEmpty();
    assertThat(hits("{\"x\":  1.234}".getBytes(StandardCharsets.US_ASCII))).isEmpty();
  }

  @Test
  void a_records_name_is_found_and_so_is_its_hash() {
    RowPatterns.addName(scan, "S01-00017");
    assertThat(hits("(S01-00017)".getBytes(StandardCharsets.US_ASCII)))
        .anyMatch(hit -> hit.startsWith("the record S01-00017"));
    Digest hash = Digest.sha256("S01-00017".getBytes(StandardCharsets.US_ASCII));
    assertThat(hits(hash.bytes())).isNotEmpty();
    assertThat(hits(hash.hex().getBytes(StandardCharsets.US_ASCII))).isNotEmpty();
    assertThat(hits("(S01-00018)".getBytes(StandardCharsets.US_ASCII))).isEmpty();
  }

  @Test
  void noise_holds_nothing_and_neither_does_another_row() {
    assertThat(RowPatterns.add(scan, "table row 7", ROW)).isZero();
    assertThat(scan.in(NOISE)).isEmpty();
    assertThat(hits("63.0,0.0,145.0,234.0".getBytes(StandardCharsets.US_ASCII))).isEmpty();
  }

  @Test
  void a_pattern_at_the_very_end_is_found() {
    scan.add("end", "12345678end".getBytes(StandardCharsets.US_ASCII));
    assertThat(scan.in("x12345678end".getBytes(StandardCharsets.US_ASCII))).hasSize(1);
    assertThat(scan.in("x12345678en".getBytes(StandardCharsets.US_ASCII))).isEmpty();
  }
}
