package org.koinon.peer.round;

import java.util.Optional;
import java.util.function.Function;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;

/**
 * The other members, as the round needs them: hand over a piece, fetch by address, hint.
 *
 * <p>Blocking; safe for several threads. Whoever answers was authenticated as that member.
 */
public interface PeerLink {
  /** Longest signed message of a round. */
  int MESSAGE_BYTES_MAX = SignedMessage.ENCODED_MAX;

  /**
   * Which piece.
   *
   * @param round of which round
   * @param contributor whose
   * @param shard of which shard
   */
  record PieceName(RoundId round, MemberId contributor, int shard) {}

  /** What a holder says to a piece. */
  enum Reply {
    /** To an offer: it wants it. */
    WELCOME,
    /** It holds it now. */
    HELD,
    /** Not yet: it has not seen the phase open; send again later. */
    LATER,
    /** It does not want it; the reason is in its own notes. */
    REFUSED,
    /** No answer. */
    UNREACHABLE
  }

  /** What is served, for the accounts of traffic. */
  enum What {
    /** A part of an update. */
    PIECE,
    /** A shard's sum. */
    SUM,
    /** A signed message. */
    MESSAGE,
    /** A model or an optimiser's state. */
    MODEL
  }

  /** What lies at an address; the array is not copied. */
  final class Served {
    private final What what;
    private final byte[] bytes;

    /** Bytes of that kind. */
    public Served(What what, byte[] bytes) {
      this.what = what;
      this.bytes = bytes;
    }

    /** What it is. */
    public What what() {
      return what;
    }

    /** The bytes; not to be changed. */
    public byte[] bytes() {
      return bytes;
    }
  }

  /** Takes what others hand over; {@code from} is authenticated. */
  interface Receiver {
    /** A signed checkpoint of that member. */
    void checkpoint(MemberId from, byte[] bytes);

    /**
     * Before any memory is taken: whether a piece is wanted.
     *
     * @param lengthBytes as announced
     */
    Reply offered(MemberId from, PieceName name, long lengthBytes);

    /** Checks and keeps the piece, or says why not. */
    Reply piece(MemberId from, PieceName name, byte[] bytes);

    /**
     * Keeps a signed message of a round, or says why not; at most {@link #MESSAGE_BYTES_MAX}.
     *
     * @param from who hands it over; its author is in it
     */
    Reply message(MemberId from, byte[] bytes);

    /** Whether a member may fetch what lies at an address now. */
    boolean mayRead(MemberId reader, Digest address);
  }

  /** Hands a piece to a holder. */
  Reply send(MemberId to, PieceName name, byte[] bytes);

  /** Hands a signed message to a member. */
  Reply tell(MemberId to, byte[] message);

  /** Tells all a signed message; may be lost. */
  void publish(byte[] message);

  /** Fetches what has this address, at most {@code maxBytes}; empty if it has not or is away. */
  Optional<byte[]> fetch(MemberId from, Digest address, long maxBytes);

  /** Says to all that the ledger grew; may be lost. */
  void announce();

  /** Tells all a signed checkpoint; may be lost. */
  void announce(byte[] checkpoint);

  /**
   * From now on pieces go to the receiver, and what others fetch comes from the source, if the
   * receiver lets them.
   */
  void serve(Receiver receiver, Function<Digest, Optional<Served>> source);
}
