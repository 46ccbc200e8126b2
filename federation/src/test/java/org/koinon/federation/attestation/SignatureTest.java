package org.koinon.federation.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.koinon.federation.encoding.FormatException;
import org.koinon.testkit.Seeded;

class SignatureTest {
  /** The first three vectors of RFC 8032 section 7.1: seed, public key, message, signature. */
  @ParameterizedTest
  @CsvSource({
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
        + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a,'',"
        + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
        + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c,72,"
        + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
        + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025,af82,"
        + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
  })
  void rfc_8032_vectors_hold(String seed, String key, String message, String signature) {
    SigningKey signing = new SigningKey(HexFormat.of().parseHex(seed));
    byte[] text = HexFormat.of().parseHex(message);

    assertThat(signing.publicKey().hex()).isEqualTo(key);
    assertThat(signing.sign(text).hex()).isEqualTo(signature);
    assertThat(signing.publicKey().verifies(text, new Signature(signature))).isTrue();
  }

  @Seeded(cases = 30)
  void any_flipped_bit_fails(long seed) {
    Random random = new Random(seed);
    byte[] secret = new byte[SigningKey.SEED_BYTES];
    random.nextBytes(secret);
    byte[] message = new byte[1 + random.nextInt(100)];
    random.nextBytes(message);
    SigningKey key = new SigningKey(secret);
    byte[] signature = key.sign(message).bytes();

    byte[] other = message.clone();
    other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(8));
    assertThat(key.publicKey().verifies(other, key.sign(message))).isFalse();
    signature[random.nextInt(64)] ^= (byte) (1 << random.nextInt(8));
    Signature bad = new Signature(HexFormat.of().formatHex(signature));
    assertThat(key.publicKey().verifies(message, bad)).isFalse();
  }

  /** Points of small order, and an encoding of no point. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0200000000000000000000000000000000000000000000000000000000000000",
        "D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A"
      })
  void odd_public_keys_are_refused(String hex) {
    assertThatThrownBy(() -> new PublicKey(hex)).isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"})
  void a_signing_key_is_never_printed(String seed) {
    assertThat(new SigningKey(HexFormat.of().parseHex(seed)).toString())
        .contains("[REDACTED")
        .doesNotContain(seed);
  }
}
