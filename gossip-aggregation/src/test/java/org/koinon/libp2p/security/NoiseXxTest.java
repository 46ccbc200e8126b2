package org.koinon.libp2p.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koinon.testkit.Seeded;

/** The vectors are those of flynn/noise for Noise_XX_25519_ChaChaPoly_SHA256. */
final class NoiseXxTest {
  private static final HexFormat HEX = HexFormat.of();

  @ParameterizedTest
  @CsvSource({
    "'',f27e318e43ba630594c4d08eeb3b36d97c7377a2f4f9144b2f0c8095ad92140505b2ab53eff244b14138,"
        + "72e7a2ba5123ac30618b3d205f5c2d17f50cbca216483ac56bcc78e33bf520303278db641e5e731b2e3a",
    "notsecret,c1e9a1a313d02b78871cfd178a521a4c7c7377a2f4f9144b2f0ccedc84d379151b466741e4b266db6023,"
        + "45958c588d17d6373e0c1dcfa3755d37f50cbca216483ac56bcc98f5095870aa814ba40c08079c11f087"
  })
  void the_published_vectors_are_met_message_by_message(
      String prologue, String tailOfThird, String tailOfSecond) throws NoiseException {
    NoiseXx initiator = side(true, prologue, 0x00, 0x20);
    NoiseXx responder = side(false, prologue, 0x01, 0x41);
    String first =
        "358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254746573745f6d73675f30";
    String second =
        "64b101b1d0be5a8704bd078f9895001fc03e8e9f9522f188dd128d9846d484663414af878d3e46a2f58911a816"
            + "d6e8346d4ea17a6f2a0bb4ef4ed56c133cff45"
            + tailOfSecond;
    String third = "87f864c11ba449f46a0a4f4e2eacbb7b0457784f4fca1937f572c93603e9c4d9" + tailOfThird;

    pass(initiator, responder, "test_msg_0", first);
    pass(responder, initiator, "test_msg_1", second);
    pass(initiator, responder, "test_msg_2", third);

    assertThat(initiator.handshakeHash()).isEqualTo(responder.handshakeHash());
    byte[] record = Arrays.copyOf("yellowsubmarine".getBytes(StandardCharsets.US_ASCII), 31);
    initiator.split().initiator().seal(record, 0, 15);
    assertThat(HEX.formatHex(record))
        .isEqualTo("a52ef02ba60e12696d1d6b9ef4245c88fca757b6134ad6e76b56e310a6adf6");
    assertThat(responder.split().initiator().open(record, record.length)).isEqualTo(15);
  }

  @Test
  void the_diffie_hellman_vector_of_rfc_7748() throws NoiseException {
    X25519KeyPair alice =
        X25519KeyPair.fromScalar(
            HEX.parseHex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
    X25519KeyPair bob =
        X25519KeyPair.fromScalar(
            HEX.parseHex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
    assertThat(HEX.formatHex(bob.publicKey()))
        .isEqualTo("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    assertThat(HEX.formatHex(alice.agree(bob.publicKey())))
        .isEqualTo("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
  }

  @Test
  void a_key_of_small_order_is_refused() {
    X25519KeyPair own = X25519KeyPair.generate();
    assertThatThrownBy(() -> own.agree(new byte[32]))
        .isInstanceOf(NoiseException.class)
        .hasMessageContaining("unusable");
  }

  @Seeded(cases = 60)
  void one_flipped_bit_anywhere_ends_the_handshake(long seed) throws NoiseException {
    NoiseXx initiator = side(true, "", 0x00, 0x20);
    NoiseXx responder = side(false, "", 0x01, 0x41);
    responder.read(initiator.write(new byte[0]));
    byte[] second = responder.write(new byte[] {1, 2, 3});
    second[(int) (seed * 7 % second.length)] ^= (byte) (1 << seed % 8);
    assertThatThrownBy(() -> initiator.read(second)).isInstanceOf(NoiseException.class);
  }

  @Test
  void a_short_message_is_refused_and_turns_are_kept() throws NoiseException {
    NoiseXx initiator = side(true, "", 0x00, 0x20);
    NoiseXx responder = side(false, "", 0x01, 0x41);
    assertThatThrownBy(() -> responder.read(new byte[31]))
        .isInstanceOf(NoiseException.class)
        .hasMessageContaining("too short");
    assertThatThrownBy(() -> initiator.read(new byte[64]))
        .isInstanceOf(IllegalStateException.class);
    initiator.write(new byte[0]);
    assertThatThrownBy(initiator::split).isInstanceOf(IllegalStateException.class);
  }

  @Seeded(cases = 30)
  void sealing_in_place_opens_in_place(long seed) throws NoiseException {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) seed);
    byte[] plain = new byte[(int) (seed * 2777 % 65_519)];
    new Random(seed).nextBytes(plain);
    ChaChaPoly sending = new ChaChaPoly(key);
    ChaChaPoly receiving = new ChaChaPoly(key);
    for (int i = 0; i < 3; i++) {
      byte[] buffer = Arrays.copyOf(plain, plain.length + 16);
      sending.seal(buffer, 0, plain.length);
      assertThat(receiving.open(buffer, buffer.length)).isEqualTo(plain.length);
      assertThat(Arrays.equals(buffer, 0, plain.length, plain, 0, plain.length)).isTrue();
    }
  }

  private static void pass(NoiseXx from, NoiseXx to, String payload, String hex)
      throws NoiseException {
    byte[] message = from.write(payload.getBytes(StandardCharsets.US_ASCII));
    assertThat(HEX.formatHex(message)).isEqualTo(hex);
    assertThat(new String(to.read(message), StandardCharsets.US_ASCII)).isEqualTo(payload);
  }

  private static NoiseXx side(boolean initiator, String prologue, int own, int ephemeral)
      throws NoiseException {
    return new NoiseXx(
        initiator,
        prologue.getBytes(StandardCharsets.US_ASCII),
        counting(own),
        counting(ephemeral));
  }

  private static X25519KeyPair counting(int first) throws NoiseException {
    byte[] scalar = new byte[32];
    for (int i = 0; i < scalar.length; i++) {
      scalar[i] = (byte) (first + i);
    }
    return X25519KeyPair.fromScalar(scalar);
  }
}
