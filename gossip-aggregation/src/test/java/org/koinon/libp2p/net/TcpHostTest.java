package org.koinon.libp2p.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.koinon.libp2p.net.TestHosts.BULK;
import static org.koinon.libp2p.net.TestHosts.ECHO;
import static org.koinon.libp2p.net.TestHosts.address;
import static org.koinon.libp2p.net.TestHosts.next;

import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.koinon.libp2p.core.Connection;
import org.koinon.libp2p.core.ConnectionPurpose;
import org.koinon.libp2p.core.Direction;
import org.koinon.libp2p.core.Multiaddr;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.core.ProtocolId;
import org.koinon.libp2p.core.ProtocolNotSupportedException;
import org.koinon.libp2p.core.Stream;
import org.koinon.libp2p.crypto.IdentityKey;
import org.koinon.libp2p.protocol.Identify;
import org.koinon.libp2p.protocol.Ping;

/** Two of our hosts over loopback. */
final class TcpHostTest {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private TcpHost alice;
  private TcpHost bob;

  @BeforeEach
  void start() throws IOException {
    alice = TestHosts.open();
    bob = TestHosts.open();
  }

  @AfterEach
  void stop() {
    alice.close();
    bob.close();
    threads.close();
  }

  @Test
  void a_connection_is_announced_and_both_ends_identify() throws Exception {
    BlockingQueue<String> atAlice = TestHosts.events(alice);
    BlockingQueue<String> atBob = TestHosts.events(bob);
    Connection connection = alice.connect(address(bob));
    assertThat(connection.remotePeer()).isEqualTo(bob.peerId());
    assertThat(connection.direction()).isEqualTo(Direction.OUTBOUND);
    assertThat(connection.purpose()).isEqualTo(ConnectionPurpose.CONTROL);
    assertThat(next(atAlice)).isEqualTo("connected " + bob.peerId());
    assertThat(next(atBob)).isEqualTo("connected " + alice.peerId());
    assertThat(next(atAlice)).isEqualTo("identified " + bob.peerId());
    assertThat(next(atBob)).isEqualTo("identified " + alice.peerId());
    assertThat(alice.peers()).containsExactly(bob.peerId());
    assertThat(alice.peerProtocols(bob.peerId()))
        .containsExactlyInAnyOrder(ECHO, BULK, Ping.PROTOCOL, Identify.PROTOCOL, Identify.PUSH);
    assertThat(Ping.measure(connection, Duration.ofSeconds(20))).isPositive();
    connection.close();
    assertThat(next(atAlice)).isEqualTo("disconnected " + bob.peerId());
    assertThat(next(atBob)).isEqualTo("disconnected " + alice.peerId());
    assertThat(bob.peerProtocols(alice.peerId())).isEmpty();
  }

  @Test
  void a_handler_added_later_is_pushed() throws Exception {
    BlockingQueue<String> events = TestHosts.events(alice);
    BlockingQueue<String> atBob = TestHosts.events(bob);
    alice.connect(address(bob));
    assertThat(next(events)).startsWith("connected");
    assertThat(next(events)).startsWith("identified");
    assertThat(next(atBob)).startsWith("connected");
    assertThat(next(atBob)).startsWith("identified");
    ProtocolId later = new ProtocolId("/later/1");
    bob.handle(later, stream -> {});
    assertThat(next(events)).isEqualTo("identified " + bob.peerId());
    assertThat(alice.peerProtocols(bob.peerId())).contains(later);
  }

  @Test
  void sixty_four_mebibytes_come_back_unchanged() throws Exception {
    int size = 64 << 20;
    alice.connect(address(bob));
    MessageDigest sent = MessageDigest.getInstance("SHA-256");
    MessageDigest received = MessageDigest.getInstance("SHA-256");
    try (Stream stream = alice.newStream(bob.peerId(), ECHO)) {
      Future<Void> writer = threads.submit(writer(stream, sent, size));
      long count =
          stream.in().transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), received));
      writer.get();
      assertThat(count).isEqualTo(size);
      assertThat(received.digest()).isEqualTo(sent.digest());
    }
  }

  private static Callable<Void> writer(Stream stream, MessageDigest digest, int size) {
    return () -> {
      Random random = new Random(size);
      byte[] block = new byte[77_777];
      for (int rest = size; rest > 0; ) {
        int count = Math.min(rest, block.length);
        random.nextBytes(block);
        digest.update(block, 0, count);
        stream.out().write(block, 0, count);
        rest -= count;
      }
      stream.closeWrite();
      return null;
    };
  }

  @Test
  void many_streams_at_once_all_echo() throws Exception {
    int streams = 80;
    ProtocolId[] protocols = new ProtocolId[8]; // each peer has sixteen streams of a protocol
    for (int i = 0; i < protocols.length; i++) {
      protocols[i] = new ProtocolId("/many/" + i);
      bob.handle(protocols[i], stream -> stream.in().transferTo(stream.out()));
    }
    alice.connect(address(bob));
    List<Future<byte[]>> answers = new ArrayList<>();
    for (int i = 0; i < streams; i++) {
      byte[] question = question(i);
      ProtocolId protocol = protocols[i % protocols.length];
      answers.add(threads.submit(() -> ask(protocol, question)));
    }
    for (int i = 0; i < streams; i++) {
      assertThat(answers.get(i).get(30, TimeUnit.SECONDS)).isEqualTo(question(i));
    }
  }

  private byte[] ask(ProtocolId protocol, byte[] question) throws IOException {
    try (Stream stream = alice.newStream(bob.peerId(), protocol)) {
      stream.out().write(question);
      stream.closeWrite();
      return stream.in().readAllBytes();
    }
  }

  private static byte[] question(int number) {
    byte[] question = new byte[1 + number * 997];
    new Random(number).nextBytes(question);
    return question;
  }

  @Test
  void a_stream_of_a_protocol_beyond_the_limit_is_reset() throws Exception {
    alice.connect(address(bob));
    List<Stream> open = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      Stream stream = alice.newStream(bob.peerId(), ECHO);
      stream.out().write(i);
      assertThat(stream.in().read()).isEqualTo(i);
      open.add(stream);
    }
    Connection connection = alice.connections(bob.peerId()).getFirst();
    assertThatThrownBy(() -> firstByte(connection, ECHO)).hasMessageContaining("reset by the peer");
    for (Stream stream : open) {
      stream.out().write(1);
      assertThat(stream.in().read()).isEqualTo(1);
      stream.close();
    }
  }

  @Test
  void half_close_lets_the_answer_come_after_the_question() throws Exception {
    bob.handle(
        new ProtocolId("/length/1"),
        stream -> stream.out().write(stream.in().readAllBytes().length));
    alice.connect(address(bob));
    try (Stream stream = alice.newStream(bob.peerId(), new ProtocolId("/length/1"))) {
      stream.out().write(new byte[200]);
      stream.closeWrite();
      assertThat(stream.in().readAllBytes()).containsExactly(200);
    }
  }

  @Test
  void a_handler_that_throws_resets_its_stream_and_nothing_else() throws Exception {
    ProtocolId broken = new ProtocolId("/broken/1");
    bob.handle(
        broken,
        stream -> {
          throw new IOException("no");
        });
    Connection connection = alice.connect(address(bob));
    assertThatThrownBy(() -> firstByte(connection, broken))
        .hasMessageContaining("reset by the peer");
    assertThat(Ping.measure(connection, Duration.ofSeconds(20))).isPositive();
  }

  // A reset may overtake the answer to the negotiation.
  private static int firstByte(Connection connection, ProtocolId protocol) throws IOException {
    try (Stream stream = connection.openStream(protocol)) {
      return stream.in().read();
    }
  }

  @Test
  void a_slow_reader_stops_the_sender_at_the_window() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    AtomicLong written = new AtomicLong();
    ProtocolId slow = new ProtocolId("/slow/1");
    bob.handle(
        slow,
        stream -> {
          try {
            read.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          stream.out().write((int) (stream.in().transferTo(OutputStream.nullOutputStream()) >> 20));
        });
    alice.connect(address(bob));
    try (Stream stream = alice.newStream(bob.peerId(), slow)) {
      stream.deadline(Duration.ofMillis(300));
      byte[] block = new byte[64 << 10];
      assertThatThrownBy(
              () -> {
                while (true) {
                  stream.out().write(block);
                  written.addAndGet(block.length);
                }
              })
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(written.get()).isBetween(0L, 1L << 20);
      read.countDown();
    }
  }

  @Test
  void a_protocol_the_peer_does_not_speak_is_named() throws Exception {
    alice.connect(address(bob));
    assertThatThrownBy(() -> alice.newStream(bob.peerId(), new ProtocolId("/nobody/1")))
        .isInstanceOf(ProtocolNotSupportedException.class)
        .hasMessageContaining("/nobody/1");
    try (Stream stream = alice.newStream(bob.peerId(), new ProtocolId("/nobody/1"), ECHO)) {
      assertThat(stream.protocol()).isEqualTo(ECHO);
    }
  }

  @Test
  void connecting_twice_gives_the_same_connection() throws Exception {
    Future<Connection> other = threads.submit(() -> alice.connect(address(bob)));
    Connection mine = alice.connect(address(bob));
    assertThat(other.get()).isSameAs(mine);
    assertThat(alice.connect(address(bob))).isSameAs(mine);
    assertThat(alice.connections(bob.peerId())).containsExactly(mine);
  }

  @Test
  void a_simultaneous_dial_leaves_working_connections() throws Exception {
    Future<Connection> fromBob = threads.submit(() -> bob.connect(address(alice)));
    Connection fromAlice = alice.connect(address(bob));
    assertThat(Ping.measure(fromAlice, Duration.ofSeconds(20))).isPositive();
    assertThat(Ping.measure(fromBob.get(), Duration.ofSeconds(20))).isPositive();
    try (Stream a = alice.newStream(bob.peerId(), ECHO);
        Stream b = bob.newStream(alice.peerId(), ECHO)) {
      a.out().write(7);
      b.out().write(8);
      assertThat(a.in().read()).isEqualTo(7);
      assertThat(b.in().read()).isEqualTo(8);
    }
  }

  @Test
  void a_bulk_connection_is_apart_from_the_others_at_both_ends() throws Exception {
    BlockingQueue<String> atAlice = TestHosts.events(alice);
    BlockingQueue<String> atBob = TestHosts.events(bob);
    try (Stream bulk = alice.connectBulk(address(bob), BULK)) {
      bulk.out().write(9);
      assertThat(bulk.in().read()).isEqualTo(9);
      assertThat(bulk.connection().purpose()).isEqualTo(ConnectionPurpose.BULK);
      assertThat(bob.connections(alice.peerId()))
          .extracting(Connection::purpose)
          .containsExactly(ConnectionPurpose.BULK);
      assertThat(bob.peers()).isEmpty();
      assertThat(alice.peers()).isEmpty();
      assertThatThrownBy(() -> bob.newStream(alice.peerId(), ECHO))
          .hasMessageContaining("not connected");
      Connection control = alice.connect(address(bob));
      assertThat(control).isNotSameAs(bulk.connection());
      assertThat(next(atAlice)).isEqualTo("connected " + bob.peerId());
      assertThat(next(atBob)).isEqualTo("connected " + alice.peerId());
      assertThat(next(atAlice)).startsWith("identified");
      assertThat(alice.connections(bob.peerId())).containsExactly(control, bulk.connection());
      control.close();
      assertThat(next(atAlice)).isEqualTo("disconnected " + bob.peerId());
      bulk.out().write(10);
      assertThat(bulk.in().read()).isEqualTo(10);
    }
    assertThatThrownBy(() -> alice.connectBulk(address(bob), ECHO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not all bulk");
  }

  @Test
  void another_peer_at_the_address_is_refused_and_the_next_dial_has_to_wait() {
    PeerId other = IdentityKey.generate().peerId();
    Multiaddr wrong = address(bob).withPeer(other);
    assertThatThrownBy(() -> alice.connect(wrong))
        .hasMessageContaining(other.toString())
        .hasMessageContaining(bob.peerId() + " answered");
    assertThatThrownBy(() -> alice.connect(wrong))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("1 times in a row");
    assertThat(alice.peers()).isEmpty();
    assertThat(bob.peers()).isEmpty();
  }

  @Test
  void an_address_without_a_peer_or_our_own_is_a_mistake() {
    assertThatThrownBy(() -> alice.connect(address(bob).withoutPeer()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("names no peer");
    assertThatThrownBy(() -> alice.connect(address(alice)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("this host itself");
  }

  @Test
  void a_closed_host_ends_its_streams_and_takes_no_more() throws Exception {
    alice.connect(address(bob));
    try (Stream stream = alice.newStream(bob.peerId(), ECHO)) {
      bob.close();
      assertThatThrownBy(
              () -> {
                stream.out().write(1);
                stream.in().readNBytes(2);
              })
          .isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> alice.connect(address(bob))).isInstanceOf(IOException.class);
  }
}
