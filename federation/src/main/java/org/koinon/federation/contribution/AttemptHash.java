package org.koinon.federation.contribution;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.study.MemberId;

/**
 * The hashes of one attempt at a private sum that the ledger's rules compute too: H_tag(parts) =
 * SHA-256 over the length-prefixed tag, context and parts; a number is 4 bytes, big-endian.
 *
 * @param context of the round
 * @param roster all its members; a member's number is its 1-based place among them sorted
 */
public record AttemptHash(Digest context, List<MemberId> roster) {
  private static final String TAG = "koinon/private-sum/v1/";

  /** Sorts a copy. */
  public AttemptHash {
    roster = roster.stream().sorted().distinct().toList();
  }

  /** H_tag(parts). */
  public static Digest of(Digest context, String tag, byte[]... parts) {
    byte[][] bound = new byte[parts.length + 1][];
    bound[0] = context.bytes();
    System.arraycopy(parts, 0, bound, 1, parts.length);
    return Digest.tagged(TAG + tag, bound);
  }

  /** The commitment to a member's self mask: H_b(member, b). */
  public Digest self(MemberId member, byte[] seed) {
    return of(context, "b", place(member), seed);
  }

  /** The commitment of either end to the mask of a pair: H_seed(lower, higher, s). */
  public Digest pair(MemberId one, MemberId other, byte[] seed) {
    boolean inOrder = one.compareTo(other) < 0;
    return of(context, "seed", place(inOrder ? one : other), place(inOrder ? other : one), seed);
  }

  /**
   * The coin of the attempt: H_beacon(body digest of Opened, b of every member of the sum in
   * order).
   */
  public Digest beacon(Digest opened, SortedMap<MemberId, MaskSeed> selfSeeds) {
    byte[][] parts = new byte[selfSeeds.size() + 1][];
    parts[0] = opened.bytes();
    int next = 1;
    for (MaskSeed seed : selfSeeds.values()) {
      parts[next++] = seed.bytes();
    }
    return of(context, "beacon", parts);
  }

  /** Where a member stands when groups are drawn: H_group(beacon, draw, member). */
  Digest lot(Digest beacon, int draw, MemberId member) {
    return of(context, "group", beacon.bytes(), u32(draw), place(member));
  }

  private byte[] place(MemberId member) {
    int place = Collections.binarySearch(roster, member);
    if (place < 0) {
      throw new IllegalArgumentException(member + " is not in the roster of the round");
    }
    return u32(place + 1);
  }

  private static byte[] u32(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }
}
