package org.koinon.aggregation;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.Scalar;

/**
 * 32 random bytes that keep a commitment from being tried against guesses; secret until the shard
 * or the update it belongs to is shown.
 */
public record Salt(String hex) implements Scalar {
  /** Checks the form: 64 lower-case hexadecimal digits. */
  public Salt {
    hex = new Digest(hex).hex();
  }

  /** The salt with these 32 bytes. */
  public static Salt of(byte[] bytes) {
    return new Salt(HexFormat.of().formatHex(bytes));
  }

  /** The salt of one shard; showing it tells nothing about this salt or that of another shard. */
  public Salt forShard(Digest context, int shard) {
    return new Salt(
        Digest.tagged(
                "koinon/shard-salt/v1",
                context.bytes(),
                bytes(),
                ByteBuffer.allocate(Integer.BYTES).putInt(shard).array())
            .hex());
  }

  /** The 32 bytes. */
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  @Override
  public String scalar() {
    return hex;
  }

  @Override
  public String toString() {
    return "[REDACTED]";
  }
}
