package org.koinon.libp2p.net;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.koinon.libp2p.core.Connection;
import org.koinon.libp2p.core.ConnectionPurpose;
import org.koinon.libp2p.core.Direction;
import org.koinon.libp2p.core.Host;
import org.koinon.libp2p.core.HostLimits;
import org.koinon.libp2p.core.Multiaddr;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.core.PeerListener;
import org.koinon.libp2p.core.ProtocolId;
import org.koinon.libp2p.core.Stream;
import org.koinon.libp2p.core.StreamHandler;
import org.koinon.libp2p.mux.MuxResources;
import org.koinon.libp2p.mux.WindowBudget;
import org.koinon.libp2p.protocol.Identify;
import org.koinon.libp2p.protocol.Ping;
import org.koinon.libp2p.security.BufferPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A libp2p host over TCP, Noise and yamux that answers identify, identify push and ping. Blocking
 * style: every connection has two virtual threads, every inbound stream one.
 */
public final class TcpHost implements Host {
  private static final Logger log = LoggerFactory.getLogger(TcpHost.class);
  private static final int POOLED_BUFFERS = 64;
  private static final long CLOSE_SECONDS = 5;

  private final HostConfig config;
  private final ExecutorService executor =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("libp2p-", 0).factory());
  private final Executor threads = this::execute;
  private final BufferPool pool = new BufferPool(POOLED_BUFFERS);
  private final WindowBudget budget;
  private final PeerEvents events = new PeerEvents();
  private final HandlerTable handlers = new HandlerTable();
  private final Deadlines deadlines = new Deadlines(System::nanoTime);
  private final ConnectionTable table;
  private final TcpDialer dialer;
  private final IdentifyService identify;
  private final List<TcpListener> listeners = new ArrayList<>();
  private final Map<PeerId, CompletableFuture<PeerConnection>> dialling = new ConcurrentHashMap<>();
  private final Housekeeper housekeeper;
  private volatile boolean closed;

  private TcpHost(HostConfig config) {
    this.config = config;
    HostLimits limits = config.limits();
    this.budget = WindowBudget.ofHost(limits.windows().perHostBytes());
    this.table = new ConnectionTable(peerId(), limits.admission(), events);
    this.dialer = new TcpDialer(new ConnectionUpgrader(config, pool, deadlines), config);
    this.identify = new IdentifyService(config, handlers, table, this::announcedAddresses);
    this.housekeeper = new Housekeeper(limits.liveness(), table, deadlines);
  }

  /** Starts a host: from now on it listens, or it fails and leaves nothing behind. */
  public static TcpHost start(HostConfig config) throws IOException {
    TcpHost host = new TcpHost(config);
    try {
      host.begin();
      return host;
    } catch (IOException | RuntimeException e) {
      host.close();
      throw e;
    }
  }

  private void begin() throws IOException {
    handlers.put(Ping.PROTOCOL, Ping::serve, Ping.MAX_STREAMS_PER_PEER);
    handlers.put(Identify.PROTOCOL, identify::answer, Identify.MAX_STREAMS_PER_PEER);
    handlers.put(Identify.PUSH, identify::pushed, Identify.MAX_STREAMS_PER_PEER);
    threads.execute(events::run);
    threads.execute(housekeeper::run);
    TcpListener.Shared shared =
        new TcpListener.Shared(
            new ConnectionUpgrader(config, pool, deadlines),
            config.gater(),
            new AcceptLimits(config.limits().admission(), System::nanoTime),
            threads,
            this::accepted);
    for (Multiaddr address : config.listen()) {
      listeners.add(TcpListener.bind(address, shared));
    }
  }

  @Override
  public PeerId peerId() {
    return config.identity().peerId();
  }

  @Override
  public List<Multiaddr> listenAddresses() {
    return listeners.stream().map(listener -> listener.address().withPeer(peerId())).toList();
  }

  @Override
  public Connection connect(Multiaddr address) throws IOException {
    PeerId peer = namedPeer(address);
    Optional<PeerConnection> standing = table.primary(peer);
    if (standing.isPresent()) {
      return standing.get();
    }
    CompletableFuture<PeerConnection> mine = new CompletableFuture<>();
    CompletableFuture<PeerConnection> running = dialling.putIfAbsent(peer, mine);
    if (running != null) {
      return join(running);
    }
    try {
      PeerConnection connection =
          begin(dialer.dial(peer, address), Optional.of(ConnectionPurpose.CONTROL));
      identify.ask(connection, connection.openRaw(), threads);
      mine.complete(connection);
      return connection;
    } catch (IOException | RuntimeException | Error e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      dialling.remove(peer, mine);
    }
  }

  @Override
  public Stream connectBulk(Multiaddr address, ProtocolId... protocols) throws IOException {
    if (!config.bulkProtocols().containsAll(List.of(protocols))) {
      throw new IllegalArgumentException(
          List.of(protocols)
              + " are not all bulk protocols of this host: "
              + config.bulkProtocols());
    }
    PeerConnection connection =
        begin(dialer.dial(namedPeer(address), address), Optional.of(ConnectionPurpose.BULK));
    try {
      return connection.openStream(protocols);
    } catch (IOException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  public Stream newStream(PeerId peer, ProtocolId... protocols) throws IOException {
    PeerConnection connection =
        table
            .primary(peer)
            .orElseThrow(() -> new IOException("not connected with " + peer + "; connect first"));
    return connection.openStream(protocols);
  }

  @Override
  public void handle(ProtocolId protocol, StreamHandler handler) {
    if (handlers.put(protocol, handler, config.limits().streams().inboundPerProtocol())) {
      identify.push(threads);
    }
  }

  @Override
  public Set<PeerId> peers() {
    return table.peers();
  }

  @Override
  public List<Connection> connections(PeerId peer) {
    return List.copyOf(table.connections(peer));
  }

  @Override
  public Set<ProtocolId> peerProtocols(PeerId peer) {
    return table.protocols(peer);
  }

  @Override
  public void onPeer(PeerListener listener) {
    events.add(listener);
  }

  @Override
  public void close() {
    closed = true;
    for (TcpListener listener : listeners) {
      try {
        listener.close();
      } catch (IOException e) {
        log.warn("closing the listener on {} failed", listener.address(), e);
      }
    }
    deadlines.closeAll();
    table.all().forEach(connection -> connection.fail(new IOException("host is closed")));
    executor.shutdownNow();
    try {
      if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        log.warn("a stream handler or listener did not end within {} s", CLOSE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The housekeeper's work at a given time; it also does it by itself, once a second. */
  void tick(long nowNanos) {
    housekeeper.tick(nowNanos);
  }

  private void execute(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      log.debug("the host is closing; a task was dropped");
    }
  }

  private void accepted(Upgraded upgraded) {
    try {
      begin(upgraded, Optional.empty());
    } catch (IOException e) {
      log.info("dropped {}: {}", upgraded.channel().remotePeer(), e.getMessage());
    }
  }

  // In the table before its reader starts: the first stream may arrive at once.
  private PeerConnection begin(Upgraded upgraded, Optional<ConnectionPurpose> purpose)
      throws IOException {
    WindowBudget part = budget.forConnection(config.limits().windows().perConnectionBytes());
    MuxResources resources = new MuxResources(pool, part, config.limits(), threads);
    PeerConnection connection =
        new PeerConnection(
            upgraded,
            purpose,
            new PeerConnection.Shared(handlers, config.bulkProtocols(), resources, new Events()));
    try {
      table.add(connection);
      if (closed) {
        throw new RefusedException("host is closed");
      }
      connection.start();
      return connection;
    } catch (IOException | RuntimeException e) {
      connection.fail(new IOException("connection was not taken in", e));
      throw e;
    }
  }

  private final class Events implements ConnectionEvents {
    @Override
    public void decided(PeerConnection connection) {
      table.decided(connection);
      boolean ask =
          connection.purpose() == ConnectionPurpose.CONTROL
              && connection.direction() == Direction.INBOUND;
      if (ask) {
        threads.execute(() -> identify.ask(connection));
      }
    }

    @Override
    public void closed(PeerConnection connection, IOException cause) {
      table.remove(connection);
      log.debug("{} closed: {}", connection, cause.getMessage());
    }
  }

  private PeerId namedPeer(Multiaddr address) {
    PeerId peer =
        address
            .peer()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        address + " names no peer; append /p2p/<peer id>"));
    if (peer.equals(peerId())) {
      throw new IllegalArgumentException(address + " is this host itself");
    }
    return peer;
  }

  private List<Multiaddr> announcedAddresses() {
    return listeners.stream().map(TcpListener::address).filter(Multiaddr::isSpecific).toList();
  }

  private static PeerConnection join(CompletableFuture<PeerConnection> running) throws IOException {
    try {
      return running.get();
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a dial");
    }
  }
}
