package org.koinon.libp2p.mux;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.koinon.libp2p.core.HostLimits;
import org.koinon.libp2p.core.ProtocolId;
import org.koinon.libp2p.security.BufferPool;
import org.koinon.libp2p.security.RecordInput;
import org.koinon.libp2p.security.SecureChannel;
import org.koinon.libp2p.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * yamux over a secure channel: one reading thread, one thread that writes control frames, and the
 * application's threads, which encrypt and write their own data frame by frame under a fair lock.
 *
 * <p>The reading thread never waits for the writing side. Control frames ride in the record of the
 * next data frame when there is one. Source: hashicorp/yamux specification, libp2p yamux.
 */
public final class YamuxMuxer {
  /** The protocol id that both sides agree on. */
  public static final ProtocolId PROTOCOL = new ProtocolId("/yamux/1.0.0");

  /** Most payload in one data frame: a record with room for sixteen control frames before it. */
  static final int MAX_PAYLOAD = SecureChannel.MAX_PLAINTEXT - 17 * FrameHeader.BYTES;

  private static final Logger log = LoggerFactory.getLogger(YamuxMuxer.class);
  private static final int GO_AWAY_NORMAL = 0;

  private final SecureChannel channel;
  private final RecordInput input;
  private final boolean dialer;
  private final MuxResources resources;
  private final MuxListener listener;
  private final ControlQueue control;
  private final Map<Integer, YamuxStream> streams = new ConcurrentHashMap<>();
  private final AtomicInteger inboundStreams = new AtomicInteger();
  private final Semaphore unacknowledged;
  private final AtomicReference<@Nullable IOException> end = new AtomicReference<>();
  private final ReentrantLock writing = new ReentrantLock(true);
  private final ReentrantLock opening = new ReentrantLock();
  private final KeepAlive keepAlive;
  private int nextId;
  private volatile long writeBeganNanos;
  private volatile boolean writeInFlight;

  /** Takes over a secured channel; {@link #start()} begins. */
  public YamuxMuxer(
      SecureChannel channel,
      RecordInput input,
      boolean dialer,
      MuxResources resources,
      MuxListener listener) {
    this.channel = channel;
    this.input = input;
    this.dialer = dialer;
    this.resources = resources;
    this.listener = listener;
    this.control = new ControlQueue(resources.limits().streams().queuedControlFrames());
    this.unacknowledged = new Semaphore(resources.limits().streams().unacknowledged());
    this.keepAlive = new KeepAlive(resources.limits().liveness());
    this.nextId = dialer ? 1 : 2;
  }

  /** Starts reading and writing, with a ping that measures the round trip. */
  public void start() {
    resources.threads().execute(this::readFrames);
    resources.threads().execute(this::writeControls);
    control(new Control.Fixed(keepAlive.ping(nanoTime())));
  }

  /** Opens a stream; waits while too many are unacknowledged. */
  public YamuxStream open() throws IOException {
    awaitAcknowledgements();
    opening.lock();
    try {
      requireOpen();
      if (nextId < 0) {
        throw new IOException("stream ids of this connection are used up; reconnect");
      }
      ReceiveWindow window = reserveWindow();
      YamuxStream stream = new YamuxStream(this, nextId, false, window);
      nextId += 2;
      streams.put(stream.id(), stream);
      control(
          new Control.Fixed(
              new FrameHeader(
                  FrameHeader.WINDOW_UPDATE,
                  FrameHeader.SYN,
                  stream.id(),
                  window.initialCredit())));
      abortIfClosed(stream);
      return stream;
    } catch (IOException e) {
      unacknowledged.release();
      throw e;
    } finally {
      opening.unlock();
    }
  }

  /** Open streams of both directions. */
  public int streamCount() {
    return streams.size();
  }

  /** Whether streams can be opened. */
  public boolean isOpen() {
    return end.get() == null;
  }

  /** Says go-away and closes as soon as that is written. */
  public void close() {
    control(new Control.Fixed(new FrameHeader(FrameHeader.GO_AWAY, 0, 0, GO_AWAY_NORMAL)));
  }

  /** Closes at once. */
  public void fail(IOException cause) {
    if (!end.compareAndSet(null, cause)) {
      return;
    }
    control.close();
    try {
      channel.close();
    } catch (IOException e) {
      log.debug("closing the channel to {} failed", channel.remotePeer(), e);
    }
    streams.values().forEach(stream -> stream.abort(cause));
    unacknowledged.release(resources.limits().streams().unacknowledged());
    listener.closed(cause);
  }

  /** The clock's part, to be called about once a second: stalls, keep-alive, lingering streams. */
  public void tick(long nowNanos) {
    long stall = resources.limits().liveness().writeStall().toNanos();
    if (writeInFlight && nowNanos - writeBeganNanos > stall) {
      fail(new IOException("peer took nothing from the socket for too long"));
    } else if (keepAlive.overdue(nowNanos)) {
      fail(new IOException("peer did not answer the multiplexer's ping"));
    } else if (keepAlive.due(nowNanos)) {
      control(new Control.Fixed(keepAlive.ping(nowNanos)));
    }
    for (YamuxStream stream : streams.values()) {
      if (stream.lingersSince(nowNanos - stall)) {
        stream.reset();
      }
    }
  }

  // --- for streams ---

  long nanoTime() {
    return System.nanoTime();
  }

  BufferPool pool() {
    return resources.pool();
  }

  HostLimits limits() {
    return resources.limits();
  }

  void forget(YamuxStream stream, boolean neverAcknowledged) {
    if (streams.remove(stream.id(), stream) && stream.inbound()) {
      inboundStreams.decrementAndGet();
    }
    if (neverAcknowledged) {
      unacknowledged.release();
    }
  }

  void control(Control frame) {
    if (!control.offer(frame)) {
      fail(new WireException("control frames pile up: the peer does not read its answers"));
    }
  }

  void writeData(int streamId, byte[] data, int offset, int length) throws IOException {
    writing.lock();
    try {
      requireOpen();
      byte[] buffer = pool().take();
      int at = putControls(buffer, FrameHeader.BYTES + length);
      at = new FrameHeader(FrameHeader.DATA, 0, streamId, length).put(buffer, at);
      System.arraycopy(data, offset, buffer, at, length);
      writeRecord(buffer, at + length);
      pool().release(buffer);
    } catch (IOException e) {
      fail(e);
      throw e;
    } finally {
      writing.unlock();
    }
  }

  // --- writing, under the write lock ---

  private void writeControls() {
    while (control.awaitWork()) {
      writing.lock();
      try {
        byte[] buffer = pool().take();
        writeRecord(buffer, putControls(buffer, 0));
        pool().release(buffer);
      } catch (IOException e) {
        fail(e);
      } finally {
        writing.unlock();
      }
    }
  }

  // Puts every queued control frame before what follows: a stream's SYN precedes its data. Writes
  // records of their own when one is full, leaving room for what follows.
  private int putControls(byte[] buffer, int following) throws IOException {
    int last = SecureChannel.HEADROOM + SecureChannel.MAX_PLAINTEXT - following - FrameHeader.BYTES;
    int at = SecureChannel.HEADROOM;
    for (Optional<Control> next = control.poll(); next.isPresent(); next = control.poll()) {
      if (at > last) {
        writeRecord(buffer, at);
        at = SecureChannel.HEADROOM;
      }
      Optional<FrameHeader> header = header(next.get());
      if (header.isPresent()) {
        at = header.get().put(buffer, at);
        if (header.get().type() == FrameHeader.GO_AWAY) {
          writeRecord(buffer, at);
          throw new EOFException("connection was closed on this side");
        }
      }
    }
    return at;
  }

  private Optional<FrameHeader> header(Control frame) {
    return switch (frame) {
      case Control.Fixed fixed -> Optional.of(fixed.header());
      case Control.Pong pong ->
          Optional.of(new FrameHeader(FrameHeader.PING, FrameHeader.ACK, 0, pong.value()));
      case Control.Credit credit ->
          credit.stream().creditToGrant(nanoTime(), keepAlive.roundTripNanos());
    };
  }

  private void writeRecord(byte[] buffer, int end) throws IOException {
    if (end > SecureChannel.HEADROOM) {
      writeBeganNanos = nanoTime();
      writeInFlight = true;
      channel.writeRecord(buffer, end - SecureChannel.HEADROOM);
      writeInFlight = false;
    }
  }

  // --- reading ---

  private void readFrames() {
    byte[] head = new byte[FrameHeader.BYTES];
    try {
      while (input.fill()) {
        input.readFully(head, head.length);
        dispatch(FrameHeader.decode(head));
      }
      fail(new EOFException("peer closed the connection"));
    } catch (IOException e) {
      fail(e);
    } catch (RuntimeException e) {
      log.error("reading from {} failed", channel.remotePeer(), e);
      fail(new IOException("reading from the peer failed", e));
    } catch (Error e) {
      fail(new IOException("reading from the peer failed", e));
      throw e;
    }
  }

  private void dispatch(FrameHeader frame) throws IOException {
    switch (frame.type()) {
      case FrameHeader.PING -> ping(frame);
      case FrameHeader.GO_AWAY ->
          throw new EOFException("peer said go-away, reason " + frame.unsignedLength());
      case FrameHeader.DATA -> {
        YamuxStream stream = find(frame);
        int length = checkedLength(frame);
        if (stream == null) {
          input.skipNBytes(length); // late data of a stream that we reset or refused
        } else {
          stream.receive(input, length);
          finish(stream, frame);
        }
      }
      default -> {
        YamuxStream stream = find(frame);
        if (stream != null) {
          if (!frame.has(FrameHeader.RST)) { // there the length is an error code
            stream.creditReceived(frame.unsignedLength());
          }
          finish(stream, frame);
        }
      }
    }
  }

  private int checkedLength(FrameHeader frame) throws WireException {
    if (frame.unsignedLength() > resources.limits().windows().maxBytes()) {
      throw new WireException(
          "yamux frame of " + frame.unsignedLength() + " bytes exceeds every window");
    }
    return frame.length();
  }

  private void ping(FrameHeader frame) {
    if (frame.has(FrameHeader.SYN)) {
      control(new Control.Pong(frame.length()));
    } else if (frame.has(FrameHeader.ACK)) {
      keepAlive.answered(frame.length(), nanoTime());
    }
  }

  private @Nullable YamuxStream find(FrameHeader frame) throws IOException {
    if (frame.streamId() == 0) {
      throw new WireException("yamux stream id 0 carries no stream");
    }
    if (frame.has(FrameHeader.SYN)) {
      accept(frame.streamId());
    }
    YamuxStream stream = streams.get(frame.streamId());
    if (stream != null && frame.has(FrameHeader.ACK) && stream.acknowledge()) {
      unacknowledged.release();
    }
    return stream;
  }

  private void accept(int streamId) throws IOException {
    if ((streamId % 2 != 0) == dialer) {
      throw new WireException("peer opened stream " + streamId + ", a number of our side");
    }
    if (streams.containsKey(streamId)) {
      throw new WireException("peer opened stream " + streamId + " twice");
    }
    boolean room = inboundStreams.get() < limits().streams().inboundPerConnection();
    Optional<ReceiveWindow> window = room ? tryReserveWindow() : Optional.empty();
    if (window.isEmpty()) {
      log.debug("refused a stream of {}: limit reached", channel.remotePeer());
      control(
          new Control.Fixed(
              new FrameHeader(FrameHeader.WINDOW_UPDATE, FrameHeader.RST, streamId, 0)));
      return;
    }
    inboundStreams.incrementAndGet();
    YamuxStream stream = new YamuxStream(this, streamId, true, window.get());
    streams.put(streamId, stream);
    control(
        new Control.Fixed(
            new FrameHeader(
                FrameHeader.WINDOW_UPDATE,
                FrameHeader.ACK,
                streamId,
                window.get().initialCredit())));
    abortIfClosed(stream);
    listener.opened(stream);
  }

  private void finish(YamuxStream stream, FrameHeader frame) {
    if (frame.has(FrameHeader.FIN)) {
      stream.remoteFinished();
    }
    if (frame.has(FrameHeader.RST)) {
      stream.abort(new IOException("stream was reset by the peer"));
    }
  }

  // --- shared ---

  private Optional<ReceiveWindow> tryReserveWindow() {
    return ReceiveWindow.reserve(limits().windows(), resources.budget(), nanoTime());
  }

  private ReceiveWindow reserveWindow() throws IOException {
    return tryReserveWindow()
        .orElseThrow(() -> new IOException("no memory left in the budget for one more stream"));
  }

  private void awaitAcknowledgements() throws IOException {
    try {
      long millis = limits().handshake().negotiation().toMillis();
      if (!unacknowledged.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
        throw new IOException("the peer leaves too many streams unacknowledged");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while opening a stream");
    }
  }

  // The connection may have ended between the check and the entry in the table.
  private void abortIfClosed(YamuxStream stream) {
    IOException cause = end.get();
    if (cause != null) {
      stream.abort(cause);
    }
  }

  private void requireOpen() throws IOException {
    IOException cause = end.get();
    if (cause != null) {
      throw new IOException("connection is closed: " + cause.getMessage(), cause);
    }
  }
}
