package org.koinon.federation.ledger;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;

/**
 * Two messages of one member that it should have said as one: same type, attempt and subject, but
 * another body, both with its signature. As bytes: u32 length and message, twice.
 *
 * <p>Every body begins with the hash of the phase before; what follows directly says whom or what
 * the message is about, its subject. A type that is not known here proves nothing, since its
 * subjects are not known either.
 *
 * @param first one of them
 * @param second the other
 */
record EquivocationProof(SignedMessage first, SignedMessage second) {
  /**
   * Bytes of the subject by type: of a pair or pack the member that it is for, of a share dealer,
   * holder and kind, of a piece or a sum computed anew the shard, of check sums whose they are; of
   * the others a member says one in an attempt.
   */
  private static final Map<String, Integer> SUBJECT_BYTES =
      Map.of(
          "key", 0,
          "pair", 2,
          "pack", 2,
          "piece", 2,
          "open-signature", 0,
          "unmask", 0,
          "share", 5,
          "check-sums", 2,
          "shard-check-sums", 2,
          "recomputed", 2);

  /** The two messages that these bytes encode, if they are exactly two. */
  static Optional<EquivocationProof> decode(byte[] bytes) {
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      EquivocationProof proof = new EquivocationProof(message(in), message(in));
      return in.hasRemaining() ? Optional.empty() : Optional.of(proof);
    } catch (BufferUnderflowException | FormatException e) {
      return Optional.empty();
    }
  }

  private static SignedMessage message(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new FormatException("evidence", "a message of " + length + " bytes does not fit");
    }
    byte[] message = new byte[length];
    in.get(message);
    return SignedMessage.decode(message);
  }

  /** Whether it proves that the member said both in the attempt of that context. */
  boolean convicts(MemberId member, PublicKey key, Digest context) {
    return isOf(first, member, key, context)
        && isOf(second, member, key, context)
        && first.type().equals(second.type())
        && isContradiction(first.body(), second.body(), SUBJECT_BYTES.get(first.type()));
  }

  private static boolean isOf(
      SignedMessage message, MemberId member, PublicKey key, Digest context) {
    return message.author().equals(member)
        && message.context().equals(context)
        && message.verifies(key);
  }

  private static boolean isContradiction(byte[] one, byte[] other, @Nullable Integer subject) {
    if (subject == null) {
      return false;
    }
    int end = Digest.BYTES + subject;
    return one.length >= end
        && other.length >= end
        && Arrays.equals(one, Digest.BYTES, end, other, Digest.BYTES, end)
        && !Arrays.equals(one, other);
  }
}
