package org.koinon.peer.node;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.koinon.federation.ledger.Membership;
import org.koinon.federation.study.Member;
import org.koinon.gossip.ExchangeLimits;
import org.koinon.gossip.Traffic;
import org.koinon.gossip.libp2p.Libp2pGossipNetwork;
import org.koinon.gossip.libp2p.Libp2pShardExchange;
import org.koinon.libp2p.core.ConnectionGater;
import org.koinon.libp2p.core.Multiaddr;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.crypto.IdentityKey;
import org.koinon.libp2p.net.HostConfig;
import org.koinon.libp2p.net.TcpHost;
import org.koinon.libp2p.pubsub.Gossipsub;
import org.koinon.libp2p.pubsub.GossipsubConfig;
import org.koinon.libp2p.pubsub.SystemPubsubTimer;
import org.koinon.libp2p.pubsub.Topic;
import org.koinon.libp2p.pubsub.TopicFilter;
import org.koinon.network.node.PeerAddress;
import org.koinon.network.yaml.ConfigException;
import org.koinon.peer.ledger.CheckpointBook;
import org.koinon.peer.ledger.NodeLedger;
import org.koinon.peer.round.MemberRecords;
import org.koinon.peer.round.Pen;
import org.koinon.peer.round.RoundContext;
import org.koinon.peer.round.RoundJournal;
import org.koinon.peer.round.RoundObserver;
import org.koinon.peer.round.Site;
import org.koinon.peer.time.StoppedException;
import org.koinon.peer.time.WallTimeline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node that is up: ledger, libp2p host, journal and the rounds of its studies. Only peers that
 * the ledger binds to a member get past the handshake; only addresses of the configuration are
 * dialled.
 */
public final class RunningNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningNode.class);
  private static final long REDIAL_MILLIS = 1000;

  private final NodeHome home;
  private final WallTimeline timeline = new WallTimeline();
  private final Deque<Closing> open = new ArrayDeque<>();
  private final NodeLedger ledger;
  private final TcpHost host;
  private final Libp2pShardExchange exchange;
  private final HospitalNode node;
  private volatile Set<String> members = Set.of();
  private volatile boolean stopped;

  /** Something to close, in the reverse order of opening. */
  private interface Closing {
    void close() throws IOException;
  }

  private RunningNode(NodeHome home, Site site, RoundObserver observer) throws IOException {
    this.home = home;
    try {
      Pen.Author author = home.author();
      var _ = opened(author.key());
      lockKey();
      RoundJournal journal = opened(RoundJournal.open(home.config().journal(), home.journalKey()));
      ledger = opened(home.ledger());
      refreshMembers();
      IdentityKey identity = home.transportKey();
      host = host(identity);
      var _ = opened(host);
      exchange = opened(new Libp2pShardExchange(host, this::addressOf, ExchangeLimits.defaults()));
      ExchangeLink link =
          new ExchangeLink(
              author.consortium(), exchange, gossip(identity, author), ledger, timeline);
      Pen pen = new Pen(author, ledger, journal, timeline);
      SecureRandom random = new SecureRandom();
      node =
          new HospitalNode(
              new RoundContext(
                      author.consortium(),
                      ledger,
                      pen,
                      new MemberRecords(ledger, pen, journal, random),
                      journal,
                      home.archive(),
                      site,
                      new CheckpointBook(home.checkpoints(), ledger),
                      link,
                      timeline,
                      observer,
                      random)
                  .keeping(home.keeping(random)));
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private Libp2pGossipNetwork gossip(IdentityKey identity, Pen.Author author) {
    SystemPubsubTimer timer = opened(new SystemPubsubTimer());
    Set<Topic> topics =
        ExchangeLink.topics(author.consortium()).stream()
            .map(topic -> new Topic(topic.name()))
            .collect(Collectors.toSet());
    Gossipsub gossipsub =
        Gossipsub.start(host, identity, GossipsubConfig.defaults(), TopicFilter.of(topics), timer);
    return opened(new Libp2pGossipNetwork(gossipsub));
  }

  /**
   * Opens everything; nothing stays open if a part fails.
   *
   * @throws ConfigException when the port is in use, another node has the key, or a file is wrong
   */
  public static RunningNode start(NodeHome home, Site site, RoundObserver observer) {
    try {
      return new RunningNode(home, site, observer);
    } catch (IOException e) {
      if (e.getCause() instanceof BindException bind) {
        throw new ConfigException(
            home.config().network().listen().toString(),
            "cannot be listened on ("
                + bind.getMessage()
                + "); end what uses the port, or name another in the node's file: network, listen",
            e);
      }
      throw new ConfigException(
          home.config().network().listen().toString(), "cannot listen: " + e.getMessage(), e);
    }
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.push(
        () -> {
          try {
            part.close();
          } catch (IOException | RuntimeException e) {
            throw e;
          } catch (Exception e) {
            throw new IOException(e);
          }
        });
    return part;
  }

  /** Two nodes with one key would say two things under one name. */
  private void lockKey() throws IOException {
    Path file = home.config().keys().signing();
    try {
      FileChannel key = opened(FileChannel.open(file, StandardOpenOption.WRITE));
      if (key.tryLock() == null) {
        throw keyInUse(file);
      }
    } catch (AccessDeniedException e) {
      throw new ConfigException(
          file.toString(),
          "the node locks this file so that no other runs with the key, and may not write it; give"
              + " its user the right (chmod 600)",
          e);
    } catch (OverlappingFileLockException e) {
      throw keyInUse(file);
    }
  }

  private static ConfigException keyInUse(Path file) {
    return new ConfigException(
        file.toString(),
        0,
        "another node runs with this key; stop it, or give this node its own member and keys");
  }

  private TcpHost host(IdentityKey identity) throws IOException {
    var listen = home.config().network().listen();
    Multiaddr address = Multiaddr.tcp(new InetSocketAddress(listen.host(), listen.port()));
    return TcpHost.start(
        HostConfig.of(identity, ConnectionGater.allowing(peer -> members.contains(peer.toString())))
            .listeningOn(address)
            .withBulk(Libp2pShardExchange.PROTOCOL));
  }

  private Optional<Multiaddr> addressOf(PeerId peer) {
    return home.config().network().peers().values().stream()
        .filter(address -> address.peerId().equals(peer.toString()))
        .findFirst()
        .map(address -> Multiaddr.parse(address.value()));
  }

  private void refreshMembers() {
    members =
        ledger.read(
            log ->
                new Membership(log)
                    .members().stream().map(Member::peerId).collect(Collectors.toSet()));
  }

  /** Takes part until {@link #stop}. */
  public void run() {
    Thread dialling = Thread.ofVirtual().name("dial").start(this::dial);
    try {
      node.run();
    } catch (StoppedException e) {
      LOG.debug("stopped while waiting");
    } finally {
      stopped = true;
      dialling.interrupt();
    }
  }

  /** Keeps one connection to every peer of the configuration. */
  private void dial() {
    try {
      while (!stopped) {
        refreshMembers();
        for (PeerAddress address : home.config().network().peers().values()) {
          dial(address);
        }
        timeline.await(() -> stopped, timeline.now() + REDIAL_MILLIS);
      }
    } catch (StoppedException e) {
      LOG.debug("no more dialling");
    }
  }

  private void dial(PeerAddress address) {
    PeerId peer = PeerId.parse(address.peerId());
    if (host.peers().contains(peer) || !members.contains(address.peerId())) {
      return;
    }
    try {
      var _ = host.connect(Multiaddr.parse(address.value()));
    } catch (IOException e) {
      LOG.debug("{} is not there: {}", address, e.getMessage());
    }
  }

  /** What the exchange has sent so far, to all peers together. */
  public Traffic traffic() {
    return exchange.traffic().values().stream().reduce(Traffic.NONE, Traffic::plus);
  }

  /** The ledger as this node believes it. */
  public NodeLedger ledger() {
    return ledger;
  }

  /** How many peers are connected. */
  public int connected() {
    return host.peers().size();
  }

  /**
   * Ends {@link #run} at its next wait, in the middle of a round too: the next run goes on there.
   * Callable from any thread.
   */
  public void stop() {
    stopped = true;
    node.stop();
    timeline.stop();
  }

  @Override
  public void close() {
    stopped = true;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (IOException | RuntimeException e) {
        LOG.warn("while stopping: {}", e.getMessage());
      }
    }
  }
}
