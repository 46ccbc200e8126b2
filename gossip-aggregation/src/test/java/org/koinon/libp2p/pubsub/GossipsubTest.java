package org.koinon.libp2p.pubsub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.core.Stream;
import org.koinon.libp2p.net.TcpHost;
import org.koinon.libp2p.wire.LengthPrefixed;

/** Gossipsub over real sockets on the loopback; its time is driven by the test. */
final class GossipsubTest {
  private static final Topic TOPIC = GossipNode.TOPIC;

  private final DrivenTimer timer = new DrivenTimer();
  private final List<AutoCloseable> open = new ArrayList<>();

  private GossipNode node(int number) throws IOException {
    return kept(new GossipNode(number, timer));
  }

  private <T extends AutoCloseable> T kept(T resource) {
    open.add(resource);
    return resource;
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : open.reversed()) {
      resource.close();
    }
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @Test
  void two_peers_hear_each_other_whoever_dialled() throws Exception {
    GossipNode a = node(1);
    GossipNode b = node(2);
    a.dial(b);
    a.awaitSubscriber(b.id());
    b.awaitSubscriber(a.id());
    for (int length : new int[] {0, 16, 60_000, RpcLimits.DEFAULT_DATA_BYTES}) {
      a.gossipsub.publish(TOPIC, bytes(length));
      assertThat(b.next().data()).isEqualTo(bytes(length));
      b.gossipsub.publish(TOPIC, bytes(length));
      Message heard = a.next();
      assertThat(heard.data()).isEqualTo(bytes(length));
      assertThat(heard.from()).isEqualTo(b.id());
      assertThat(heard.topic()).isEqualTo(TOPIC);
    }
  }

  @Test
  void the_middle_of_a_line_passes_messages_on() throws Exception {
    GossipNode left = node(1);
    GossipNode middle = node(2);
    GossipNode right = node(3);
    middle.dial(left);
    right.dial(middle);
    for (GossipNode end : List.of(left, right)) {
      middle.awaitSubscriber(end.id());
      end.awaitSubscriber(middle.id());
    }
    timer.advance(Duration.ofSeconds(1));
    Eventually.holds("a mesh of two", () -> middle.gossipsub.mesh(TOPIC).size() == 2);
    left.gossipsub.publish(TOPIC, "from the left".getBytes(UTF_8));
    assertThat(right.next().from()).isEqualTo(left.id());
    right.gossipsub.publish(TOPIC, bytes(60_000));
    assertThat(left.next().data()).isEqualTo(bytes(60_000));
    assertThat(middle.heard).hasSize(2);
  }

  @Test
  void a_rejected_message_is_neither_delivered_nor_passed_on_and_is_blamed() throws Exception {
    GossipNode left = node(1);
    GossipNode middle =
        kept(new GossipNode(2, timer, m -> m.sizeBytes() == 1 ? Verdict.REJECT : Verdict.ACCEPT));
    GossipNode right = node(3);
    left.dial(middle);
    right.dial(middle);
    middle.awaitSubscriber(right.id());
    left.awaitSubscriber(middle.id());
    timer.advance(Duration.ofSeconds(1));
    Eventually.holds("a mesh of two", () -> middle.gossipsub.mesh(TOPIC).size() == 2);
    left.gossipsub.publish(TOPIC, bytes(1));
    left.gossipsub.publish(TOPIC, bytes(2));
    assertThat(right.next().data()).isEqualTo(bytes(2));
    assertThat(middle.next().data()).isEqualTo(bytes(2));
    assertThat(middle.gossipsub.score(left.id())).isNegative();
  }

  @Test
  void sequence_numbers_grow_even_when_the_clock_stands() throws Exception {
    GossipNode a = node(1);
    GossipNode b = node(2);
    a.dial(b);
    a.awaitSubscriber(b.id());
    long last = Long.MIN_VALUE;
    for (int i = 0; i < 20; i++) {
      a.gossipsub.publish(TOPIC, bytes(i));
      Message heard = b.next();
      assertThat(heard.seqno()).isGreaterThan(last);
      last = heard.seqno();
    }
  }

  @Test
  void a_message_over_the_limit_is_not_published() throws IOException {
    GossipNode a = node(1);
    byte[] large = new byte[RpcLimits.DEFAULT_DATA_BYTES + 1];
    assertThatThrownBy(() -> a.gossipsub.publish(TOPIC, large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65537 bytes exceeds the limit of 65536");
  }

  @Test
  void a_topic_is_subscribed_once_and_only_if_allowed() throws IOException {
    GossipNode a = node(1);
    MessageValidator any = _ -> Verdict.ACCEPT;
    assertThatThrownBy(() -> a.gossipsub.subscribe(TOPIC, any, _ -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("subscribed already");
    assertThatThrownBy(() -> a.gossipsub.subscribe(new Topic("other"), any, _ -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not allowed");
  }

  @Test
  void a_topic_that_is_left_is_heard_no_more_and_can_be_joined_again() throws Exception {
    GossipNode a = node(1);
    GossipNode b = node(2);
    a.dial(b);
    a.awaitSubscriber(b.id());
    b.subscription.close();
    Eventually.holds("b has left", () -> a.gossipsub.peers(TOPIC).isEmpty());
    BlockingQueue<Message> again = new LinkedBlockingQueue<>();
    b.gossipsub.subscribe(TOPIC, _ -> Verdict.ACCEPT, again::add);
    a.awaitSubscriber(b.id());
    a.gossipsub.publish(TOPIC, bytes(3));
    assertThat(requireNonNull(again.poll(20, TimeUnit.SECONDS)).data()).isEqualTo(bytes(3));
  }

  @Test
  void a_peer_that_leaves_is_forgotten() throws Exception {
    GossipNode a = node(1);
    GossipNode b = new GossipNode(2, timer);
    a.dial(b);
    a.awaitSubscriber(b.id());
    b.close();
    Eventually.holds("b is gone", () -> a.gossipsub.peers(TOPIC).isEmpty());
  }

  /** A peer without gossip rules: the test writes and reads its streams by hand. */
  private final class RawPeer {
    final BlockingQueue<Stream> inbound = new LinkedBlockingQueue<>();
    final BlockingQueue<byte[]> frames = new LinkedBlockingQueue<>();
    final TcpHost host;

    RawPeer(int number) throws IOException {
      host = kept(GossipNode.startHost(Keys.key(number)));
      host.handle(
          Gossipsub.MESHSUB_1_1,
          stream -> {
            inbound.add(stream);
            Optional<byte[]> frame = LengthPrefixed.read(stream.in(), 1 << 20, "frame");
            while (frame.isPresent()) {
              frames.add(frame.get());
              frame = LengthPrefixed.read(stream.in(), 1 << 20, "frame");
            }
          });
    }

    PeerId id() {
      return host.peerId();
    }

    Stream nextStream() throws InterruptedException {
      return requireNonNull(inbound.poll(20, TimeUnit.SECONDS), "no stream within 20 s");
    }

    Rpc nextFrame() throws Exception {
      byte[] frame = requireNonNull(frames.poll(20, TimeUnit.SECONDS), "no frame within 20 s");
      return new RpcCodec(RpcLimits.defaults()).decode(frame);
    }

    Stream openTo(GossipNode node) throws IOException {
      return host.newStream(node.id(), Gossipsub.MESHSUB_1_1);
    }
  }

  private static void write(Stream stream, Rpc rpc) throws IOException {
    LengthPrefixed.write(stream.out(), new RpcCodec(RpcLimits.defaults()).encode(rpc));
  }

  private static final Rpc SUBSCRIBED =
      Rpc.subscriptions(List.of(new Rpc.SubscriptionChange(TOPIC, true)));

  @Test
  void a_stream_that_the_peer_ends_is_opened_again_with_all_subscriptions() throws Exception {
    GossipNode a = node(1);
    RawPeer raw = new RawPeer(2);
    a.host.connect(raw.host.listenAddresses().getFirst());
    for (int stream = 0; stream <= PeerLink.MAX_REOPENS; stream++) {
      Stream inbound = raw.nextStream();
      assertThat(raw.nextFrame()).isEqualTo(SUBSCRIBED);
      int idle = 1;
      Eventually.holds("only the heartbeat waits", () -> timer.waiting() == idle);
      if (stream % 2 == 0) {
        inbound.out().close();
      } else {
        inbound.out().write(7);
      }
      if (stream < PeerLink.MAX_REOPENS) {
        Eventually.holds("a back-off runs", () -> timer.waiting() == idle + 1);
        timer.advance(Duration.ofSeconds(1L << stream));
      }
    }
    raw.nextStream();
    assertThat(raw.nextFrame()).as("hello on a fresh connection").isEqualTo(SUBSCRIBED);
  }

  @Test
  void a_frame_that_breaks_the_limits_resets_the_stream_and_nothing_else() throws Exception {
    GossipNode a = node(1);
    RawPeer raw = new RawPeer(2);
    raw.host.connect(a.host.listenAddresses().getFirst());
    Stream bad = raw.openTo(a);
    SignedMessage large =
        SignedMessage.sign(Keys.key(2), TOPIC, 1, new byte[RpcLimits.DEFAULT_DATA_BYTES + 1]);
    write(bad, Rpc.message(large));
    assertThatThrownBy(() -> bad.in().read()).isInstanceOf(IOException.class);
    Stream good = raw.openTo(a);
    write(good, Rpc.message(SignedMessage.sign(Keys.key(2), TOPIC, 2, bytes(5))));
    assertThat(a.next().data()).isEqualTo(bytes(5));
    assertThat(a.heard).isEmpty();
  }

  @Test
  void a_forged_message_does_not_hide_the_true_one() throws Exception {
    GossipNode a = node(1);
    RawPeer raw = new RawPeer(2);
    raw.host.connect(a.host.listenAddresses().getFirst());
    Stream stream = raw.openTo(a);
    SignedMessage genuine = SignedMessage.sign(Keys.key(9), TOPIC, 5, bytes(10));
    byte[] frame = new RpcCodec(RpcLimits.defaults()).encode(Rpc.message(genuine));
    byte[] forged = frame.clone();
    forged[50] ^= 1;
    LengthPrefixed.write(stream.out(), forged);
    Eventually.holds("the forger is blamed", () -> a.gossipsub.score(raw.id()) < 0);
    LengthPrefixed.write(stream.out(), frame);
    Message heard = a.next();
    assertThat(heard.data()).isEqualTo(bytes(10));
    assertThat(heard.from()).isEqualTo(Keys.peer(9));
  }

  @Test
  void of_three_streams_of_one_peer_the_oldest_is_reset() throws Exception {
    GossipNode a = node(1);
    RawPeer raw = new RawPeer(2);
    raw.host.connect(a.host.listenAddresses().getFirst());
    List<Stream> streams = new ArrayList<>();
    for (int seqno = 1; seqno <= 3; seqno++) {
      Stream stream = raw.openTo(a);
      streams.add(stream);
      // Once it is heard it is served: streams that open together are served in any order.
      assertIsHeard(a, stream, seqno);
    }
    assertThatThrownBy(() -> streams.getFirst().in().read()).isInstanceOf(IOException.class);
    assertIsHeard(a, streams.get(1), 4);
    assertIsHeard(a, streams.get(2), 5);
  }

  private static void assertIsHeard(GossipNode node, Stream stream, int seqno) throws Exception {
    write(stream, Rpc.message(SignedMessage.sign(Keys.key(2), TOPIC, seqno, bytes(seqno))));
    assertThat(node.next().data()).isEqualTo(bytes(seqno));
  }

  @Test
  void a_key_of_another_host_is_refused() throws IOException {
    TcpHost host = kept(GossipNode.startHost(Keys.key(1)));
    TopicFilter filter = TopicFilter.of(Set.of(TOPIC));
    assertThatThrownBy(
            () -> Gossipsub.start(host, Keys.key(2), GossipsubConfig.defaults(), filter, timer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot sign for host");
  }
}
