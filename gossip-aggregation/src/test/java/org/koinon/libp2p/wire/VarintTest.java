package org.koinon.libp2p.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koinon.testkit.Seeded;

final class VarintTest {
  @ParameterizedTest
  @CsvSource({
    "0,00",
    "1,01",
    "127,7f",
    "128,8001",
    "255,ff01",
    "300,ac02",
    "16384,808001",
    "9223372036854775807,ffffffffffffffff7f"
  })
  void the_vectors_of_multiformats_are_written_and_read(long value, String hex) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Varint.write(out, value);
    assertThat(HexFormat.of().formatHex(out.toByteArray())).isEqualTo(hex);
    assertThat(Varint.size(value)).isEqualTo(hex.length() / 2);
    assertThat(Varint.read(bytes(hex))).isEqualTo(value);
  }

  @Seeded(cases = 200)
  void what_is_written_is_read(long seed) throws IOException {
    long value = new Random(seed).nextLong() >>> (1 + seed % 63);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Varint.write(out, value);
    assertThat(out.size()).isEqualTo(Varint.size(value));
    assertThat(Varint.read(new ByteArrayInputStream(out.toByteArray()))).isEqualTo(value);
  }

  @Test
  void a_longer_form_than_needed_is_refused() {
    assertThatThrownBy(() -> Varint.read(bytes("8000"))).hasMessageContaining("not minimal");
  }

  @Test
  void more_than_nine_bytes_are_refused() {
    assertThatThrownBy(() -> Varint.read(bytes("ffffffffffffffffff01")))
        .isInstanceOf(WireException.class)
        .hasMessageContaining("longer than 9");
  }

  @Test
  void an_end_inside_is_told_from_an_end_before() {
    assertThatThrownBy(() -> Varint.read(bytes("")))
        .isInstanceOf(EOFException.class)
        .hasMessageContaining("before");
    assertThatThrownBy(() -> Varint.read(bytes("80")))
        .isInstanceOf(EOFException.class)
        .hasMessageContaining("inside");
  }

  @Test
  void a_negative_number_is_a_mistake_of_the_caller() {
    assertThatThrownBy(() -> Varint.write(new ByteArrayOutputStream(), -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_length_above_the_limit_takes_no_memory() {
    assertThatThrownBy(() -> LengthPrefixed.read(bytes("ffffffff07"), 1024, "rpc"))
        .isInstanceOf(WireException.class)
        .hasMessageContaining("rpc of 2147483647 bytes exceeds the limit of 1024");
  }

  @Test
  void a_prefixed_message_ends_cleanly_or_not_at_all() throws IOException {
    assertThat(LengthPrefixed.read(bytes(""), 10, "m")).isEmpty();
    assertThat(LengthPrefixed.read(bytes("020102"), 10, "m")).contains(new byte[] {1, 2});
    assertThatThrownBy(() -> LengthPrefixed.read(bytes("0201"), 10, "m"))
        .isInstanceOf(EOFException.class);
  }

  private static ByteArrayInputStream bytes(String hex) {
    return new ByteArrayInputStream(HexFormat.of().parseHex(hex));
  }
}
