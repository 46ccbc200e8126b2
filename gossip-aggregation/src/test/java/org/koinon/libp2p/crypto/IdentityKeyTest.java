package org.koinon.libp2p.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.koinon.libp2p.wire.WireException;

final class IdentityKeyTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void the_key_vector_of_the_peer_id_specification() throws WireException {
    byte[] seed = HEX.parseHex("7e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d");
    String encoded = "080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";
    IdentityKey key = IdentityKey.fromSeed(seed);
    assertThat(HEX.formatHex(key.publicKey().toProtobuf())).isEqualTo(encoded);
    assertThat(PublicKey.fromProtobuf(HEX.parseHex(encoded))).isEqualTo(key.publicKey());
  }

  @Test
  void the_first_signature_vector_of_rfc_8032() {
    IdentityKey key =
        IdentityKey.fromSeed(
            HEX.parseHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
    byte[] signature = key.sign(new byte[0]);
    assertThat(HEX.formatHex(signature))
        .isEqualTo(
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e"
                + "39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
    assertThat(key.publicKey().verify(new byte[0], signature)).isTrue();
  }

  @Test
  void a_changed_message_signature_or_key_does_not_verify() {
    IdentityKey key = IdentityKey.generate();
    byte[] message = {1, 2, 3};
    byte[] signature = key.sign(message);
    assertThat(key.publicKey().verify(message, signature)).isTrue();
    assertThat(key.publicKey().verify(new byte[] {1, 2, 4}, signature)).isFalse();
    assertThat(IdentityKey.generate().publicKey().verify(message, signature)).isFalse();
    signature[10] ^= 1;
    assertThat(key.publicKey().verify(message, signature)).isFalse();
    assertThat(key.publicKey().verify(message, new byte[63])).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "08021221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99,Secp256k1",
    "08001203010203,RSA",
    "08031203010203,ECDSA",
    "08071203010203,type 7"
  })
  void other_key_types_are_refused_by_name(String hex, String name) {
    assertThatThrownBy(() -> PublicKey.fromProtobuf(HEX.parseHex(hex)))
        .isInstanceOf(WireException.class)
        .hasMessageContaining(name)
        .hasMessageContaining("only Ed25519");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0801", "08011203010203", "08011220aa", "18010801"})
  void broken_keys_are_refused(String hex) {
    assertThatThrownBy(() -> PublicKey.fromProtobuf(HEX.parseHex(hex)))
        .isInstanceOf(WireException.class);
  }

  @Test
  void the_secret_is_never_printed() {
    byte[] seed = new byte[32];
    seed[0] = 0x5a;
    IdentityKey key = IdentityKey.fromSeed(seed);
    assertThat(key.toString())
        .contains(key.peerId().toString(), "[REDACTED]")
        .doesNotContain("5a0");
    assertThatThrownBy(() -> IdentityKey.fromSeed(new byte[31])).hasMessageContaining("32 bytes");
  }
}
