package org.koinon.libp2p.pubsub;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Frames that wait to be written to one peer. When it is full, announcements are lost first, then
 * the oldest messages; subscriptions and control never. Safe for several threads.
 */
final class PeerQueue {
  static final int MAX_FRAMES = 64;
  static final int MAX_BYTES = 4 << 20;

  /** Frames that may not be lost pile up only when the peer has stopped reading for good. */
  static final int MAX_KEPT_FRAMES = 256;

  /** What became of an offered frame. */
  enum Outcome {
    QUEUED,
    /** This one is lost. */
    LOST,
    /** The peer does not read: the stream must be given up. */
    STALLED
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Rpc> frames = new ArrayDeque<>();
  private int bytes;
  private boolean woken;

  Outcome offer(Rpc rpc) {
    lock.lock();
    try {
      makeRoom(rpc);
      if (!fits(rpc)) {
        if (rpc.loss() != Rpc.Loss.NEVER) {
          return Outcome.LOST;
        }
        if (frames.size() >= MAX_KEPT_FRAMES) {
          frames.clear();
          bytes = 0;
          return Outcome.STALLED;
        }
      }
      frames.addLast(rpc);
      bytes += rpc.sizeBytes();
      changed.signal();
      return Outcome.QUEUED;
    } finally {
      lock.unlock();
    }
  }

  private boolean fits(Rpc rpc) {
    return frames.size() < MAX_FRAMES && bytes + rpc.sizeBytes() <= MAX_BYTES;
  }

  private void makeRoom(Rpc rpc) {
    if (rpc.loss() != Rpc.Loss.GOSSIP) {
      drop(Rpc.Loss.GOSSIP, rpc);
      drop(Rpc.Loss.MESSAGES, rpc);
    }
  }

  private void drop(Rpc.Loss kind, Rpc incoming) {
    Iterator<Rpc> eldest = frames.iterator();
    while (!fits(incoming) && eldest.hasNext()) {
      Rpc frame = eldest.next();
      if (frame.loss() == kind) {
        eldest.remove();
        bytes -= frame.sizeBytes();
      }
    }
  }

  /** Waits for a frame; empty after {@link #wake}. */
  Optional<Rpc> take() throws InterruptedException {
    lock.lock();
    try {
      while (frames.isEmpty() && !woken) {
        changed.await();
      }
      if (woken) {
        return Optional.empty();
      }
      Rpc rpc = frames.removeFirst();
      bytes -= rpc.sizeBytes();
      return Optional.of(rpc);
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return frames.size();
    } finally {
      lock.unlock();
    }
  }

  /** Ends every {@link #take} with nothing, until {@link #resume}. */
  void wake() {
    lock.lock();
    try {
      woken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void resume() {
    lock.lock();
    try {
      woken = false;
    } finally {
      lock.unlock();
    }
  }
}
