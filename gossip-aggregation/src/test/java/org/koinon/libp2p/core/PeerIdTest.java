package org.koinon.libp2p.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koinon.libp2p.crypto.IdentityKey;
import org.koinon.libp2p.wire.Base58;
import org.koinon.libp2p.wire.WireException;
import org.koinon.testkit.Seeded;

final class PeerIdTest {
  // libp2p peer-ids specification, "peer ids" and "test vectors".
  private static final String SPEC_ID = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";

  @Test
  void the_example_of_the_specification_is_an_ed25519_identity() throws WireException {
    PeerId id = PeerId.parse(SPEC_ID);
    assertThat(id).hasToString(SPEC_ID);
    assertThat(HexFormat.of().formatHex(id.toBytes())).startsWith("002408011220").hasSize(76);
    assertThat(PeerId.fromBytes(id.toBytes())).isEqualTo(id).hasSameHashCodeAs(id);
    assertThat(PeerId.ofEd25519(id.ed25519Key())).isEqualTo(id);
    assertThat(id.brief()).isEqualTo("eQAJU5SA");
  }

  @Test
  void the_cid_form_is_the_same_id() throws WireException {
    byte[] multihash = PeerId.parse(SPEC_ID).toBytes();
    byte[] cid = new byte[multihash.length + 2];
    cid[0] = 1;
    cid[1] = 0x72;
    System.arraycopy(multihash, 0, cid, 2, multihash.length);
    assertThat(PeerId.parse("b" + base32(cid))).isEqualTo(PeerId.parse(SPEC_ID));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N", // RSA, sha2-256
        "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe", // the same as CID
        "16Uiu2HAmJb2e28qLXxT5kZxVUUoJt72EMzNGXB47Rxx5hw3q4YjS" // secp256k1
      })
  void ids_of_other_key_types_are_refused_with_the_reason(String text) {
    assertThatThrownBy(() -> PeerId.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not an Ed25519 identity");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "12D3KooW", "0OIl", "b", "bz1", "bMFRGG", "12D3KooWD3eckifWpRn9wQ"})
  void broken_text_is_refused(String text) {
    assertThatThrownBy(() -> PeerId.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void text_of_any_length_costs_little() {
    assertThatThrownBy(() -> PeerId.parse("1".repeat(100_000)))
        .hasMessageContaining("1 to 128 characters");
  }

  @Seeded(cases = 50)
  void order_is_that_of_the_bytes_and_text_round_trips(long seed) throws WireException {
    byte[] seedBytes = new byte[32];
    new Random(seed).nextBytes(seedBytes);
    PeerId id = IdentityKey.fromSeed(seedBytes).peerId();
    assertThat(PeerId.parse(id.toString())).isEqualByComparingTo(id);
    assertThat(Base58.decode(id.toString())).isEqualTo(id.toBytes());
    byte[] next = id.ed25519Key();
    next[31] ^= 1;
    boolean larger = (next[31] & 1) == 1;
    assertThat(PeerId.ofEd25519(next).compareTo(id) > 0).isEqualTo(larger);
  }

  private static String base32(byte[] bytes) {
    String alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    StringBuilder bits = new StringBuilder();
    for (byte b : bytes) {
      bits.append(String.format("%8s", Integer.toBinaryString(b & 0xff)).replace(' ', '0'));
    }
    while (bits.length() % 5 != 0) {
      bits.append('0');
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < bits.length(); i += 5) {
      text.append(alphabet.charAt(Integer.parseInt(bits.substring(i, i + 5), 2)));
    }
    return text.toString();
  }
}
