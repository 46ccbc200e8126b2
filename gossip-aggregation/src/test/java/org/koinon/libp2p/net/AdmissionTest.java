package org.koinon.libp2p.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.koinon.libp2p.net.TestHosts.address;
import static org.koinon.libp2p.net.TestHosts.next;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.koinon.libp2p.core.Connection;
import org.koinon.libp2p.core.ConnectionGater;
import org.koinon.libp2p.core.Direction;
import org.koinon.libp2p.core.HostLimits;
import org.koinon.libp2p.core.Multiaddr;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.core.Stream;
import org.koinon.libp2p.crypto.IdentityKey;

/** Who gets in, how many, and how soon again. */
final class AdmissionTest {
  private static final long SECOND = 1_000_000_000;
  private static final HostLimits LIMITS = HostLimits.defaults();

  @Test
  void an_unlisted_peer_never_gets_past_the_handshake() throws Exception {
    Set<PeerId> roster = ConcurrentHashMap.newKeySet();
    try (TcpHost hospital = gated(ConnectionGater.allowing(roster::contains));
        TcpHost member = TestHosts.open();
        TcpHost stranger = TestHosts.open()) {
      roster.add(member.peerId());
      BlockingQueue<String> events = TestHosts.events(hospital);
      BlockingQueue<String> refusals = TestHosts.events(stranger);
      // The stranger's part of the handshake ends before the hospital has seen its key: it may
      // learn
      // of the refusal while it connects or right after.
      try {
        stranger.connect(address(hospital));
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("closed");
      }
      assertThat(next(refusals)).startsWith("connected");
      assertThat(next(refusals)).isEqualTo("disconnected " + hospital.peerId());
      member.connect(address(hospital));
      assertThat(next(events)).isEqualTo("connected " + member.peerId());
      assertThat(hospital.connections(stranger.peerId())).isEmpty();
      assertThatThrownBy(() -> hospital.connect(address(stranger)))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("not allowed to be dialled");
    }
  }

  @Test
  void a_refused_address_gets_no_answer_at_all() throws Exception {
    ConnectionGater nobody =
        new ConnectionGater() {
          @Override
          public boolean allowDial(PeerId peer, Multiaddr address) {
            return true;
          }

          @Override
          public boolean allowAccept(InetAddress address) {
            return false;
          }

          @Override
          public boolean allowSecured(PeerId peer, Direction direction) {
            return true;
          }
        };
    try (TcpHost host = gated(nobody);
        Socket socket = new Socket()) {
      InetSocketAddress place = address(host).toSocketAddress();
      socket.connect(new InetSocketAddress(place.getHostString(), place.getPort()));
      socket.setSoTimeout(20_000);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void handshakes_beyond_the_limit_are_turned_away() throws Exception {
    HostLimits two = LIMITS.with(new HostLimits.Admission(8, 8, 2, 4, 10));
    try (TcpHost host = TestHosts.start(config -> config.limitedBy(two));
        Socket first = silent(host);
        Socket second = silent(host);
        Socket third = silent(host)) {
      third.setSoTimeout(20_000);
      assertThat(third.getInputStream().read()).isEqualTo(-1);
      assertThat(first.isConnected()).isTrue();
      assertThat(second.isConnected()).isTrue();
    }
  }

  @Test
  void one_peer_gets_only_so_many_connections() throws Exception {
    HostLimits one = LIMITS.with(new HostLimits.Admission(8, 1, 32, 4, 10));
    try (TcpHost host = TestHosts.start(config -> config.limitedBy(one));
        TcpHost peer = TestHosts.open()) {
      Connection control = peer.connect(address(host));
      try (Stream stream = control.openStream(TestHosts.ECHO)) {
        assertThatThrownBy(
                () -> {
                  try (Stream bulk = peer.connectBulk(address(host), TestHosts.BULK)) {
                    bulk.in().read();
                  }
                })
            .isInstanceOf(IOException.class);
        stream.out().write(5);
        assertThat(stream.in().read()).isEqualTo(5);
      }
    }
  }

  @Test
  void an_address_is_limited_per_second_and_in_all() throws IOException {
    AtomicLong now = new AtomicLong(5);
    AcceptLimits limits = new AcceptLimits(new HostLimits.Admission(8, 8, 32, 2, 3), now::get);
    InetAddress lan = InetAddress.ofLiteral("10.0.0.7");
    assertThat(limits.enter(lan)).isTrue();
    assertThat(limits.enter(lan)).isTrue();
    assertThat(limits.enter(lan)).as("third pending").isFalse();
    limits.leave(lan);
    assertThat(limits.enter(lan)).as("fourth within a second").isFalse();
    now.addAndGet(SECOND);
    assertThat(limits.enter(lan)).isTrue();
    assertThat(limits.enter(InetAddress.ofLiteral("10.0.0.8"))).isTrue();
    for (int i = 0; i < 20; i++) {
      assertThat(limits.enter(InetAddress.getLoopbackAddress())).isTrue();
    }
  }

  @Test
  void a_peer_that_fails_is_left_alone_twice_as_long_each_time() throws IOException {
    AtomicLong now = new AtomicLong(-3);
    PeerId peer = IdentityKey.generate().peerId();
    DialBackoff backoff = new DialBackoff(Duration.ofSeconds(5), now::get);
    backoff.requireReady(peer);
    for (int pause : new int[] {1, 2, 4, 5, 5}) {
      backoff.failed(peer);
      now.addAndGet(pause * SECOND - 1);
      assertThatThrownBy(() -> backoff.requireReady(peer)).isInstanceOf(RefusedException.class);
      now.addAndGet(1);
      backoff.requireReady(peer);
    }
    backoff.succeeded(peer);
    backoff.failed(peer);
    now.addAndGet(SECOND);
    backoff.requireReady(peer);
  }

  @Test
  void a_handshake_that_takes_too_long_loses_its_socket() throws Exception {
    Deadlines deadlines = new Deadlines(() -> 100);
    Socket late = new Socket();
    Socket early = new Socket();
    try (Deadlines.Guard guard = deadlines.closeAfter(late, Duration.ofSeconds(10))) {
      deadlines.closeAfter(early, Duration.ofSeconds(10)).close();
      deadlines.tick(100 + 10 * SECOND);
      guard.requireInTime();
      deadlines.tick(101 + 10 * SECOND);
      assertThatThrownBy(guard::requireInTime).hasMessageContaining("too long");
    }
    assertThat(late.isClosed()).isTrue();
    assertThat(early.isClosed()).isFalse();
    early.close();
  }

  private static TcpHost gated(ConnectionGater gater) throws IOException {
    return TestHosts.start(
        config ->
            new HostConfig(
                config.identity(), config.listen(), gater, LIMITS, config.bulkProtocols()));
  }

  private static Socket silent(TcpHost host) throws IOException {
    InetSocketAddress place = address(host).toSocketAddress();
    return new Socket(place.getHostString(), place.getPort());
  }
}
