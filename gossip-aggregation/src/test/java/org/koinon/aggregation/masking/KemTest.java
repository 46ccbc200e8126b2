package org.koinon.aggregation.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.junit.jupiter.api.Test;
import org.koinon.federation.encoding.FormatException;
import org.koinon.testkit.Seeded;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class KemTest {
  private static final int MLKEM_KEY_BYTES = 1184;

  /** The test vectors of draft-connolly-cfrg-xwing-kem, with the draft's encapsulation seeds. */
  @Test
  void keys_ciphertexts_and_secrets_are_those_of_the_draft() {
    JsonNode cases = read("/vectors/xwing.json");
    assertThat(cases.size()).isEqualTo(3);
    for (JsonNode one : cases) {
      KemSecret secret = KemSecret.of(Seed.of(bytes(one, "seed")));
      assertThat(secret.publicKey().bytes().toArray()).isEqualTo(bytes(one, "pk"));

      Encapsulation made = secret.publicKey().encapsulate(new Replay(bytes(one, "eseed")));
      assertThat(made.ciphertext().bytes().toArray()).isEqualTo(bytes(one, "ct"));
      assertThat(made.shared().bytes()).isEqualTo(bytes(one, "ss"));

      KemCiphertext ciphertext = KemCiphertext.of(bytes(one, "ct"));
      assertThat(secret.decapsulate(ciphertext).bytes()).isEqualTo(bytes(one, "ss"));
    }
  }

  @Seeded(cases = 10)
  void both_ends_have_the_same_keys_and_a_third_has_others(long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    KeyedAttempt keyed = KeyedAttempt.of(3, random);
    Encapsulation made = keyed.secret(keyed.member(2)).publicKey().encapsulate(random);

    assertThat(keyed.secret(keyed.member(2)).decapsulate(made.ciphertext()))
        .isEqualTo(made.shared());
    assertThat(keyed.secret(keyed.member(3)).decapsulate(made.ciphertext()))
        .isNotEqualTo(made.shared());
    PairKeys pair = keyed.pair(keyed.member(1), keyed.member(2));
    assertThat(pair.outgoing(keyed.member(1))).isEqualTo(pair.incoming(keyed.member(2)));
    assertThat(pair.outgoing(keyed.member(2))).isEqualTo(pair.incoming(keyed.member(1)));
    assertThat(pair.outgoing(keyed.member(1))).isNotEqualTo(pair.outgoing(keyed.member(2)));
    assertThatThrownBy(() -> pair.outgoing(keyed.member(3)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void the_order_of_the_sides_does_not_matter_but_the_announced_keys_do() {
    KeyedAttempt keyed = KeyedAttempt.of(3, new SplittableRandom(1));
    PairKeys.Side one = keyed.side(keyed.member(1));
    PairKeys.Side two = keyed.side(keyed.member(2));
    PairKeys.Side forged =
        new PairKeys.Side(keyed.member(1), keyed.side(keyed.member(3)).keyHash());
    Encapsulation made =
        keyed.secret(keyed.member(2)).publicKey().encapsulate(new SplittableRandom(2));

    PairKeys keys = PairKeys.of(keyed.attempt, one, two, made.ciphertext(), made.shared());

    assertThat(PairKeys.of(keyed.attempt, two, one, made.ciphertext(), made.shared()))
        .isEqualTo(keys);
    assertThat(PairKeys.of(keyed.attempt, forged, two, made.ciphertext(), made.shared()).mask())
        .isNotEqualTo(keys.mask());
  }

  @Test
  void a_changed_ciphertext_gives_a_secret_that_nobody_else_has() {
    KemSecret secret = KemSecret.draw(new SplittableRandom(3));
    Encapsulation made = secret.publicKey().encapsulate(new SplittableRandom(4));
    byte[] changed = made.ciphertext().bytes().toArray();
    changed[17] ^= 1;

    assertThat(secret.decapsulate(KemCiphertext.of(changed))).isNotEqualTo(made.shared());
  }

  @Test
  void bytes_that_are_no_key_are_refused() {
    byte[] key = KemSecret.draw(new SplittableRandom(5)).publicKey().bytes().toArray();
    byte[] aboveTheModulus = key.clone();
    Arrays.fill(aboveTheModulus, 0, 3, (byte) 0xff);
    byte[] pointOfOrderOne = key.clone();
    Arrays.fill(pointOfOrderOne, MLKEM_KEY_BYTES, key.length, (byte) 0);
    byte[] pointOfOrderFour = pointOfOrderOne.clone();
    pointOfOrderFour[MLKEM_KEY_BYTES] = 1;

    assertThatThrownBy(() -> KemPublicKey.of(aboveTheModulus))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("no X-Wing key");
    assertThatThrownBy(() -> KemPublicKey.of(pointOfOrderOne))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("small order");
    assertThatThrownBy(() -> KemPublicKey.of(pointOfOrderFour))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("small order");
    assertThatThrownBy(() -> KemPublicKey.of(Arrays.copyOf(key, key.length - 1)))
        .isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> KemCiphertext.of(new byte[KemCiphertext.BYTES]))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("small order");
  }

  @Test
  void a_point_is_of_small_order_where_agreement_with_it_is_zero() {
    BigInteger p = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    List<BigInteger> points = new ArrayList<>();
    for (int i = -40; i < 40; i++) {
      points.add(p.add(BigInteger.valueOf(i)).mod(BigInteger.TWO.pow(255)));
    }
    for (String order8 :
        List.of(
            "00b8495f16056286fdb1329ceb8d09da6ac49ff1fae35616aeb8413b7c7aebe0",
            "57119fd0dd4e22d8868e1c58c45c44045bef839c55b1d0b1248c50a3bc959c5f")) {
      points.add(new BigInteger(order8, 16));
      points.add(new BigInteger(order8, 16).add(BigInteger.ONE));
    }
    byte[] key = KemSecret.draw(new SplittableRandom(5)).publicKey().bytes().toArray();
    int refused = 0;
    for (BigInteger u : points) {
      byte[] point = littleEndian(u);
      for (int high : new int[] {0, 0x80}) {
        System.arraycopy(point, 0, key, MLKEM_KEY_BYTES, point.length);
        key[key.length - 1] |= (byte) high;
        boolean agrees = agrees(Arrays.copyOfRange(key, MLKEM_KEY_BYTES, key.length));
        if (agrees) {
          assertThat(KemPublicKey.of(key).bytes().toArray()).isEqualTo(key);
        } else {
          refused++;
          assertThatThrownBy(() -> KemPublicKey.of(key)).hasMessageContaining("small order");
        }
      }
    }
    assertThat(refused).isEqualTo(14);
  }

  private static boolean agrees(byte[] point) {
    byte[] any = new byte[X25519.SCALAR_SIZE];
    Arrays.fill(any, (byte) 1);
    return X25519.calculateAgreement(any, 0, point, 0, new byte[X25519.POINT_SIZE], 0);
  }

  private static byte[] littleEndian(BigInteger u) {
    byte[] bytes = new byte[X25519.POINT_SIZE];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = u.shiftRight(8 * i).byteValue();
    }
    return bytes;
  }

  @Test
  void secrets_do_not_print_themselves() {
    KeyedAttempt keyed = KeyedAttempt.of(4, new SplittableRandom(6));
    Share share = keyed.share(keyed.member(1), keyed.member(2), ShareKind.SELF);
    assertThat(share.toString())
        .doesNotContain(HexFormat.of().formatHex(share.value().bytes()))
        .contains("[seed]");
    assertThat(keyed.secret(keyed.member(1)).toString()).isEqualTo("[X-Wing key]");
    assertThat(keyed.dealing(keyed.member(1)).toString()).contains("secrets not shown");
    assertThat(keyed.pair(keyed.member(1), keyed.member(2)).toString()).contains("mask=[seed]");
  }

  static JsonNode read(String name) {
    try (InputStream in = KemTest.class.getResourceAsStream(name)) {
      return JsonMapper.shared().readTree(Objects.requireNonNull(in, name));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static byte[] bytes(JsonNode one, String name) {
    return HexFormat.of().parseHex(one.path(name).asString());
  }

  /** Gives out the bytes it was given, once. */
  static final class Replay implements RandomGenerator {
    private final byte[] bytes;
    private int at;

    Replay(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void nextBytes(byte[] into) {
      System.arraycopy(bytes, at, into, 0, into.length);
      at += into.length;
    }

    @Override
    public long nextLong() {
      throw new UnsupportedOperationException("bytes only");
    }
  }
}
