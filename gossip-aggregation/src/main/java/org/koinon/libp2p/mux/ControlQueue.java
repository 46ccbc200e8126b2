package org.koinon.libp2p.mux;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Control frames in the order in which they are to be written. Offering never blocks, so the thread
 * that reads from the peer never waits for the peer to read. Safe for several threads.
 */
final class ControlQueue {
  private static final int MAX_PONGS = 32;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final ArrayDeque<Control> frames = new ArrayDeque<>();
  private final int capacity;
  private int pongs;
  private boolean closed;

  ControlQueue(int capacity) {
    this.capacity = capacity;
  }

  /**
   * Adds a frame; false when the queue is full. More than 32 pongs are dropped instead: who floods
   * with pings need not be answered. After {@link #close()} frames are dropped.
   */
  boolean offer(Control frame) {
    lock.lock();
    try {
      boolean pong = frame instanceof Control.Pong;
      if (closed || (pong && pongs == MAX_PONGS)) {
        return true;
      }
      if (frames.size() == capacity) {
        return false;
      }
      frames.add(frame);
      pongs += pong ? 1 : 0;
      work.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  Optional<Control> poll() {
    lock.lock();
    try {
      Control frame = frames.poll();
      pongs -= frame instanceof Control.Pong ? 1 : 0;
      return Optional.ofNullable(frame);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until something is queued and leaves it there; false when the queue is closed. */
  boolean awaitWork() {
    lock.lock();
    try {
      while (frames.isEmpty() && !closed) {
        work.awaitUninterruptibly();
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      frames.clear();
      work.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
