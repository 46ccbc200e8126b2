package org.koinon.federation.ledger;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.RoundEntry.Keyed;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;

/**
 * A pack that its dealer signed, held against what the same dealer says of all its packs in {@code
 * Keyed}: one root, one hash of b, one table.
 *
 * <p>Of the body only the open part is read: phase, holder as u16, root, hash of b, and the table,
 * of 32 bytes for each ready member and a tag of 16.
 *
 * @param pack the encoded signed message
 */
record PackProof(SignedMessage pack) {
  private static final String TYPE = "pack";
  private static final int ROOT_AT = Digest.BYTES + Short.BYTES;
  private static final int TABLE_AT = ROOT_AT + 2 * Digest.BYTES;
  private static final int SEED_BYTES = 32;
  private static final int TAG_BYTES = 16;

  /** The message that these bytes encode, if they are one of a pack. */
  static Optional<PackProof> decode(byte[] bytes) {
    try {
      return Optional.of(SignedMessage.decode(bytes))
          .filter(message -> message.type().equals(TYPE))
          .map(PackProof::new);
    } catch (FormatException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether it proves that the member dealt otherwise than it says.
   *
   * @param said its entry in this round
   * @param ready how many members are ready
   */
  boolean convicts(MemberId member, PublicKey key, Digest context, Keyed said, int ready) {
    byte[] body = pack.body();
    int tableBytes = SEED_BYTES * ready + TAG_BYTES;
    return pack.author().equals(member)
        && pack.context().equals(context)
        && body.length >= TABLE_AT + tableBytes
        && pack.verifies(key)
        && digest(body, 0).equals(said.phase())
        && !(digest(body, ROOT_AT).equals(said.packRoot())
            && digest(body, ROOT_AT + Digest.BYTES).equals(said.selfHash())
            && sha256(body, TABLE_AT, tableBytes).equals(said.table()));
  }

  private static Digest digest(byte[] body, int at) {
    byte[] bytes = new byte[Digest.BYTES];
    ByteBuffer.wrap(body).get(at, bytes);
    return Digest.of(bytes);
  }

  private static Digest sha256(byte[] body, int at, int length) {
    MessageDigest sha = Digest.sha256();
    sha.update(body, at, length);
    return Digest.of(sha.digest());
  }
}
