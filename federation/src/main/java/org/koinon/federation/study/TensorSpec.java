package org.koinon.federation.study;

import java.util.List;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.encoding.FormatException;

/**
 * One named tensor of the vector: its shape, and how its numbers become integers.
 *
 * @param name unique within the study; the order of the list is the order in the vector
 * @param shape sizes, outermost first; a scalar has {@code [1]}
 * @param clip C: every coordinate is clamped to ±C
 * @param norm the tensor is scaled down to this L2 norm before clamping; 0 means no limit
 * @param fractionBits f: a number v becomes the integer nearest to v·2^f
 */
public record TensorSpec(
    String name, List<Integer> shape, Decimal clip, Decimal norm, int fractionBits) {
  /** Most numbers in one study's vector. */
  public static final int ELEMENTS_MAX = 1 << 28;

  /** Checks shape and ranges. */
  public TensorSpec {
    shape = List.copyOf(shape);
    if (!name.matches("[A-Za-z0-9_.]{1,64}")) {
      throw new FormatException("", "tensor name '" + name + "': use 1 to 64 of A-Z a-z 0-9 _ .");
    }
    if (shape.isEmpty() || shape.size() > 6 || elements(shape) > ELEMENTS_MAX) {
      throw new FormatException("", "tensor " + name + ": 1 to 6 sizes, 2^28 numbers at most");
    }
    if (clip.toDouble() <= 0 || norm.toDouble() < 0) {
      throw new FormatException("", "tensor " + name + ": clip must be > 0 and norm >= 0");
    }
    if (fractionBits < 0 || fractionBits > 40) {
      throw new FormatException("", "tensor " + name + ": fractionBits must be 0 to 40");
    }
  }

  private static long elements(List<Integer> shape) {
    long n = 1;
    for (int size : shape) {
      if (size < 1) {
        throw new FormatException("", "a tensor's sizes are at least 1");
      }
      n = Math.min(n * size, Long.MAX_VALUE >> 32);
    }
    return n;
  }

  /** How many numbers. */
  public int elements() {
    return (int) elements(shape);
  }
}
