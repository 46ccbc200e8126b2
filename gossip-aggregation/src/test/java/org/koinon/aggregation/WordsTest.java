package org.koinon.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koinon.testkit.Seeded;

class WordsTest {
  @Seeded
  void the_sum_is_that_of_the_integers_mod_two_to_the_k_in_any_order(long seed) {
    Random random = new Random(seed);
    int wordBits = List.of(16, 32, 64).get(random.nextInt(3));
    int count = random.nextInt(1, 20_000);
    List<Words> terms = new ArrayList<>();
    for (int i = 0; i < 2 + random.nextInt(6); i++) {
      terms.add(random(wordBits, count, random));
    }

    Words sum = Words.sum(terms);

    BigInteger ring = BigInteger.ONE.shiftLeft(wordBits);
    for (int i = 0; i < count; i += 1 + count / 50) {
      BigInteger expected = BigInteger.ZERO;
      for (Words term : terms) {
        expected = expected.add(BigInteger.valueOf(term.signed(i)));
      }
      assertThat(BigInteger.valueOf(sum.signed(i)).mod(ring)).isEqualTo(expected.mod(ring));
    }
    Collections.shuffle(terms, random);
    assertThat(Words.sum(terms)).isEqualTo(sum);
  }

  private static Words random(int wordBits, int count, Random random) {
    byte[] bytes = new byte[(count + 3) * wordBits / 8];
    random.nextBytes(bytes);
    return Words.wrap(wordBits, bytes).slice(random.nextInt(4), count);
  }

  @Test
  void words_are_little_endian_and_signed() {
    byte[] bytes = HexFormat.of().parseHex("feffffff0000008001000000ffffff7f");

    assertThat(Words.wrap(32, bytes).signed(0)).isEqualTo(-2);
    assertThat(Words.wrap(32, bytes).signed(1)).isEqualTo(Integer.MIN_VALUE);
    assertThat(Words.wrap(16, bytes).signed(7)).isEqualTo(0x7fff);
    assertThat(Words.wrap(64, bytes).signed(1)).isEqualTo(0x7fffffff00000001L);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32, 64})
  void numbers_come_back_as_they_were_put(int wordBits) {
    double max = Math.scalb(1.0, wordBits - 3);
    Words words = Words.zeros(wordBits, 5);
    words.put(1, new double[] {max, -max, -1, 0}, 4);

    long[] read = new long[5];
    words.read(0, read, 5);

    assertThat(read).containsExactly(0, (long) max, (long) -max, -1, 0);
  }

  @Test
  void a_sum_does_not_touch_its_terms() {
    Words one = Words.wrap(32, new byte[] {1, 0, 0, 0});

    assertThat(Words.sum(List.of(one, one, one)).signed(0)).isEqualTo(3);
    assertThat(one.signed(0)).isEqualTo(1);
  }

  @Test
  void sizes_that_do_not_fit_are_refused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Words.zeros(24, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> Words.zeros(32, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> Words.zeros(64, 1 << 28));
    assertThatIllegalArgumentException().isThrownBy(() -> Words.wrap(32, new byte[7]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Words.sum(List.of(Words.zeros(32, 2), Words.zeros(32, 3))));
  }

  @Test
  void its_text_shows_no_number() {
    assertThat(Words.wrap(16, new byte[] {77, 0})).hasToString("Words[1 of 16 bits]");
  }
}
