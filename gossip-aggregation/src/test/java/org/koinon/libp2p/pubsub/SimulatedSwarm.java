package org.koinon.libp2p.pubsub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.crypto.IdentityKey;
import org.koinon.libp2p.wire.WireException;

/**
 * Many routers in one thread with one driven clock: frames travel as bytes, with a latency drawn
 * from the seed, so one seed is one run.
 */
final class SimulatedSwarm {
  static final Topic TOPIC = new Topic("rounds");

  private record Event(long atNanos, long order, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::order));
  private final Map<PeerId, Node> nodes = new LinkedHashMap<>();
  private final Random random;
  private final GossipsubConfig config;
  private long now;
  private long order;
  private double loss;
  long framesSent;

  SimulatedSwarm(long seed, GossipsubConfig config) {
    this.random = new Random(seed);
    this.config = config;
  }

  /** One simulated peer. */
  final class Node implements RouterOutput {
    final IdentityKey key;
    final MeshRouter router;
    final List<MessageId> delivered = new ArrayList<>();
    final Set<PeerId> connected = new HashSet<>();
    final Map<PeerId, Integer> messagesFrom = new LinkedHashMap<>();
    private final RpcCodec codec = new RpcCodec(config.limits());
    private final SeenCache seen = new SeenCache(config.timing().seen().toNanos(), 1 << 16);
    private long seqno;

    Node(int number) {
      key = Keys.key(number);
      RouterState state =
          new RouterState(
              config, TopicFilter.of(Set.of(TOPIC)), new Random(random.nextLong()), () -> now);
      router = new MeshRouter(key.peerId(), state, seen, this);
      beat(random.nextLong(config.timing().heartbeat().toNanos()));
    }

    private void beat(long delayNanos) {
      in(
          delayNanos,
          () -> {
            router.heartbeat();
            beat(config.timing().heartbeat().toNanos());
          });
    }

    PeerId id() {
      return key.peerId();
    }

    MessageId publish(byte[] data) {
      SignedMessage message = SignedMessage.sign(key, TOPIC, ++seqno, data);
      router.publish(message);
      return message.id();
    }

    @Override
    public void send(PeerId to, Rpc rpc) {
      framesSent++;
      byte[] frame = codec.encode(rpc);
      if (connected.contains(to) && random.nextDouble() >= loss) {
        in(latency(), () -> node(to).arrive(id(), frame));
      }
    }

    private void arrive(PeerId from, byte[] frame) {
      if (connected.contains(from)) {
        try {
          Rpc rpc = codec.decode(frame);
          messagesFrom.merge(from, rpc.messages().size(), Integer::sum);
          router.receive(from, rpc);
        } catch (WireException e) {
          throw new AssertionError("a router sent what no router reads", e);
        }
      }
    }

    @Override
    public boolean validate(PeerId from, SignedMessage message) {
      in(Duration.ofMillis(1).toNanos(), () -> check(from, message));
      return true;
    }

    private void check(PeerId from, SignedMessage message) {
      if (message.forgery().isPresent()) {
        router.forged(from, message);
      } else if (!seen.add(message, now)) {
        router.dropped(from);
      } else {
        router.verified(from, message);
        router.judged(from, message, Verdict.ACCEPT);
        delivered.add(message.id());
      }
    }
  }

  Node add(int number) {
    Node node = new Node(number);
    nodes.put(node.id(), node);
    return node;
  }

  List<Node> add(int from, int count) {
    List<Node> added = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      added.add(add(i));
    }
    return added;
  }

  Node node(PeerId id) {
    Node node = nodes.get(id);
    if (node == null) {
      throw new IllegalArgumentException("no such node: " + id);
    }
    return node;
  }

  void loseFrames(double part) {
    loss = part;
  }

  /** The first dials; both say hello as their streams open. */
  void connect(Node dialer, Node listener) {
    if (dialer == listener || !dialer.connected.add(listener.id())) {
      return;
    }
    listener.connected.add(dialer.id());
    dialer.router.addPeer(listener.id(), true);
    listener.router.addPeer(dialer.id(), false);
    hello(dialer, listener.id());
    hello(listener, dialer.id());
  }

  private static void hello(Node node, PeerId to) {
    List<Rpc.SubscriptionChange> topics =
        node.router.joined().stream().map(t -> new Rpc.SubscriptionChange(t, true)).toList();
    node.send(to, Rpc.subscriptions(topics));
    node.router.streamOpened(to, true);
  }

  void connectAll(List<Node> all) {
    for (int i = 0; i < all.size(); i++) {
      for (int j = i + 1; j < all.size(); j++) {
        boolean forwards = random.nextBoolean();
        connect(all.get(forwards ? i : j), all.get(forwards ? j : i));
      }
    }
  }

  void run(Duration time) {
    long until = now + time.toNanos();
    while (!events.isEmpty() && events.peek().atNanos() <= until) {
      Event next = events.remove();
      now = next.atNanos();
      next.action().run();
    }
    now = until;
  }

  private void in(long delayNanos, Runnable action) {
    events.add(new Event(now + delayNanos, order++, action));
  }

  private long latency() {
    return Duration.ofMillis(1 + random.nextInt(40)).toNanos();
  }
}
