package org.koinon.libp2p.pubsub;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.core.ProtocolId;
import org.koinon.libp2p.core.Stream;
import org.koinon.libp2p.wire.LengthPrefixed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our one outbound gossip stream to a peer, with its queue and its writer thread.
 *
 * <p>The peer never writes on this stream, yet a reader stands on it: an end, a reset or any byte
 * is the only sign that the peer has given it up (one implementation sends a bare end of stream and
 * lets us write into nothing). Then the stream is reset and opened again after a back-off, with all
 * subscriptions sent anew. Some peers stop gossip on a connection for good after a handful of
 * streams, so after {@value #MAX_REOPENS} re-opens the link asks for a fresh connection.
 */
final class PeerLink {
  static final int MAX_REOPENS = 3;
  private static final Logger LOG = LoggerFactory.getLogger(PeerLink.class);
  private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
  private static final Duration WRITE_STALL = Duration.ofSeconds(30);
  private static final int TOPICS_PER_FRAME = 64;

  /** What a link needs from its owner; called on the link's thread. */
  interface Owner {
    Stream open(PeerId peer) throws IOException;

    List<Topic> subscriptions();

    void opened(PeerId peer, ProtocolId protocol);

    /** The link has ended by itself; gossip with this peer needs a fresh connection. */
    void exhausted(PeerLink link);
  }

  private final PeerId peer;
  private final Owner owner;
  private final RpcCodec codec;
  private final PubsubTimer timer;
  private final PeerQueue queue = new PeerQueue();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile @Nullable Stream current;

  PeerLink(PeerId peer, Owner owner, RpcCodec codec, PubsubTimer timer) {
    this.peer = peer;
    this.owner = owner;
    this.codec = codec;
    this.timer = timer;
  }

  PeerId peer() {
    return peer;
  }

  void start() {
    Thread.ofVirtual().name("pubsub-to-" + peer.brief()).start(this::run);
  }

  /** Never blocks. */
  void send(Rpc rpc) {
    switch (queue.offer(rpc)) {
      case QUEUED -> {}
      case LOST -> LOG.debug("queue to {} is full, lost {}", peer.brief(), rpc.loss());
      case STALLED -> {
        LOG.warn("{} reads no gossip, its stream is given up", peer.brief());
        giveUpStream();
      }
    }
  }

  /** Ends the link; never blocks. */
  void stop() {
    stopped.countDown();
    giveUpStream();
  }

  private void giveUpStream() {
    Stream stream = current;
    if (stream != null) {
      stream.reset();
    }
    queue.wake();
  }

  private boolean running() {
    return stopped.getCount() > 0;
  }

  private void run() {
    try {
      for (int reopens = 0; running() && reopens <= MAX_REOPENS; reopens++) {
        if (reopens > 0) {
          pause(FIRST_BACKOFF.multipliedBy(1L << (reopens - 1)));
        }
        if (running()) {
          serveOneStream();
        }
      }
      if (running()) {
        owner.exhausted(this);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the back-off or for the end of the link. */
  private void pause(Duration backoff) throws InterruptedException {
    CountDownLatch over = new CountDownLatch(1);
    PubsubTimer.Cancellation alarm = timer.after(backoff, over::countDown);
    Thread watcher =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    stopped.await();
                    over.countDown();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    over.await();
    alarm.cancel();
    watcher.interrupt();
  }

  private void serveOneStream() throws InterruptedException {
    Stream stream;
    try {
      stream = owner.open(peer);
    } catch (IOException e) {
      LOG.debug("cannot open gossip to {}: {}", peer.brief(), e.getMessage());
      return;
    }
    current = stream;
    queue.resume();
    if (!running()) {
      giveUpStream(); // stopped while the stream was being opened
    }
    Thread watcher = Thread.ofVirtual().start(() -> watch(stream));
    try {
      hello(stream);
      owner.opened(peer, stream.protocol());
      for (Optional<Rpc> next = queue.take(); next.isPresent(); next = queue.take()) {
        write(stream, next.get());
      }
    } catch (IOException e) {
      LOG.debug("gossip stream to {} ended: {}", peer.brief(), e.getMessage());
    } finally {
      stream.reset();
      current = null;
      watcher.join();
    }
  }

  private void hello(Stream stream) throws IOException {
    List<Topic> topics = owner.subscriptions();
    for (int i = 0; i < topics.size(); i += TOPICS_PER_FRAME) {
      List<Rpc.SubscriptionChange> part =
          topics.subList(i, Math.min(i + TOPICS_PER_FRAME, topics.size())).stream()
              .map(topic -> new Rpc.SubscriptionChange(topic, true))
              .toList();
      write(stream, Rpc.subscriptions(part));
    }
  }

  private void write(Stream stream, Rpc rpc) throws IOException {
    PubsubTimer.Cancellation stall = timer.after(WRITE_STALL, stream::reset);
    try {
      LengthPrefixed.write(stream.out(), codec.encode(rpc));
    } finally {
      stall.cancel();
    }
  }

  private void watch(Stream stream) {
    try {
      int read = stream.in().read();
      LOG.debug("{} {} our gossip stream", peer.brief(), read < 0 ? "ended" : "wrote on");
    } catch (IOException e) {
      LOG.debug("gossip stream to {} was reset: {}", peer.brief(), e.getMessage());
    } finally {
      stream.reset();
      queue.wake();
    }
  }
}
