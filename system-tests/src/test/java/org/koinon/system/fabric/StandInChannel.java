package org.koinon.system.fabric;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.gateway.CommitStatusResponse;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.Version;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.koinon.system.fabric.TestAuthority.Credentials;

/**
 * A channel: an ordering service that cuts a block from whatever waits, and a committing peer.
 *
 * <p>Safe for use by several threads. It outlives the servers before it.
 */
final class StandInChannel implements AutoCloseable {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Envelope> waiting = new ArrayDeque<>();
  private final List<Block> blocks = new ArrayList<>();
  private final Map<String, CommitStatusResponse> statuses = new HashMap<>();
  private final Faults faults;
  private final BlockCutter cutter;
  private WorldState state = WorldState.EMPTY;
  private WorldState before = WorldState.EMPTY;
  private boolean held;
  private boolean closed;

  StandInChannel(Credentials orderer, Faults faults) {
    this.faults = faults;
    this.cutter = new BlockCutter(orderer);
    blocks.add(cutter.genesis());
    var _ = Thread.ofVirtual().name("orderer").start(this::order);
  }

  /** The world state now. */
  WorldState state() {
    lock.lock();
    try {
      return state;
    } finally {
      lock.unlock();
    }
  }

  /** The world state of a peer that has not got the last block yet. */
  WorldState stateBefore() {
    lock.lock();
    try {
      return before;
    } finally {
      lock.unlock();
    }
  }

  long height() {
    lock.lock();
    try {
      return blocks.size();
    } finally {
      lock.unlock();
    }
  }

  /** From now on no block is cut, until {@link #release}. */
  void hold() {
    setHeld(true);
  }

  void release() {
    setHeld(false);
  }

  private void setHeld(boolean now) {
    lock.lock();
    try {
      held = now;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes a signed transaction. */
  void submit(Envelope transaction) {
    lock.lock();
    try {
      waiting.add(transaction);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until so many transactions wait for a block. */
  void awaitWaiting(int transactions) throws InterruptedException {
    lock.lock();
    try {
      while (waiting.size() < transactions) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Adds a block with a configuration of at least so many bytes. */
  void configure(int bytes) {
    lock.lock();
    try {
      blocks.add(cutter.configured(blocks.getLast(), bytes));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void order() {
    lock.lock();
    try {
      while (!closed) {
        if (waiting.isEmpty() || held) {
          changed.await();
        } else {
          commit(List.copyOf(waiting));
          waiting.clear();
          changed.signalAll();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    } finally {
      lock.unlock();
    }
  }

  private void commit(List<Envelope> transactions) throws InvalidProtocolBufferException {
    long number = blocks.size();
    ByteString.Output validity = ByteString.newOutput();
    before = state;
    for (int i = 0; i < transactions.size(); i++) {
      ParsedTransaction transaction = ParsedTransaction.of(transactions.get(i));
      KVRWSet set = transaction.readWriteSet();
      TxValidationCode code = judge(set);
      if (code == TxValidationCode.VALID) {
        state = state.with(set, Version.newBuilder().setBlockNum(number).setTxNum(i).build());
      }
      validity.write(code.getNumber());
      statuses.put(
          transaction.txId(),
          CommitStatusResponse.newBuilder().setResult(code).setBlockNumber(number).build());
    }
    blocks.add(cutter.cut(blocks.getLast(), transactions, validity.toByteString()));
  }

  private TxValidationCode judge(KVRWSet set) {
    if (faults.strikes(Fault.POLICY_FAILURE)) {
      return TxValidationCode.ENDORSEMENT_POLICY_FAILURE;
    }
    return faults.strikes(Fault.MVCC_CONFLICT) || !state.stillHolds(set)
        ? TxValidationCode.MVCC_READ_CONFLICT
        : TxValidationCode.VALID;
  }

  /** What became of a transaction, once that is known; nothing when the channel was closed. */
  Optional<CommitStatusResponse> awaitStatus(String txId) throws InterruptedException {
    lock.lock();
    try {
      while (!closed && !statuses.containsKey(txId)) {
        changed.await();
      }
      return Optional.ofNullable(statuses.get(txId));
    } finally {
      lock.unlock();
    }
  }

  /** The block of that number, once there is one; nothing when the channel was closed. */
  Optional<Block> awaitBlock(long number) throws InterruptedException {
    lock.lock();
    try {
      while (!closed && blocks.size() <= number) {
        changed.await();
      }
      return closed ? Optional.empty() : Optional.of(blocks.get((int) number));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
