package org.koinon.libp2p.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koinon.testkit.Seeded;

final class ProtoTest {
  @Test
  void a_subscription_has_the_bytes_that_other_implementations_send() {
    ProtoWriter subscription = new ProtoWriter().bool(1, true).string(2, "s");
    assertThat(hex(new ProtoWriter().message(1, subscription).toByteArray()))
        .isEqualTo("0a050801120173");
  }

  @Test
  void fields_come_back_and_unknown_ones_are_passed_over() throws WireException {
    byte[] message =
        new ProtoWriter()
            .uint64(1, 1L << 40)
            .string(2, "κοινόν")
            .bytes(99, new byte[300])
            .message(3, new ProtoWriter().bool(1, true))
            .toByteArray();
    ProtoReader reader = ProtoReader.of(message);
    assertThat(reader.next()).isTrue();
    assertThat(reader.uint64()).isEqualTo(1L << 40);
    assertThat(reader.next()).isTrue();
    assertThat(reader.string(64)).isEqualTo("κοινόν");
    assertThat(reader.next()).isTrue();
    assertThat(reader.field()).isEqualTo(99);
    assertThat(reader.next()).isTrue();
    ProtoReader nested = reader.message();
    assertThat(nested.next()).isTrue();
    assertThat(nested.bool()).isTrue();
    assertThat(nested.next()).isFalse();
    assertThat(reader.next()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0a", // length missing
        "0a05ff", // runs over the end
        "0affffffffffffffffff01", // negative length
        "08", // varint missing
        "08ffffffffffffffffffff01", // varint of eleven bytes
        "09000000", // fixed64 cut
        "0d00", // fixed32 cut
        "0b", // group
        "00", // field 0
        "f8ffffffff01" // field above 2^29-1
      })
  void broken_messages_are_refused(String hex) {
    assertThatThrownBy(
            () -> {
              ProtoReader reader = ProtoReader.of(HexFormat.of().parseHex(hex));
              while (reader.next()) {
                reader.field();
              }
            })
        .isInstanceOf(WireException.class);
  }

  @Test
  void nesting_deeper_than_four_is_refused() throws WireException {
    ProtoWriter message = new ProtoWriter();
    for (int i = 0; i < 4; i++) {
      message = new ProtoWriter().message(1, message);
    }
    ProtoReader reader = ProtoReader.of(message.toByteArray());
    for (int i = 0; i < 3; i++) {
      assertThat(reader.next()).isTrue();
      reader = reader.message();
    }
    assertThat(reader.next()).isTrue();
    assertThatThrownBy(reader::message).hasMessageContaining("nested deeper than 4");
  }

  @Test
  void a_field_longer_than_asked_for_or_of_another_type_is_refused() throws WireException {
    ProtoReader reader = ProtoReader.of(new ProtoWriter().string(1, "long").toByteArray());
    assertThat(reader.next()).isTrue();
    assertThatThrownBy(() -> reader.bytes(3)).hasMessageContaining("has 4 bytes, limit 3");
    assertThatThrownBy(reader::uint64).hasMessageContaining("wire type 2, expected 0");
  }

  @Test
  void text_that_is_not_utf8_is_refused() throws WireException {
    ProtoReader reader =
        ProtoReader.of(
            new ProtoWriter()
                .bytes(1, "\u00ff".getBytes(StandardCharsets.ISO_8859_1))
                .toByteArray());
    assertThat(reader.next()).isTrue();
    assertThatThrownBy(() -> reader.string(10)).hasMessageContaining("not UTF-8");
  }

  @Test
  void one_entry_more_than_agreed_is_refused() {
    assertThatCode(() -> ProtoReader.requireRoom(4, 5, "ids")).doesNotThrowAnyException();
    assertThatThrownBy(() -> ProtoReader.requireRoom(5, 5, "ids")).hasMessage("more than 5 ids");
  }

  @Seeded(cases = 500)
  void random_bytes_end_in_a_wire_exception_or_in_the_end(long seed) {
    Random random = new Random(seed);
    byte[] noise = new byte[random.nextInt(64)];
    random.nextBytes(noise);
    try {
      ProtoReader reader = ProtoReader.of(noise);
      int fields = 0;
      while (reader.next()) {
        fields++;
      }
      assertThat(fields).isLessThanOrEqualTo(noise.length);
    } catch (WireException e) {
      assertThat(e).hasMessageContaining("protobuf");
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
