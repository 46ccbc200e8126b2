package org.koinon.libp2p.protocol;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.core.ProtocolId;
import org.koinon.libp2p.core.Stream;
import org.koinon.libp2p.wire.LengthPrefixed;
import org.koinon.libp2p.wire.WireException;

/**
 * identify (a peer tells who it is when asked) and identify push (it tells unasked). The streams
 * are opened by the host; here is what is said on them.
 */
public final class Identify {
  /** The protocol id of identify. */
  public static final ProtocolId PROTOCOL = new ProtocolId("/ipfs/id/1.0.0");

  /** The protocol id of identify push. */
  public static final ProtocolId PUSH = new ProtocolId("/ipfs/id/push/1.0.0");

  /** Open inbound streams of either protocol per peer. */
  public static final int MAX_STREAMS_PER_PEER = 4;

  /** Most bytes accepted in all messages of one exchange. */
  static final int MAX_BYTES_IN = 8192;

  /** Most bytes sent; some implementations read no more. */
  static final int MAX_BYTES_OUT = 4096;

  private static final int MAX_MESSAGES = 10;

  private Identify() {}

  /** Says who we are, and ends the stream. */
  public static void send(Stream stream, IdentifyMessage message) throws IOException {
    byte[] bytes = message.encode();
    if (bytes.length > MAX_BYTES_OUT) {
      throw new IOException(
          "our identify message has " + bytes.length + " bytes; register fewer protocols");
    }
    LengthPrefixed.write(stream.out(), bytes);
    stream.closeWrite();
  }

  /** Hears who the peer is, to the end of the stream; a key that is not the peer's is refused. */
  public static IdentifyMessage receive(Stream stream, Duration limit) throws IOException {
    stream.deadline(limit);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; ; i++) {
      Optional<byte[]> part =
          LengthPrefixed.read(stream.in(), MAX_BYTES_IN - all.size(), "identify message");
      if (part.isEmpty()) {
        break;
      }
      if (i == MAX_MESSAGES) {
        throw new WireException("more than " + MAX_MESSAGES + " identify messages");
      }
      all.writeBytes(part.get());
    }
    IdentifyMessage message = IdentifyMessage.decode(all.toByteArray());
    PeerId peer = stream.remotePeer();
    if (message.publicKey().isPresent() && !message.publicKey().get().peerId().equals(peer)) {
      throw new WireException("peer " + peer + " identified itself with another key");
    }
    return message;
  }
}
