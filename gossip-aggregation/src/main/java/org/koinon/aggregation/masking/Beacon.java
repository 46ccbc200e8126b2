package org.koinon.aggregation.masking;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.koinon.federation.contribution.MaskSeed;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.study.MemberId;

/**
 * The public coin of an attempt: fixed by what was committed, known to nobody before the masks are
 * released. It selects the check sums and who checks what.
 *
 * @param context ctx of the attempt
 * @param value H_beacon(hash of Opened, b_i of the members of the sum in order)
 */
public record Beacon(Digest context, Digest value) {
  /** From the hash of the Opened entry and b of every member of the sum. */
  public static Beacon of(Attempt attempt, Digest opened, Map<MemberId, Seed> selfSeeds) {
    SortedMap<MemberId, MaskSeed> seeds = new TreeMap<>();
    selfSeeds.forEach((member, seed) -> seeds.put(member, MaskSeed.of(seed.bytes())));
    return new Beacon(attempt.context(), attempt.hashes().beacon(opened, seeds));
  }

  /**
   * Draws a number from 0 to n-1 for a purpose: 8 big-endian bytes of KDF(beacon, "pick") mod n.
   */
  public int pick(String purpose, int n) {
    if (n < 1) {
      throw new IllegalArgumentException("nothing to pick from");
    }
    byte[] info = purpose.getBytes(StandardCharsets.UTF_8);
    long drawn = ByteBuffer.wrap(seed().derive(context, "pick", info, Long.BYTES)).getLong();
    return (int) Long.remainderUnsigned(drawn, n);
  }

  /** A member's lot for a purpose: KDF(beacon, "lot", purpose, "/", member), 32 bytes. */
  Digest lot(String purpose, MemberId member) {
    byte[] info = (purpose + "/" + member).getBytes(StandardCharsets.UTF_8);
    return Digest.of(seed().derive(context, "lot", info, Digest.BYTES));
  }

  /** The stream that says which coordinate is in which check sum. */
  KeyStream checks() {
    return new KeyStream(seed().derive(context, "check", new byte[0], Seed.BYTES));
  }

  private Seed seed() {
    return Seed.of(value.bytes());
  }
}
