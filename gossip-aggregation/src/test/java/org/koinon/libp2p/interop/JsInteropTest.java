package org.koinon.libp2p.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koinon.libp2p.core.Connection;
import org.koinon.libp2p.core.ConnectionGater;
import org.koinon.libp2p.core.Multiaddr;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.core.PeerListener;
import org.koinon.libp2p.core.ProtocolId;
import org.koinon.libp2p.core.Stream;
import org.koinon.libp2p.crypto.IdentityKey;
import org.koinon.libp2p.interop.JsPeer.Generation;
import org.koinon.libp2p.net.HostConfig;
import org.koinon.libp2p.net.TcpHost;
import org.koinon.libp2p.protocol.Ping;
import tools.jackson.databind.JsonNode;

/**
 * The host against js-libp2p in a process of its own, of both generations, dialling and dialled.
 */
@Tag("interop")
final class JsInteropTest {
  private static final ProtocolId ECHO = new ProtocolId("/echo/1.0.0");
  private static final int ECHO_BYTES = 64 << 20;

  @ParameterizedTest
  @EnumSource
  void we_dial_js_and_ping_identify_and_echo(Generation generation) throws Exception {
    try (JsPeer js = JsPeer.start(generation);
        TcpHost host = host()) {
      LinkedBlockingQueue<Set<ProtocolId>> identified = identifications(host);
      Connection connection = host.connect(js.address());
      assertThat(connection.remotePeer()).isEqualTo(js.peerId());
      assertThat(identified.poll(30, TimeUnit.SECONDS)).contains(ECHO, Ping.PROTOCOL);
      assertThat(Ping.measure(connection, Duration.ofSeconds(10))).isPositive();
      requireIdentified(js, host);
      requireEcho(connection);
    }
  }

  @ParameterizedTest
  @EnumSource
  void js_dials_us_and_pings_identifies_and_echoes(Generation generation) throws Exception {
    try (JsPeer js = JsPeer.start(generation);
        TcpHost host = host()) {
      LinkedBlockingQueue<Set<ProtocolId>> identified = identifications(host);
      js.send("dial", Map.of("addr", host.listenAddresses().getFirst().toString()));
      assertThat(js.await("dialed").get("multiplexer").asString()).isEqualTo("/yamux/1.0.0");
      assertThat(identified.poll(30, TimeUnit.SECONDS)).contains(ECHO, Ping.PROTOCOL);
      requireIdentified(js, host);
      js.send("ping", Map.of("peer", host.peerId().toString()));
      assertThat(js.await("pong").get("millis").asInt()).isNotNegative();
      js.send("echo", Map.of("peer", host.peerId().toString(), "length", ECHO_BYTES));
      JsonNode echoed = js.await("echoed");
      assertThat(echoed.get("bytes").asInt()).isEqualTo(ECHO_BYTES);
      assertThat(echoed.get("received").asString()).isEqualTo(echoed.get("sent").asString());
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_protocol_added_later_reaches_js_by_identify_push(Generation generation) throws Exception {
    try (JsPeer js = JsPeer.start(generation);
        TcpHost host = host()) {
      LinkedBlockingQueue<Set<ProtocolId>> identified = identifications(host);
      host.connect(js.address());
      assertThat(identified.poll(30, TimeUnit.SECONDS)).isNotNull();
      requireIdentified(js, host);
      host.handle(new ProtocolId("/later/1.0.0"), stream -> {});
      JsonNode update =
          js.await(
              "protocols", fields -> fields.get("protocols").toString().contains("/later/1.0.0"));
      assertThat(update.get("peer").asString()).isEqualTo(host.peerId().toString());
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_simultaneous_dial_leaves_two_working_ends(Generation generation) throws Exception {
    try (JsPeer js = JsPeer.start(generation);
        TcpHost host = host()) {
      js.send("dial", Map.of("addr", host.listenAddresses().getFirst().toString()));
      Connection ours = host.connect(js.address());
      js.await("dialed");
      assertThat(Ping.measure(ours, Duration.ofSeconds(10))).isPositive();
      js.send("ping", Map.of("peer", host.peerId().toString()));
      js.await("pong");
    }
  }

  @ParameterizedTest
  @EnumSource
  void js_under_another_id_than_the_dialled_one_is_refused(Generation generation) throws Exception {
    try (JsPeer js = JsPeer.start(generation);
        TcpHost host = host()) {
      PeerId other = IdentityKey.generate().peerId();
      Multiaddr wrong = js.address().withPeer(other);
      assertThatThrownBy(() -> host.connect(wrong))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(js.peerId().toString());
      assertThat(host.peers()).isEmpty();
    }
  }

  private static TcpHost host() throws IOException {
    TcpHost host =
        TcpHost.start(
            HostConfig.of(IdentityKey.generate(), ConnectionGater.allowing(peer -> true))
                .listeningOn(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")));
    host.handle(ECHO, stream -> stream.in().transferTo(stream.out()));
    return host;
  }

  private static LinkedBlockingQueue<Set<ProtocolId>> identifications(TcpHost host) {
    LinkedBlockingQueue<Set<ProtocolId>> identified = new LinkedBlockingQueue<>();
    host.onPeer(
        new PeerListener() {
          @Override
          public void identified(PeerId peer, Set<ProtocolId> protocols) {
            identified.add(protocols);
          }
        });
    return identified;
  }

  private static void requireIdentified(JsPeer js, TcpHost host) {
    JsonNode heard = js.await("identify");
    assertThat(heard.get("peer").asString()).isEqualTo(host.peerId().toString());
    assertThat(heard.get("agent").asString()).isEqualTo("koinon");
    assertThat(heard.get("protocols").toString()).contains(ECHO.name(), Ping.PROTOCOL.name());
    assertThat(heard.get("observed").asString()).startsWith("/ip4/127.0.0.1/tcp/");
    assertThat(heard.get("listen").get(0).asString())
        .isEqualTo(host.listenAddresses().getFirst().withoutPeer().toString());
  }

  private static void requireEcho(Connection connection) throws Exception {
    MessageDigest sent = MessageDigest.getInstance("SHA-256");
    MessageDigest received = MessageDigest.getInstance("SHA-256");
    try (Stream stream = connection.openStream(ECHO)) {
      stream.deadline(Duration.ofSeconds(60));
      Thread writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      send(stream, sent);
                    } catch (IOException e) {
                      stream.reset();
                    }
                  });
      long count =
          stream.in().transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), received));
      writer.join();
      assertThat(count).isEqualTo(ECHO_BYTES);
      assertThat(received.digest()).isEqualTo(sent.digest());
    }
  }

  private static void send(Stream stream, MessageDigest digest) throws IOException {
    Random random = new Random(7);
    byte[] block = new byte[100_000];
    for (int rest = ECHO_BYTES; rest > 0; ) {
      int count = Math.min(rest, block.length);
      random.nextBytes(block);
      digest.update(block, 0, count);
      stream.out().write(block, 0, count);
      rest -= count;
    }
    stream.closeWrite();
  }
}
