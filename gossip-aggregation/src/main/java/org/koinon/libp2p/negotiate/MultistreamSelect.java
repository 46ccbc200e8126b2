package org.koinon.libp2p.negotiate;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import org.koinon.libp2p.core.ProtocolId;
import org.koinon.libp2p.core.ProtocolNotSupportedException;
import org.koinon.libp2p.wire.Varint;
import org.koinon.libp2p.wire.WireException;

/**
 * multistream-select 1.0 in blocking style. Each token is {@code varint(length) text '\n'}, at most
 * 1,024 bytes; nothing behind the last token is read, so what follows belongs to the protocol.
 */
public final class MultistreamSelect {
  /** Longest token accepted, newline included. */
  public static final int MAX_TOKEN_BYTES = 1024;

  /** Most proposals answered before the peer is given up. */
  public static final int MAX_PROPOSALS = 16;

  private static final String HEADER = "/multistream/1.0.0";
  private static final String NOT_AVAILABLE = "na";

  private MultistreamSelect() {}

  /**
   * Proposes protocols in this order; header and first proposal travel together.
   *
   * @return the first one that the peer accepts
   */
  public static ProtocolId propose(InputStream in, OutputStream out, List<ProtocolId> protocols)
      throws IOException {
    if (protocols.isEmpty() || protocols.size() > MAX_PROPOSALS) {
      throw new IllegalArgumentException("propose 1 to 16 protocols, not " + protocols.size());
    }
    write(out, HEADER, protocols.getFirst().name());
    requireHeader(in);
    for (int i = 0; ; ) {
      String answer = read(in);
      if (answer.equals(protocols.get(i).name())) {
        return protocols.get(i);
      }
      if (!answer.equals(NOT_AVAILABLE)) {
        throw new WireException("peer answered a proposal with " + printable(answer));
      }
      if (++i == protocols.size()) {
        throw new ProtocolNotSupportedException(protocols.stream().map(ProtocolId::name).toList());
      }
      write(out, protocols.get(i).name());
    }
  }

  /**
   * Answers proposals until one is spoken here. The peer may have sent data, or closed its side,
   * before the answer.
   */
  public static ProtocolId answer(InputStream in, OutputStream out, Predicate<ProtocolId> spoken)
      throws IOException {
    requireHeader(in);
    boolean greeted = false;
    for (int i = 0; i < MAX_PROPOSALS; i++) {
      String proposal = read(in);
      boolean accepted = ProtocolId.isValid(proposal) && spoken.test(new ProtocolId(proposal));
      String reply = accepted ? proposal : NOT_AVAILABLE;
      if (greeted) {
        write(out, reply);
      } else {
        write(out, HEADER, reply);
        greeted = true;
      }
      if (accepted) {
        return new ProtocolId(proposal);
      }
    }
    throw new WireException("peer made " + MAX_PROPOSALS + " proposals, none of them spoken here");
  }

  private static void requireHeader(InputStream in) throws IOException {
    String header = read(in);
    if (!header.equals(HEADER)) {
      throw new WireException("peer opened with " + printable(header) + ", not with " + HEADER);
    }
  }

  private static void write(OutputStream out, String... tokens) throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    for (String token : tokens) {
      byte[] text = (token + "\n").getBytes(StandardCharsets.UTF_8);
      Varint.write(message, text.length);
      message.writeBytes(text);
    }
    out.write(message.toByteArray());
    out.flush();
  }

  private static String read(InputStream in) throws IOException {
    int length = Varint.readLength(in, MAX_TOKEN_BYTES, "multistream token");
    byte[] token = in.readNBytes(length);
    if (token.length < length) {
      throw new EOFException("stream ended inside a multistream token");
    }
    if (length == 0 || token[length - 1] != '\n') {
      throw new WireException("multistream token does not end in a newline");
    }
    return new String(token, 0, length - 1, StandardCharsets.UTF_8);
  }

  private static String printable(String text) {
    String head = text.length() > 64 ? text.substring(0, 64) + "..." : text;
    return '"' + head.replaceAll("[^ -~]", "?") + '"';
  }
}
