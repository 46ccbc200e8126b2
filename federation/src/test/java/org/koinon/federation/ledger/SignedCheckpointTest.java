package org.koinon.federation.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.MemberId;
import org.koinon.testkit.Seeded;

/**
 * The vector checkpoint.note was made with another Ed25519 implementation, from the first two keys
 * of RFC 8032 section 7.1.
 */
class SignedCheckpointTest {
  private static final MemberId CHARITE = new MemberId("charite");
  private static final MemberId KAROLINSKA = new MemberId("karolinska");

  private final SigningKey first =
      key("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  private final SigningKey second =
      key("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  private final Checkpoint checkpoint =
      new Checkpoint(
          new ConsortiumId("league"),
          12,
          Digest.sha256("root".getBytes(StandardCharsets.US_ASCII)));
  private String note = "";

  private static SigningKey key(String seed) {
    return new SigningKey(HexFormat.of().parseHex(seed));
  }

  @BeforeEach
  void readVector() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(getClass().getResourceAsStream("checkpoint.note"))) {
      note = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static SignedCheckpoint decode(String text) {
    return SignedCheckpoint.decode(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void signing_gives_the_vector_to_the_byte() {
    SignedCheckpoint signed =
        SignedCheckpoint.sign(checkpoint, CHARITE, first)
            .with(SignedCheckpoint.sign(checkpoint, KAROLINSKA, second));

    assertThat(new String(signed.encode(), StandardCharsets.UTF_8)).isEqualTo(note);
    assertThat(signed.with(signed)).isEqualTo(signed);
  }

  @Test
  void the_vector_is_signed_by_both_and_by_nobody_else() {
    SignedCheckpoint signed = decode(note);

    assertThat(signed.checkpoint()).isEqualTo(checkpoint);
    assertThat(signed.isSignedBy(CHARITE, first.publicKey())).isTrue();
    assertThat(signed.isSignedBy(KAROLINSKA, second.publicKey())).isTrue();
    assertThat(signed.isSignedBy(CHARITE, second.publicKey())).isFalse();
    assertThat(signed.isSignedBy(KAROLINSKA, first.publicKey())).isFalse();
    assertThat(signed.isSignedBy(new MemberId("oslo"), first.publicKey())).isFalse();
  }

  @Test
  void a_signature_does_not_carry_over_to_another_checkpoint() {
    SignedCheckpoint moved = decode(note.replace("\n12\n", "\n13\n"));

    assertThat(moved.isSignedBy(CHARITE, first.publicKey())).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "'league\n12\n', 'league\n012\n', the size is no plain decimal number",
    "'league\n12\n', 'league\n-1\n', the size is no plain decimal number",
    "'league\n12\n', 'league\n99999999999999999999\n', the size is no plain decimal number",
    "'league\n12\n', 'League\n12\n', is no name of a consortium",
    "'league\n12\n', 'league\n12\nextension\n', expected three lines",
    "'league\n12\n', 'league\r\n12\n', is no name of a consortium",
    "'=\n\n', '\n\n', not the base64 text of 32 bytes",
    "'=\n\n', '=\n', 'expected an empty line and signatures'",
    "'\u2014 charite', '- charite', 'expected a dash (U+2014), a name and base64'",
    "'\u2014 charite', '\u2014  charite', 'expected a dash (U+2014), a name and base64'",
    "'\u2014 charite', '\u2014 Charite', is no name of a member",
    "'\u2014 charite ', '\u2014 charite AAAA', not the base64 text of 68 bytes"
  })
  void what_departs_from_the_form_is_named(String part, String other, String complaint) {
    assertThat(note).contains(part);
    assertThatThrownBy(() -> decode(note.replace(part, other)))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(complaint);
  }

  @Test
  void a_file_without_signatures_with_one_twice_or_beyond_the_limit_is_refused() {
    String line = note.substring(note.indexOf('\u2014'), note.indexOf("\u2014 karolinska"));
    assertThatThrownBy(() -> decode(checkpoint.text() + "\n"))
        .hasMessageContaining("expected 1 to 200 signatures");
    assertThatThrownBy(() -> decode(note + line))
        .hasMessageContaining("two signatures are by the same key");
    assertThatThrownBy(() -> decode(note + "\n".repeat(SignedCheckpoint.BYTES_MAX)))
        .hasMessageContaining("exceed");
    assertThatThrownBy(() -> SignedCheckpoint.decode(new byte[] {(byte) 0xff, '\n', '\n'}))
        .hasMessageContaining("not UTF-8");
  }

  @Seeded(cases = 200)
  void a_changed_byte_is_refused_or_fails_to_verify(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] bytes = note.getBytes(StandardCharsets.UTF_8);
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));

    boolean both;
    try {
      SignedCheckpoint signed = SignedCheckpoint.decode(bytes);
      both =
          signed.isSignedBy(CHARITE, first.publicKey())
              && signed.isSignedBy(KAROLINSKA, second.publicKey());
    } catch (FormatException e) {
      both = false;
    }
    assertThat(both).isFalse();
  }
}
