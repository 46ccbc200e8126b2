package org.koinon.libp2p.mux;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.koinon.libp2p.core.HostLimits.Windows;
import org.koinon.libp2p.security.RecordInput;
import org.koinon.libp2p.security.Slice;
import org.koinon.libp2p.wire.WireException;

/**
 * One yamux stream. One thread reads while another writes; {@link #reset()}, {@link #close()} and
 * {@link #deadline} may come from any thread.
 *
 * <p>Three locks, always taken in this order: {@code reading} or {@code sending} for the duration
 * of a call of the application, then the connection's write lock, then {@code state}, which is
 * never held across I/O. The connection's reading thread takes {@code state} alone.
 */
public final class YamuxStream {
  private static final long MAX_CREDIT = 0xffff_ffffL;

  private final YamuxMuxer muxer;
  private final int id;
  private final boolean inbound;
  private final ReceiveWindow window;

  private final ReentrantLock reading = new ReentrantLock();
  private final ReentrantLock sending = new ReentrantLock();
  private final ReentrantLock state = new ReentrantLock();
  private final Condition readable = state.newCondition();
  private final Condition writable = state.newCondition();
  private final InputStream in = new Input();
  private final OutputStream out = new Output();

  private final ArrayDeque<Slice> received = new ArrayDeque<>();
  private long credit = Windows.MIN_BYTES;
  private boolean creditQueued;
  private boolean acknowledged;
  private boolean remoteFinished;
  private boolean finished;
  private boolean readClosed;
  private boolean resetHere;
  private boolean forgotten;
  private boolean released;
  private @Nullable IOException failure;
  private long deadlineNanos = Long.MAX_VALUE;
  private long closedNanos;

  // The slice being read; guarded by "reading".
  private @Nullable Slice current;

  YamuxStream(YamuxMuxer muxer, int id, boolean inbound, ReceiveWindow window) {
    this.muxer = muxer;
    this.id = id;
    this.inbound = inbound;
    this.window = window;
    this.acknowledged = inbound;
  }

  /** The number of this stream on its connection. */
  public int id() {
    return id;
  }

  boolean inbound() {
    return inbound;
  }

  /** Bytes from the peer. */
  public InputStream in() {
    return in;
  }

  /** Bytes to the peer. */
  public OutputStream out() {
    return out;
  }

  /** How long blocked reads and writes may take from now on, altogether. */
  public void deadline(Duration fromNow) {
    long nanos;
    try {
      nanos = fromNow.toNanos();
    } catch (ArithmeticException e) {
      nanos = Long.MAX_VALUE; // longer than 292 years: no deadline
    }
    state.lock();
    try {
      deadlineNanos = nanos == Long.MAX_VALUE ? nanos : muxer.nanoTime() + nanos;
      readable.signalAll();
      writable.signalAll();
    } finally {
      state.unlock();
    }
  }

  /** Half-close. */
  public void closeWrite() {
    state.lock();
    try {
      if (finished || failure != null) {
        return;
      }
      finished = true;
      writable.signalAll();
    } finally {
      state.unlock();
    }
    // A writer that is inside a frame ends it first; one that waits for credit has just been woken.
    sending.lock();
    try {
      muxer.control(
          new Control.Fixed(new FrameHeader(FrameHeader.WINDOW_UPDATE, FrameHeader.FIN, id, 0)));
    } finally {
      sending.unlock();
    }
    state.lock();
    try {
      settle();
    } finally {
      state.unlock();
    }
  }

  /** Half-close, and discard what still arrives. */
  public void close() {
    state.lock();
    try {
      if (!readClosed) {
        readClosed = true;
        closedNanos = muxer.nanoTime();
        discard();
        readable.signalAll();
      }
    } finally {
      state.unlock();
    }
    closeWrite();
  }

  /** Ends both directions at once. */
  public void reset() {
    state.lock();
    try {
      resetHere = true;
      discard();
      settle();
    } finally {
      state.unlock();
    }
    if (abort(new IOException("stream was reset on this side"))) {
      muxer.control(
          new Control.Fixed(new FrameHeader(FrameHeader.WINDOW_UPDATE, FrameHeader.RST, id, 0)));
    }
  }

  /** Whether the stream was closed here before {@code sinceNanos} and the peer leaves it open. */
  boolean lingersSince(long sinceNanos) {
    state.lock();
    try {
      return readClosed && finished && !forgotten && closedNanos - sinceNanos < 0;
    } finally {
      state.unlock();
    }
  }

  // --- called by the reading thread of the connection ---

  /** Takes the payload of a data frame, piece by piece as it arrives. */
  void receive(RecordInput input, int length) throws IOException {
    state.lock();
    try {
      if (remoteFinished) {
        throw new WireException("yamux data after the peer finished stream " + id);
      }
      window.received(length);
    } finally {
      state.unlock();
    }
    for (int rest = length; rest > 0; ) {
      if (!input.fill()) {
        throw new WireException("peer closed the connection inside a yamux frame");
      }
      Slice slice = input.take(rest);
      rest -= slice.length();
      deliver(slice);
    }
  }

  private void deliver(Slice slice) {
    state.lock();
    try {
      if (readClosed || failure != null) {
        slice.release(muxer.pool());
        return;
      }
      Slice tail = received.peekLast();
      if (tail == null || !tail.append(slice)) {
        received.add(slice);
      }
      readable.signal();
    } finally {
      state.unlock();
    }
  }

  void creditReceived(long bytes) throws WireException {
    state.lock();
    try {
      credit += bytes;
      if (credit > MAX_CREDIT) {
        throw new WireException("yamux window of stream " + id + " grew beyond 2^32-1");
      }
      writable.signal();
    } finally {
      state.unlock();
    }
  }

  /** Whether this is the peer's first acknowledgement. */
  boolean acknowledge() {
    state.lock();
    try {
      boolean first = !acknowledged;
      acknowledged = true;
      return first;
    } finally {
      state.unlock();
    }
  }

  void remoteFinished() {
    state.lock();
    try {
      remoteFinished = true;
      readable.signalAll();
      settle();
    } finally {
      state.unlock();
    }
  }

  /** Kills the stream; false when it was dead or finished already. */
  boolean abort(IOException cause) {
    state.lock();
    try {
      if (failure != null || forgotten) {
        return false;
      }
      failure = cause;
      if (!remoteFinished) {
        discard(); // incomplete; what the peer had finished can still be read
      }
      readable.signalAll();
      writable.signalAll();
      settle();
      return true;
    } finally {
      state.unlock();
    }
  }

  /** The window update to write now, if it is still of use. */
  Optional<FrameHeader> creditToGrant(long nowNanos, long roundTripNanos) {
    state.lock();
    try {
      creditQueued = false;
      if (remoteFinished || readClosed || forgotten) {
        return Optional.empty();
      }
      int granted = window.grant(nowNanos, roundTripNanos);
      return Optional.of(new FrameHeader(FrameHeader.WINDOW_UPDATE, 0, id, granted));
    } finally {
      state.unlock();
    }
  }

  // --- under "state" ---

  private void discard() {
    received.forEach(slice -> slice.release(muxer.pool()));
    received.clear();
  }

  // Leaves the connection when both sides are done; gives the memory back when nothing is unread.
  private void settle() {
    boolean over = failure != null || (finished && remoteFinished);
    if (over && !forgotten) {
      forgotten = true;
      muxer.forget(this, !acknowledged);
      acknowledged = true;
    }
    if (forgotten && !released && (readClosed || received.isEmpty())) {
      released = true;
      window.release();
    }
  }

  private long nanosUntil(long untilNanos, String what) throws IOException {
    long rest = untilNanos == Long.MAX_VALUE ? untilNanos : untilNanos - muxer.nanoTime();
    if (rest <= 0) {
      throw new SocketTimeoutException(what + " timed out on stream " + id);
    }
    return rest;
  }

  private IOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while waiting for stream " + id);
  }

  private static IOException dead(IOException cause) {
    return new IOException(
        Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getName()), cause);
  }

  // --- the application's side ---

  private final class Input extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, target.length);
      if (length == 0) {
        return 0;
      }
      reading.lock();
      try {
        Slice slice = head();
        if (slice == null) {
          return -1;
        }
        int count = slice.read(target, offset, length);
        consumed(slice, count);
        return count;
      } finally {
        reading.unlock();
      }
    }

    @Override
    public long transferTo(OutputStream target) throws IOException {
      reading.lock();
      try {
        long sum = 0;
        for (Slice slice = head(); slice != null; slice = head()) {
          int count = slice.writeTo(target);
          sum += count;
          consumed(slice, count);
        }
        return sum;
      } finally {
        reading.unlock();
      }
    }

    @Override
    public int available() {
      state.lock();
      try {
        return received.stream().mapToInt(Slice::length).sum();
      } finally {
        state.unlock();
      }
    }

    private @Nullable Slice head() throws IOException {
      if (current == null) {
        current = next();
      }
      return current;
    }

    private @Nullable Slice next() throws IOException {
      state.lock();
      try {
        while (received.isEmpty()) {
          if (remoteFinished && !resetHere) {
            return null;
          }
          requireReadable();
          readable.awaitNanos(nanosUntil(deadlineNanos, "reading"));
        }
        Slice slice = received.poll();
        settle();
        return slice;
      } catch (InterruptedException e) {
        throw interrupted();
      } finally {
        state.unlock();
      }
    }

    private void requireReadable() throws IOException {
      if (resetHere) {
        throw new IOException("stream " + id + " was reset on this side");
      }
      if (failure != null) {
        throw dead(failure);
      }
      if (readClosed) {
        throw new IOException("stream " + id + " is closed for reading");
      }
    }

    private void consumed(Slice slice, int count) {
      if (slice.length() == 0) {
        slice.release(muxer.pool());
        current = null;
      }
      boolean grant;
      state.lock();
      try {
        grant = window.consumed(count) && !creditQueued && !remoteFinished && !forgotten;
        creditQueued |= grant;
      } finally {
        state.unlock();
      }
      if (grant) {
        muxer.control(new Control.Credit(YamuxStream.this));
      }
    }
  }

  private final class Output extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] data, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, data.length);
      sending.lock();
      try {
        for (int done = 0; done < length; ) {
          int count = takeCredit(Math.min(length - done, YamuxMuxer.MAX_PAYLOAD));
          muxer.writeData(id, data, offset + done, count);
          done += count;
        }
      } finally {
        sending.unlock();
      }
    }

    @Override
    public void close() {
      closeWrite();
    }

    private int takeCredit(int max) throws IOException {
      state.lock();
      try {
        long stalled = muxer.nanoTime() + muxer.limits().liveness().writeStall().toNanos();
        requireWritable();
        while (credit == 0) {
          long until = Math.min(stalled, deadlineNanos);
          writable.awaitNanos(nanosUntil(until, "writing (the peer reads nothing)"));
          requireWritable();
        }
        int count = (int) Math.min(credit, max);
        credit -= count;
        return count;
      } catch (InterruptedException e) {
        throw interrupted();
      } finally {
        state.unlock();
      }
    }

    private void requireWritable() throws IOException {
      if (failure != null) {
        throw dead(failure);
      }
      if (finished) {
        throw new IOException("stream " + id + " is closed for writing");
      }
    }
  }
}
