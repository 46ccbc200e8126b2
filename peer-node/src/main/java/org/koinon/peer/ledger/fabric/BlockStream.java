package org.koinon.peer.ledger.fabric;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.hyperledger.fabric.client.BlockEventsRequest;
import org.hyperledger.fabric.client.CloseableIterator;
import org.hyperledger.fabric.client.GatewayRuntimeException;
import org.hyperledger.fabric.protos.common.Block;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.ledger.LedgerException;
import org.koinon.federation.ledger.LedgerException.Advice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the channel's blocks into a {@link LogCopy}, on a thread of its own: opens the stream at
 * the copy's next block, and again whenever it breaks, repeats or leaves a gap.
 */
final class BlockStream implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BlockStream.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
  private static final Duration SILENCE = Duration.ofSeconds(3);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final GatewayConnection connection;
  private final LogCopy copy;
  private final Thread thread;
  private @Nullable CloseableIterator<Block> stream;
  private @Nullable LedgerException fault;
  private boolean closed;

  /** Starts to follow. */
  BlockStream(GatewayConnection connection, LogCopy copy) {
    this.connection = connection;
    this.copy = copy;
    this.thread = Thread.ofVirtual().name("fabric-blocks").start(this::follow);
  }

  private void follow() {
    Duration pause = FIRST_PAUSE;
    while (!isClosed()) {
      long before = copy.next();
      try {
        open().ifPresent(this::takeAll);
      } catch (GatewayRuntimeException e) {
        LOG.debug("the stream of blocks broke: {}", e.getMessage());
      } catch (LedgerException e) {
        if (e.advice() != Advice.RETRY) {
          fail(e);
          return;
        }
        LOG.debug("a block was not copied, trying again: {}", e.getMessage());
      } catch (RuntimeException e) {
        fail(new LedgerException(Advice.STOP, "cannot follow the channel: " + e, e));
        return;
      }
      pause = copy.next() > before ? FIRST_PAUSE : longer(pause);
      await(pause);
    }
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** The blocks from the copy's next one on; nothing when the ledger was closed. */
  private Optional<CloseableIterator<Block>> open() {
    BlockEventsRequest request =
        connection.signed(
            connection.network().newBlockEventsRequest().startBlock(copy.next()).build());
    lock.lock();
    try {
      if (closed) {
        return Optional.empty();
      }
      CloseableIterator<Block> opened = request.getEvents();
      stream = opened;
      return Optional.of(opened);
    } finally {
      lock.unlock();
    }
  }

  private void takeAll(CloseableIterator<Block> blocks) {
    try (blocks) {
      while (blocks.hasNext()) {
        ChannelBlock block = new ChannelBlock(blocks.next());
        if (block.number() > copy.next()) {
          LOG.debug("the stream left out block {}; reading again from there", copy.next());
          return;
        }
        if (block.number() == copy.next()) {
          copy.take(block);
          signal();
        }
      }
    }
  }

  private void fail(LedgerException e) {
    lock.lock();
    try {
      fault = e;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void signal() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void await(Duration pause) {
    lock.lock();
    try {
      long left = pause.toNanos();
      while (!closed && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closed = true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether the copy has all blocks below that height in time. A stream that brings nothing for a
   * while, though there is more, is opened anew.
   */
  boolean reaches(long height, Duration patience) {
    lock.lock();
    try {
      long end = System.nanoTime() + patience.toNanos();
      long next = copy.next();
      long silent = SILENCE.toNanos();
      check();
      while (copy.next() < height && System.nanoTime() < end) {
        silent = changed.awaitNanos(Math.min(silent, end - System.nanoTime()));
        check();
        if (copy.next() > next || silent <= 0) {
          if (copy.next() == next && stream != null) {
            stream.close();
          }
          next = copy.next();
          silent = SILENCE.toNanos();
        }
      }
      return copy.next() >= height;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void check() {
    if (fault != null) {
      throw fault;
    }
    if (closed) {
      throw new IllegalStateException("the ledger was closed");
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      if (stream != null) {
        stream.close();
      }
    } finally {
      lock.unlock();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
