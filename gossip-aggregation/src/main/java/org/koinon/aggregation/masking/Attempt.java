package org.koinon.aggregation.masking;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import org.koinon.federation.contribution.AttemptHash;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.study.MemberId;

/**
 * One attempt at a private sum: what every hash and every derived key of it is bound to.
 *
 * @param context ctx, the digest of consortium, study, version, round and the entry that opened it
 * @param roster all members of the round, sorted by id; a member's number is its 1-based place
 */
public record Attempt(Digest context, List<MemberId> roster) {
  /** Largest roster: numbers are sent in 16 bits. */
  public static final int MEMBERS_MAX = 0xffff;

  /** Sorts a copy. */
  public Attempt {
    roster = roster.stream().sorted().distinct().toList();
    if (roster.isEmpty() || roster.size() > MEMBERS_MAX) {
      throw new IllegalArgumentException("an attempt has 1 to " + MEMBERS_MAX + " members");
    }
  }

  /** The member's number, from 1. */
  public int number(MemberId member) {
    int place = Collections.binarySearch(roster, member);
    if (place < 0) {
      throw new IllegalArgumentException(member + " is not in the roster of the round");
    }
    return place + 1;
  }

  /**
   * The member with this number.
   *
   * @throws FormatException if nobody has it
   */
  public MemberId member(int number) {
    if (number < 1 || number > roster.size()) {
      throw new FormatException("member", number + " in a roster of " + roster.size());
    }
    return roster.get(number - 1);
  }

  /**
   * H_tag(parts): SHA-256 over the length-prefixed tag, ctx and parts ({@link Digest#tagged}); a
   * number is 4 bytes, big-endian.
   */
  public Digest hash(String tag, byte[]... parts) {
    return AttemptHash.of(context, tag, parts);
  }

  /** The hashes that the ledger's rules compute too. */
  public AttemptHash hashes() {
    return new AttemptHash(context, roster);
  }

  /** KDF(key, label, info, length): HKDF-SHA-256 (RFC 5869), salt ctx, info LP(label), info. */
  public byte[] derive(Seed key, String label, byte[] info, int lengthBytes) {
    return key.derive(context, label, info, lengthBytes);
  }

  /** The member's number as it stands in hashes and derivations. */
  byte[] place(MemberId member) {
    return u32(number(member));
  }

  static byte[] u32(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }
}
