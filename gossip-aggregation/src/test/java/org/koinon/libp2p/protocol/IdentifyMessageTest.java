package org.koinon.libp2p.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.koinon.libp2p.core.Multiaddr;
import org.koinon.libp2p.core.ProtocolId;
import org.koinon.libp2p.crypto.IdentityKey;
import org.koinon.libp2p.wire.ProtoWriter;
import org.koinon.libp2p.wire.WireException;
import org.koinon.testkit.Seeded;

final class IdentifyMessageTest {
  private static final IdentifyMessage FULL =
      new IdentifyMessage(
          Optional.of(IdentityKey.fromSeed(new byte[32]).publicKey()),
          Optional.of(Set.of(Ping.PROTOCOL, Identify.PROTOCOL)),
          List.of(Multiaddr.parse("/ip4/10.0.0.7/tcp/4001")),
          Optional.of(Multiaddr.parse("/ip4/10.0.0.8/tcp/999")),
          "agent");

  @Test
  void what_is_written_is_read() throws WireException {
    assertThat(IdentifyMessage.decode(FULL.encode())).isEqualTo(FULL);
  }

  @Test
  void a_message_without_protocols_says_nothing_about_them() throws WireException {
    IdentifyMessage push = IdentifyMessage.decode(new ProtoWriter().string(6, "a").toByteArray());
    assertThat(push.protocols()).isEmpty();
    assertThat(push.publicKey()).isEmpty();
  }

  @Test
  void two_messages_in_a_row_are_one() throws WireException {
    byte[] first = new ProtoWriter().string(3, "/a/1").toByteArray();
    byte[] second = new ProtoWriter().string(3, "/b/1").toByteArray();
    byte[] both = new byte[first.length + second.length];
    System.arraycopy(first, 0, both, 0, first.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    assertThat(IdentifyMessage.decode(both).protocols())
        .contains(Set.of(new ProtocolId("/a/1"), new ProtocolId("/b/1")));
  }

  @Test
  void unknown_transports_and_names_that_are_none_are_passed_over() throws WireException {
    byte[] message =
        new ProtoWriter()
            .bytes(2, new byte[] {(byte) 0x91, 2, 4, (byte) 0xd2}) // udp
            .string(3, "no slash")
            .string(3, "/ok/1")
            .string(6, "line\nbreak")
            .bytes(8, new byte[172])
            .toByteArray();
    IdentifyMessage read = IdentifyMessage.decode(message);
    assertThat(read.listenAddresses()).isEmpty();
    assertThat(read.protocols()).contains(Set.of(new ProtocolId("/ok/1")));
    assertThat(read.agent()).isEqualTo("line?break");
  }

  @Test
  void one_protocol_or_address_more_than_the_limit_is_refused() {
    ProtoWriter protocols = new ProtoWriter();
    for (int i = 0; i <= IdentifyMessage.MAX_PROTOCOLS; i++) {
      protocols.string(3, "/" + i);
    }
    assertThatThrownBy(() -> IdentifyMessage.decode(protocols.toByteArray()))
        .hasMessage("more than 256 protocols");
    ProtoWriter addresses = new ProtoWriter();
    for (int i = 0; i <= IdentifyMessage.MAX_ADDRESSES; i++) {
      addresses.bytes(2, new byte[0]);
    }
    assertThatThrownBy(() -> IdentifyMessage.decode(addresses.toByteArray()))
        .hasMessage("more than 64 listen addresses");
  }

  @Seeded(cases = 200)
  void a_flipped_byte_gives_another_message_or_a_clear_refusal(long seed) {
    Random random = new Random(seed);
    byte[] message = FULL.encode();
    message[random.nextInt(message.length)] ^= (byte) (1 + random.nextInt(255));
    try {
      assertThat(IdentifyMessage.decode(message)).isNotNull();
    } catch (WireException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
