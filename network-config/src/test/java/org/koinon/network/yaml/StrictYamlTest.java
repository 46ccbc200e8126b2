package org.koinon.network.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koinon.federation.encoding.Decimal;

final class StrictYamlTest {
  enum Colour {
    RED,
    DARK_BLUE
  }

  record Inner(@Default("3") int batchSize, @Default("1e-3") Decimal rate) {}

  record Outer(
      String name,
      @Default("dark-blue") Colour colour,
      @Default("{}") Inner inner,
      @Default("5m") Duration pause,
      @Default("[1, 2]") List<Integer> sizes,
      @Nullable Long seed) {}

  private static Outer parse(String yaml) {
    return StrictYaml.parse(yaml, "f.yaml", Outer.class);
  }

  @Test
  void what_is_left_out_has_its_default() {
    assertThat(parse("name: a"))
        .isEqualTo(
            new Outer(
                "a",
                Colour.DARK_BLUE,
                new Inner(3, new Decimal("0.001")),
                Duration.ofMinutes(5),
                List.of(1, 2),
                null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "name: a\\ncolor: red|f.yaml:2: unknown key 'color'; did you mean 'colour'?",
        "name: a\\ninner: {batch_size: 3}|f.yaml:2: inner: unknown key 'batch_size'; did you mean"
            + " 'batch-size'?",
        "seed: 1|f.yaml:1: the key 'name' is missing",
        "name: a\\nname: b|f.yaml:2: the key 'name' stands twice, first on line 1: remove one",
        "name: 3|f.yaml:1: name: expected a text, not the number 3: put it in double quotes",
        "name: a\\nseed: x|f.yaml:2: seed: expected an integer, not the text 'x'",
        "name: a\\ninner: 3|f.yaml:2: inner: expected a section of keys, not the number 3",
        "name: a\\nsizes: [1, b]|f.yaml:2: sizes[1]: expected an integer, not the text 'b'",
        "name: a\\npause: 5|f.yaml:2: pause: expected a duration such as 500ms, 10s, 5m, 2h or 1d,"
            + " not the number 5",
        "name: a\\ncolour: rod|f.yaml:2: colour: the text 'rod' is not a known value; did you mean"
            + " 'red'?",
        "name: *x|f.yaml:1: anchors (&) and aliases (*) are not read: write the value out",
        "name: a\\nsizes: &x [1]|f.yaml:2: anchors (&) and aliases (*) are not read: write the value out",
        "name:|f.yaml:1: name: has no value: write one or remove the key"
      })
  void a_fault_is_named_with_its_line_and_how_to_mend_it(String yaml, String message) {
    assertThatThrownBy(() -> parse(yaml.replace("\\n", "\n")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  @Test
  void a_file_that_is_too_long_too_deep_or_empty_is_refused() {
    assertThatThrownBy(() -> parse("#".repeat(StrictYaml.BYTES_MAX + 1)))
        .hasMessage("f.yaml: longer than 1048576 bytes, the limit");
    assertThatThrownBy(() -> parse("name: " + "[".repeat(5000)))
        .isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> parse("")).isInstanceOf(ConfigException.class);
  }
}
