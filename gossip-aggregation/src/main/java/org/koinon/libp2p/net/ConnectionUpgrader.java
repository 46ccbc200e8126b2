package org.koinon.libp2p.net;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import org.koinon.libp2p.core.ConnectionGater;
import org.koinon.libp2p.core.Direction;
import org.koinon.libp2p.core.HostLimits;
import org.koinon.libp2p.core.Multiaddr;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.core.ProtocolId;
import org.koinon.libp2p.mux.YamuxMuxer;
import org.koinon.libp2p.negotiate.MultistreamSelect;
import org.koinon.libp2p.security.BufferPool;
import org.koinon.libp2p.security.NoiseSecurity;
import org.koinon.libp2p.security.RecordInput;
import org.koinon.libp2p.security.SecureChannel;

/**
 * Makes a TCP socket a secured channel with an agreed multiplexer: multistream-select of {@code
 * /noise}, the Noise handshake with the check of the peer, and, when the peer did not choose yamux
 * in the handshake, multistream-select of it. Any failure closes the socket.
 */
final class ConnectionUpgrader {
  private final NoiseSecurity noise;
  private final ConnectionGater gater;
  private final HostLimits.Handshake limits;
  private final BufferPool pool;
  private final Deadlines deadlines;

  ConnectionUpgrader(HostConfig config, BufferPool pool, Deadlines deadlines) {
    this.noise = new NoiseSecurity(config.identity(), List.of(YamuxMuxer.PROTOCOL));
    this.gater = config.gater();
    this.limits = config.limits().handshake();
    this.pool = pool;
    this.deadlines = deadlines;
  }

  /** The dialling side; the peer must be the expected one. */
  Upgraded dial(Socket socket, PeerId expected) throws IOException {
    return guarded(
        socket,
        wire -> {
          MultistreamSelect.propose(wire.in(), wire.out(), List.of(NoiseSecurity.PROTOCOL));
          NoiseSecurity.Secured secured = noise.dial(wire, peer -> require(peer, expected));
          return upgraded(socket, secured, Direction.OUTBOUND);
        });
  }

  /** The accepting side; the gater must let the peer in. */
  Upgraded accept(Socket socket) throws IOException {
    return guarded(
        socket,
        wire -> {
          MultistreamSelect.answer(wire.in(), wire.out(), NoiseSecurity.PROTOCOL::equals);
          NoiseSecurity.Secured secured =
              noise.accept(wire, peer -> requireAllowed(peer, Direction.INBOUND));
          return upgraded(socket, secured, Direction.INBOUND);
        });
  }

  @FunctionalInterface
  private interface Steps {
    Upgraded run(NoiseSecurity.Wire wire) throws IOException;
  }

  private Upgraded guarded(Socket socket, Steps steps) throws IOException {
    // Of the whole upgrade, not of one read: a peer that sends a byte now and then gains nothing.
    try (Deadlines.Guard guard = deadlines.closeAfter(socket, limits.upgrade())) {
      socket.setTcpNoDelay(true);
      Upgraded upgraded =
          steps.run(
              new NoiseSecurity.Wire(socket.getInputStream(), socket.getOutputStream(), socket));
      guard.requireInTime();
      return upgraded;
    } catch (IOException | RuntimeException | Error e) {
      socket.close();
      throw e;
    }
  }

  private Upgraded upgraded(Socket socket, NoiseSecurity.Secured secured, Direction direction)
      throws IOException {
    RecordInput input = new RecordInput(secured.channel(), pool);
    Optional<ProtocolId> muxer = secured.muxer();
    if (muxer.isEmpty()) {
      OutputStream out = new RecordOutput(secured.channel(), pool);
      switch (direction) {
        case OUTBOUND -> MultistreamSelect.propose(input, out, List.of(YamuxMuxer.PROTOCOL));
        case INBOUND -> MultistreamSelect.answer(input, out, YamuxMuxer.PROTOCOL::equals);
      }
    }
    InetSocketAddress remote = (InetSocketAddress) socket.getRemoteSocketAddress();
    return new Upgraded(secured.channel(), input, direction, Multiaddr.tcp(remote));
  }

  private void require(PeerId actual, PeerId expected) throws IOException {
    if (!actual.equals(expected)) {
      throw new IOException("dialled " + expected + " but " + actual + " answered");
    }
    requireAllowed(actual, Direction.OUTBOUND);
  }

  private void requireAllowed(PeerId peer, Direction direction) throws IOException {
    if (!gater.allowSecured(peer, direction)) {
      throw new RefusedException("peer " + peer + " is not allowed to connect");
    }
  }

  /** Small writes before the multiplexer, one record each. */
  private static final class RecordOutput extends OutputStream {
    private final SecureChannel channel;
    private final BufferPool pool;

    RecordOutput(SecureChannel channel, BufferPool pool) {
      this.channel = channel;
      this.pool = pool;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] data, int offset, int length) throws IOException {
      byte[] buffer = pool.take();
      System.arraycopy(data, offset, buffer, SecureChannel.HEADROOM, length);
      channel.writeRecord(buffer, length);
      pool.release(buffer);
    }
  }
}
