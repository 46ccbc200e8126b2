package org.koinon.federation.encoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koinon.testkit.Seeded;

class CanonicalTest {
  @Test
  void members_are_sorted_by_utf16_units_as_in_rfc_8785_section_3_2_3() {
    TreeMap<String, Json> members = new TreeMap<>();
    for (String name :
        new String[] {"\u20ac", "\r", "\ufb33", "1", "\ud83d\ude00", "\u0080", "\u00f6"}) {
      members.put(name, new Json.Bool(true));
    }
    assertThat(new String(Canonical.encode(new Json.Obj(members)), UTF_8))
        .isEqualTo(
            "{\"\\r\":true,\"1\":true,\"\u0080\":true,\"\u00f6\":true,\"\u20ac\":true,"
                + "\"\ud83d\ude00\":true,\"\ufb33\":true}");
  }

  @Test
  void strings_are_escaped_as_in_rfc_8785_section_3_2_2_2() {
    assertThat(
            new String(
                Canonical.encode(new Json.Str("\u20ac$\u000f\nA'B\"\\\"/\b\t\f\r\u007f")), UTF_8))
        .isEqualTo("\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\"/\\b\\t\\f\\r\u007f\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1",
        "{\"a\":1",
        "{\"a\"}",
        "tru",
        "null",
        "1.0",
        "1e3",
        "-0",
        "01",
        "+1",
        " 1",
        "1 ",
        "1 2",
        "{ }",
        "[1, 2]",
        "{\"b\":1,\"a\":1}",
        "{\"a\":1,\"a\":1}",
        "\"\\u0041\"",
        "\"\\/\"",
        "\"\\u000A\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "{\"\\ud800\":1}",
        "9007199254740992",
        "-9007199254740992",
        "-9223372036854775808",
        "9223372036854775808",
        "99999999999999999999999",
        "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]",
        "\ufeff1",
        "'a'",
        "NaN",
        "[1,]",
        "{\"a\":1,}",
        "/**/1"
      })
  void what_is_not_canonical_is_refused(String text) {
    assertThatThrownBy(() -> Canonical.decode(text.getBytes(UTF_8)))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void other_charsets_and_overlong_forms_are_refused() {
    for (byte[] bytes :
        new byte[][] {
          "{\"a\":1}".getBytes(StandardCharsets.UTF_16BE),
          "{\"a\":1}".getBytes(StandardCharsets.UTF_16LE),
          {'"', (byte) 0xc1, (byte) 0x81, '"'},
          {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'},
          {'"', (byte) 0xff, '"'},
          new byte[Canonical.BYTES_MAX + 1]
        }) {
      assertThatThrownBy(() -> Canonical.decode(bytes)).isInstanceOf(FormatException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"9007199254740991", "-9007199254740991", "[]", "{}", "\"\"", "true"})
  void the_edges_are_read(String text) {
    assertThat(new String(Canonical.encode(Canonical.decode(text.getBytes(UTF_8))), UTF_8))
        .isEqualTo(text);
  }

  @Seeded(cases = 300)
  void noise_is_refused_or_is_what_it_encodes_to(long seed) {
    Random random = new Random(seed);
    byte[] bytes = "{\"a\":[1,\"\u00e9\\n\",true],\"b\":{\"c\":-5}}".getBytes(UTF_8);
    for (int i = random.nextInt(4); i >= 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    try {
      assertThat(Canonical.encode(Canonical.decode(bytes))).isEqualTo(bytes);
    } catch (FormatException refused) {
      assertThat(refused).hasMessageMatching("(?s).+");
    }
  }
}
