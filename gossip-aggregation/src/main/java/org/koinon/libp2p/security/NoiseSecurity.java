package org.koinon.libp2p.security;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.core.ProtocolId;
import org.koinon.libp2p.crypto.IdentityKey;

/**
 * Makes a socket secret and its peer known by the libp2p Noise handshake, {@code /noise}. A new
 * static key is made for every handshake and never stored. Safe for several threads.
 */
public final class NoiseSecurity {
  /** The protocol id that multistream-select agrees on. */
  public static final ProtocolId PROTOCOL = new ProtocolId("/noise");

  /** Longest handshake message; the peer is not proven yet. */
  static final int MAX_HANDSHAKE_BYTES = 4096;

  private final IdentityKey identity;
  private final List<ProtocolId> muxers;

  /** Offers these multiplexers during the handshake. */
  public NoiseSecurity(IdentityKey identity, List<ProtocolId> muxers) {
    this.identity = identity;
    this.muxers = List.copyOf(muxers);
  }

  /** Decides on the id that a peer has just proven; to refuse is to throw. */
  @FunctionalInterface
  public interface Admission {
    void check(PeerId peer) throws IOException;
  }

  /** The socket under the channel: two streams and the means to end both. */
  public record Wire(InputStream in, OutputStream out, Closeable socket) {}

  /**
   * A secured channel.
   *
   * @param muxer the multiplexer agreed during the handshake; empty when the peer offered none, and
   *     multistream-select has to follow
   */
  public record Secured(SecureChannel channel, Optional<ProtocolId> muxer) {}

  /** The dialling side; checks the peer's id before our own is told. */
  public Secured dial(Wire wire, Admission admission) throws IOException {
    X25519KeyPair own = X25519KeyPair.generate();
    NoiseXx xx = new NoiseXx(true, new byte[0], own, X25519KeyPair.generate());
    send(wire.out(), xx.write(new byte[0]));
    byte[] payload = xx.read(receive(wire.in()));
    NoisePayload remote = NoisePayload.decode(payload, xx.remoteStatic());
    admission.check(remote.identity().peerId());
    Optional<ProtocolId> muxer =
        choose(muxers.stream().map(ProtocolId::name).toList(), remote.muxers());
    send(wire.out(), xx.write(NoisePayload.encode(identity, own.publicKey(), muxers)));
    SymmetricState.TransportCiphers ciphers = xx.split();
    PeerId peer = remote.identity().peerId();
    return new Secured(
        new NoiseChannel(peer, wire, ciphers.initiator(), ciphers.responder()), muxer);
  }

  /** The accepting side. */
  public Secured accept(Wire wire, Admission admission) throws IOException {
    X25519KeyPair own = X25519KeyPair.generate();
    NoiseXx xx = new NoiseXx(false, new byte[0], own, X25519KeyPair.generate());
    xx.read(receive(wire.in()));
    send(wire.out(), xx.write(NoisePayload.encode(identity, own.publicKey(), muxers)));
    byte[] payload = xx.read(receive(wire.in()));
    NoisePayload remote = NoisePayload.decode(payload, xx.remoteStatic());
    admission.check(remote.identity().peerId());
    Optional<ProtocolId> muxer =
        choose(remote.muxers(), muxers.stream().map(ProtocolId::name).toList());
    SymmetricState.TransportCiphers ciphers = xx.split();
    PeerId peer = remote.identity().peerId();
    return new Secured(
        new NoiseChannel(peer, wire, ciphers.responder(), ciphers.initiator()), muxer);
  }

  // The initiator's order decides. Who offers nothing is asked later; who offers only what the
  // other
  // does not speak has failed.
  static Optional<ProtocolId> choose(List<String> initiator, List<String> responder)
      throws NoiseException {
    if (initiator.isEmpty() || responder.isEmpty()) {
      return Optional.empty();
    }
    for (String muxer : initiator) {
      if (responder.contains(muxer)) {
        return Optional.of(new ProtocolId(muxer));
      }
    }
    throw new NoiseException("the peer offers none of our multiplexers");
  }

  private static void send(OutputStream out, byte[] message) throws IOException {
    byte[] framed = new byte[2 + message.length];
    framed[0] = (byte) (message.length >>> 8);
    framed[1] = (byte) message.length;
    System.arraycopy(message, 0, framed, 2, message.length);
    out.write(framed);
    out.flush();
  }

  private static byte[] receive(InputStream in) throws IOException {
    int high = in.read();
    int low = in.read();
    if (low < 0) {
      throw new EOFException("peer closed during the Noise handshake");
    }
    int length = high << 8 | low;
    if (length > MAX_HANDSHAKE_BYTES) {
      throw new NoiseException(
          "handshake message of " + length + " bytes exceeds " + MAX_HANDSHAKE_BYTES);
    }
    byte[] message = in.readNBytes(length);
    if (message.length < length) {
      throw new EOFException("peer closed during the Noise handshake");
    }
    return message;
  }
}
