package org.koinon.libp2p.pubsub;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.koinon.libp2p.core.Connection;
import org.koinon.libp2p.core.ConnectionPurpose;
import org.koinon.libp2p.core.Direction;
import org.koinon.libp2p.core.Host;
import org.koinon.libp2p.core.Multiaddr;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.core.PeerListener;
import org.koinon.libp2p.core.ProtocolId;
import org.koinon.libp2p.core.Stream;
import org.koinon.libp2p.crypto.IdentityKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publish and subscribe over a host: gossipsub 1.1, and IDONTWANT where the peer speaks 1.2.
 *
 * <p>Every message is signed by its author (StrictSign) and checked before it is delivered or
 * passed on. Delivery is best effort: a message may be lost, and comes at most once per node. All
 * methods may be called from any thread. One thread owns the mesh; each topic, each peer's writer
 * and each inbound stream has a virtual thread of its own, and every queue between them is bounded.
 */
public final class Gossipsub implements AutoCloseable {
  /** Version 1.2: IDONTWANT. */
  public static final ProtocolId MESHSUB_1_2 = new ProtocolId("/meshsub/1.2.0");

  /** Version 1.1: back-off and scores. */
  public static final ProtocolId MESHSUB_1_1 = new ProtocolId("/meshsub/1.1.0");

  private static final Logger LOG = LoggerFactory.getLogger(Gossipsub.class);
  private static final int MAX_SEEN = 1 << 16;

  private final Host host;
  private final IdentityKey key;
  private final GossipsubConfig config;
  private final TopicFilter filter;
  private final PubsubTimer timer;
  private final RpcCodec codec;
  private final SeenCache seen;
  private final InboundStreams inbound;
  private final ConcurrentHashMap<PeerId, Multiaddr> redials = new ConcurrentHashMap<>();
  private final AtomicLong lastSeqno = new AtomicLong();
  private final Inbox inbox = new Inbox("pubsub-mesh");
  private final PubsubTimer.Cancellation heartbeat;

  // Touched on the inbox's thread only.
  private final Map<PeerId, PeerLink> links = new HashMap<>();
  private final Map<Topic, TopicWorker> workers = new HashMap<>();
  private final MeshRouter router;

  private volatile List<Topic> joined = List.of();

  private Gossipsub(
      Host host, IdentityKey key, GossipsubConfig config, TopicFilter filter, PubsubTimer timer) {
    this.host = host;
    this.key = key;
    this.config = config;
    this.filter = filter;
    this.timer = timer;
    this.codec = new RpcCodec(config.limits());
    this.seen = new SeenCache(config.timing().seen().toNanos(), MAX_SEEN);
    this.router =
        new MeshRouter(
            key.peerId(),
            new RouterState(config, filter, new SecureRandom(), timer::monotonicNanos),
            seen,
            new Output());
    this.inbound = new InboundStreams(config.limits(), new Receiver());
    this.heartbeat = timer.every(config.timing().heartbeat(), () -> inbox.offer(router::heartbeat));
  }

  /**
   * Starts gossip on the host.
   *
   * @param key the host's own; it signs our messages
   * @param filter topics that exist for this node
   */
  public static Gossipsub start(
      Host host, IdentityKey key, GossipsubConfig config, TopicFilter filter, PubsubTimer timer) {
    if (!host.peerId().equals(key.peerId())) {
      throw new IllegalArgumentException(
          "the key of %s cannot sign for host %s".formatted(key.peerId(), host.peerId()));
    }
    Gossipsub gossipsub = new Gossipsub(host, key, config, filter, timer);
    host.handle(MESHSUB_1_2, gossipsub.inbound::serve);
    host.handle(MESHSUB_1_1, gossipsub.inbound::serve);
    PeerListener arrivals = gossipsub.new Arrivals();
    host.onPeer(arrivals);
    host.peers().forEach(peer -> arrivals.identified(peer, host.peerProtocols(peer)));
    return gossipsub;
  }

  /**
   * Joins a topic. The consumer hears what the validator accepts, on the same thread; our own
   * messages are not delivered to us.
   *
   * @throws IllegalStateException if the topic is subscribed already
   * @throws IllegalArgumentException if the filter does not allow it
   */
  public Subscription subscribe(
      Topic topic, MessageValidator validator, Consumer<Message> consumer) {
    if (!filter.allows(topic)) {
      throw new IllegalArgumentException("topic " + topic + " is not allowed by the topic filter");
    }
    TopicWorker worker = new TopicWorker(validator, consumer, new Results());
    boolean added =
        inbox.ask(
            () -> {
              if (workers.putIfAbsent(topic, worker) != null) {
                return false;
              }
              router.join(topic);
              joined = router.joined();
              return true;
            });
    if (!added) {
      throw new IllegalStateException("topic " + topic + " is subscribed already");
    }
    worker.start(topic);
    return new Subscription() {
      @Override
      public Topic topic() {
        return topic;
      }

      @Override
      public void close() {
        inbox.tell(() -> unsubscribe(topic, worker));
      }
    };
  }

  private void unsubscribe(Topic topic, TopicWorker worker) {
    if (workers.remove(topic, worker)) {
      router.leave(topic);
      joined = router.joined();
      // Its last reports come back through this thread's inbox, so they must not wait for it.
      Thread.ofVirtual().start(worker::stop);
    }
  }

  /**
   * Signs a message and queues it to the peers of the topic; does not wait until it has left.
   *
   * @param data at most the payload limit of the configuration
   */
  public MessageId publish(Topic topic, byte[] data) {
    if (data.length > config.limits().dataBytes()) {
      throw new IllegalArgumentException(
          "a message of %d bytes exceeds the limit of %d; send bulk data over a stream"
              .formatted(data.length, config.limits().dataBytes()));
    }
    long seqno = lastSeqno.updateAndGet(last -> Math.max(last + 1, timer.wallNanos()));
    SignedMessage message = SignedMessage.sign(key, topic, seqno, data);
    inbox.tell(() -> router.publish(message));
    return message.id();
  }

  /** Connected peers that subscribe to the topic. */
  public Set<PeerId> peers(Topic topic) {
    return inbox.ask(() -> router.subscribers(topic));
  }

  /** Peers with which we exchange full messages of the topic. */
  public Set<PeerId> mesh(Topic topic) {
    return inbox.ask(() -> router.mesh(topic));
  }

  /** The score of a connected peer; 0 for any other. */
  public double score(PeerId peer) {
    return inbox.ask(() -> router.score(peer));
  }

  /** Sets what the application thinks of a connected peer (P5); 0 is neutral. */
  public void applicationScore(PeerId peer, double value) {
    inbox.tell(() -> router.applicationScore(peer, value));
  }

  private void addPeer(PeerId peer) {
    if (links.containsKey(peer)) {
      return;
    }
    boolean weDialled =
        host.connections(peer).stream()
            .filter(connection -> connection.purpose() == ConnectionPurpose.CONTROL)
            .anyMatch(connection -> connection.direction() == Direction.OUTBOUND);
    PeerLink link = new PeerLink(peer, new LinkOwner(), codec, timer);
    links.put(peer, link);
    router.addPeer(peer, weDialled);
    link.start();
  }

  private void removePeer(PeerId peer) {
    PeerLink link = links.remove(peer);
    if (link != null) {
      link.stop();
      router.removePeer(peer);
    }
  }

  @Override
  public void close() {
    heartbeat.cancel();
    List<TopicWorker> running =
        inbox.ask(
            () -> {
              links.values().forEach(PeerLink::stop);
              links.clear();
              return new ArrayList<>(workers.values());
            });
    inbox.close();
    running.forEach(TopicWorker::stop);
    inbound.resetAll();
  }

  private final class Output implements RouterOutput {
    @Override
    public void send(PeerId to, Rpc rpc) {
      PeerLink link = links.get(to);
      if (link != null) {
        link.send(rpc);
      }
    }

    @Override
    public boolean validate(PeerId from, SignedMessage message) {
      TopicWorker worker = workers.get(message.topic());
      return worker != null && worker.offer(from, message);
    }
  }

  private final class Results implements TopicWorker.Results {
    @Override
    public boolean markSeen(SignedMessage message) {
      return seen.add(message, timer.monotonicNanos());
    }

    @Override
    public void forged(PeerId from, SignedMessage message, Forgery forgery) {
      LOG.warn("{} sent {} with {}", from.brief(), message, forgery);
      inbox.tell(() -> router.forged(from, message));
    }

    @Override
    public void dropped(PeerId from) {
      inbox.tell(() -> router.dropped(from));
    }

    @Override
    public void verified(PeerId from, SignedMessage message) {
      inbox.tell(() -> router.verified(from, message));
    }

    @Override
    public void judged(PeerId from, SignedMessage message, Verdict verdict) {
      inbox.tell(() -> router.judged(from, message, verdict));
    }
  }

  private final class Receiver implements InboundStreams.Receiver {
    @Override
    public void opened(PeerId peer) {
      inbox.tell(() -> addPeer(peer));
    }

    @Override
    public void received(PeerId peer, Rpc rpc) {
      inbox.tell(() -> router.receive(peer, rpc));
    }

    @Override
    public void brokeFormat(PeerId peer) {
      inbox.tell(() -> router.brokeFormat(peer));
    }
  }

  private final class LinkOwner implements PeerLink.Owner {
    @Override
    public Stream open(PeerId peer) throws IOException {
      return host.newStream(peer, MESHSUB_1_2, MESHSUB_1_1);
    }

    @Override
    public List<Topic> subscriptions() {
      return joined;
    }

    @Override
    public void opened(PeerId peer, ProtocolId protocol) {
      inbox.tell(() -> router.streamOpened(peer, protocol.equals(MESHSUB_1_2)));
    }

    @Override
    public void exhausted(PeerLink link) {
      PeerId peer = link.peer();
      inbox.tell(
          () -> {
            if (links.remove(peer, link)) {
              router.removePeer(peer);
            }
          });
      renewConnection(peer);
    }

    /** The side that dialled dials again, once the old connection is gone; the other waits. */
    private void renewConnection(PeerId peer) {
      for (Connection connection : host.connections(peer)) {
        if (connection.purpose() == ConnectionPurpose.CONTROL) {
          if (connection.direction() == Direction.OUTBOUND) {
            redials.put(peer, connection.remoteAddress().withPeer(peer));
          }
          connection.close();
        }
      }
    }
  }

  private void redial(PeerId peer, Multiaddr address) {
    try {
      host.connect(address);
    } catch (IOException e) {
      LOG.warn("no fresh connection for gossip with {}: {}", peer, e.getMessage());
    }
  }

  private final class Arrivals implements PeerListener {
    @Override
    public void identified(PeerId peer, Set<ProtocolId> protocols) {
      if (protocols.contains(MESHSUB_1_2) || protocols.contains(MESHSUB_1_1)) {
        inbox.tell(() -> addPeer(peer));
      }
    }

    @Override
    public void disconnected(PeerId peer) {
      inbox.tell(() -> removePeer(peer));
      Multiaddr address = redials.remove(peer);
      if (address != null) {
        Thread.ofVirtual().start(() -> redial(peer, address));
      }
    }
  }
}
