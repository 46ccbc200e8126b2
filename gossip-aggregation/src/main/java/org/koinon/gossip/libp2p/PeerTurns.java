package org.koinon.gossip.libp2p;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.koinon.libp2p.core.PeerId;

/** One transfer per peer at a time; others wait their turn. */
final class PeerTurns {
  /** What is done in a turn. */
  @FunctionalInterface
  interface Turn<T, E extends Exception> {
    T take() throws E;
  }

  private final ConcurrentHashMap<PeerId, Semaphore> turns = new ConcurrentHashMap<>();

  <T, E extends Exception> T inTurn(PeerId peer, Turn<T, E> turn) throws E {
    Semaphore mine = of(peer);
    mine.acquireUninterruptibly();
    try {
      return turn.take();
    } finally {
      mine.release();
    }
  }

  /** The same for a peer that serves itself: it may not pile up waiting threads for ever. */
  void inTurn(PeerId peer, Duration patience, Turn<Boolean, IOException> turn) throws IOException {
    Semaphore mine = of(peer);
    try {
      if (!mine.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IOException(peer + " runs another transfer of this kind");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for a turn", e);
    }
    try {
      turn.take();
    } finally {
      mine.release();
    }
  }

  private Semaphore of(PeerId peer) {
    return turns.computeIfAbsent(peer, _ -> new Semaphore(1, true));
  }
}
