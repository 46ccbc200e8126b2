package org.koinon.libp2p.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.koinon.libp2p.wire.WireException;
import org.koinon.testkit.Seeded;

final class MultiaddrTest {
  private static final String PEER = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";

  @ParameterizedTest
  @CsvSource({
    "/ip4/127.0.0.1/tcp/4001,047f000001060fa1",
    "/ip4/0.0.0.0/tcp/0,0400000000060000",
    "/ip6/0:0:0:0:0:0:0:1/tcp/80,290000000000000000000000000000000106" + "0050",
    "/dns4/example.com/tcp/443,360b6578616d706c652e636f6d0601bb",
    "/dns/a/tcp/1,350161060001"
  })
  void text_and_bytes_agree(String text, String hex) throws WireException {
    Multiaddr address = Multiaddr.parse(text);
    assertThat(HexFormat.of().formatHex(address.toBytes())).isEqualTo(hex);
    assertThat(Multiaddr.fromBytes(HexFormat.of().parseHex(hex)))
        .isEqualTo(address)
        .hasToString(text);
  }

  @Test
  void an_address_names_its_peer_or_not() throws WireException {
    Multiaddr place = Multiaddr.parse("/ip4/10.0.0.7/tcp/4001");
    Multiaddr named = place.withPeer(PeerId.parse(PEER));
    assertThat(place.peer()).isEmpty();
    assertThat(named).hasToString("/ip4/10.0.0.7/tcp/4001/p2p/" + PEER);
    assertThat(named.peer()).contains(PeerId.parse(PEER));
    assertThat(named.withoutPeer()).isEqualTo(place);
    assertThat(Multiaddr.fromBytes(named.toBytes())).isEqualTo(named);
    assertThat(Multiaddr.parse("/ip4/10.0.0.7/tcp/4001/ipfs/" + PEER)).isEqualTo(named);
  }

  @Test
  void the_socket_is_taken_from_the_front() {
    assertThat(Multiaddr.parse("/dns/h.example/tcp/9").toSocketAddress().getHostString())
        .isEqualTo("h.example");
    assertThatThrownBy(() -> Multiaddr.parse("/tcp/9").toSocketAddress())
        .hasMessageContaining("is not a TCP address");
    assertThat(Multiaddr.parse("/ip4/0.0.0.0/tcp/1").isSpecific()).isFalse();
    assertThat(Multiaddr.parse("/ip6/::/tcp/1").isSpecific()).isFalse();
    assertThat(Multiaddr.parse("/ip6/::1/tcp/1").isSpecific()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "ip4/1.2.3.4/tcp/1",
        "/ip4/1.2.3/tcp/1",
        "/ip4/1.2.3.4/tcp",
        "/ip4/1.2.3.4/tcp/65536",
        "/ip4/1.2.3.4/tcp/-1",
        "/ip4/1.2.3.4/tcp/+1",
        "/ip4/1.2.3.4/tcp/x",
        "/ip4/::1/tcp/1",
        "/ip6/1.2.3.4.5/tcp/1",
        "/dns/a b/tcp/1",
        "/quic/1.2.3.4",
        "/p2p/nobody"
      })
  void text_that_is_no_address_is_refused(String text) {
    assertThatThrownBy(() -> Multiaddr.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "04", "047f0000", "0400000000060f", "ff7f01", "3605", "a5031234"})
  void broken_bytes_are_refused(String hex) {
    assertThatThrownBy(() -> Multiaddr.fromBytes(HexFormat.of().parseHex(hex)))
        .isInstanceOf(WireException.class);
  }

  @Seeded(cases = 300)
  void random_bytes_are_refused_or_round_trip(long seed) {
    Random random = new Random(seed);
    byte[] bytes = new byte[1 + random.nextInt(40)];
    random.nextBytes(bytes);
    bytes[0] = new byte[] {4, 6, 41, 53, 54}[random.nextInt(5)];
    try {
      assertThat(Multiaddr.fromBytes(bytes).toBytes()).isEqualTo(bytes);
    } catch (WireException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
