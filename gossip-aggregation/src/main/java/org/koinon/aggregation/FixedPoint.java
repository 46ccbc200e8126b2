package org.koinon.aggregation;

import java.util.List;
import org.koinon.aggregation.model.RealVector;
import org.koinon.federation.study.TensorSpec;
import org.koinon.federation.study.VectorSpec;

/**
 * From real numbers to integers: {@code x = clamp(round(w · clip(v) · 2^f), ±floor(w · C · 2^f))}
 * in Z_2^k, rounding half to even.
 *
 * <p>clip scales each tensor down to its L2 norm limit (0: none) and then clamps every coordinate
 * to ±C. Block 1 holds {@code round(w · 2^f)} and, for each metric m in [-1, 1], {@code
 * clamp(round(w · m · 2^f), ±floor(w · 2^f))}.
 */
public final class FixedPoint {
  /** Numbers that are worked on at a time. */
  static final int RUN = 4096;

  /** Larger numbers could not be squared; no training that works makes them. */
  private static final double MAGNITUDE_MAX = 0x1p500;

  private FixedPoint() {}

  /**
   * The integers of one hospital.
   *
   * @param update v, the tensors of the vector one after the other
   * @param metrics in the vector's order, each within [-1, 1]
   * @throws EncodingException naming the tensor or metric that is not finite or out of range
   */
  public static Blocks encode(
      VectorSpec spec, Weight weight, RealVector update, List<Double> metrics) {
    if (update.size() != spec.modelWords()) {
      throw new EncodingException(
          "an update of " + update.size() + " numbers for a vector of " + spec.modelWords());
    }
    spec.overflow(1)
        .ifPresent(
            tensor -> {
              throw new EncodingException(
                  "tensor " + tensor.name() + ": clip and fractionBits exceed the words");
            });
    Words model = Words.zeros(spec.wordBits(), spec.modelWords());
    int start = 0;
    for (TensorSpec tensor : spec.tensors()) {
      encode(tensor, weight.value(), update, start, model);
      start += tensor.elements();
    }
    return new Blocks(model, metrics(spec, weight.value(), metrics));
  }

  private static void encode(
      TensorSpec tensor, double weight, RealVector update, int start, Words into) {
    double scale = scale(tensor, update, start);
    double clip = tensor.clip().toDouble();
    double unit = Math.scalb(1.0, tensor.fractionBits());
    double bound = bound(tensor, weight);
    double[] run = new double[Math.min(RUN, tensor.elements())];
    for (int done = 0; done < tensor.elements(); done += run.length) {
      int length = Math.min(run.length, tensor.elements() - done);
      update.read(start + done, run, length);
      checkFinite(tensor, run, length, done);
      for (int i = 0; i < length; i++) {
        double clipped = Math.min(Math.max(run[i] * scale, -clip), clip);
        run[i] = Math.min(Math.max(Math.rint(weight * clipped * unit), -bound), bound);
      }
      into.put(start + done, run, length);
    }
  }

  /** The factor that brings the tensor to its norm limit; 1 if it is within. */
  private static double scale(TensorSpec tensor, RealVector update, int start) {
    double limit = tensor.norm().toDouble();
    if (limit == 0) {
      return 1;
    }
    double squares = 0;
    double[] run = new double[Math.min(RUN, tensor.elements())];
    for (int done = 0; done < tensor.elements(); done += run.length) {
      int length = Math.min(run.length, tensor.elements() - done);
      update.read(start + done, run, length);
      checkFinite(tensor, run, length, done);
      for (int i = 0; i < length; i++) {
        squares += run[i] * run[i];
      }
    }
    double norm = Math.sqrt(squares);
    return norm > limit ? limit / norm : 1;
  }

  private static void checkFinite(TensorSpec tensor, double[] run, int length, int done) {
    for (int i = 0; i < length; i++) {
      if (!(Math.abs(run[i]) <= MAGNITUDE_MAX)) {
        throw new EncodingException(
            "tensor "
                + tensor.name()
                + ": number "
                + (done + i)
                + " is "
                + (Double.isFinite(run[i]) ? "beyond 2^500" : "not finite")
                + "; training has diverged, so nothing is contributed");
      }
    }
  }

  private static Words metrics(VectorSpec spec, double weight, List<Double> metrics) {
    if (metrics.size() != spec.metrics().size()) {
      throw new EncodingException(
          metrics.size() + " metrics where the study names " + spec.metrics().size());
    }
    double unit = Math.scalb(1.0, spec.metricFractionBits());
    double bound = Math.floor(weight * unit);
    double[] words = new double[spec.metricWords()];
    words[0] = Math.rint(weight * unit);
    if (words[0] < 1) {
      throw new EncodingException(
          "the weight vanishes at metricFractionBits " + spec.metricFractionBits());
    }
    for (int i = 0; i < metrics.size(); i++) {
      double metric = metrics.get(i);
      if (!(Math.abs(metric) <= 1)) {
        throw new EncodingException("metric " + spec.metrics().get(i) + " is not within [-1, 1]");
      }
      words[i + 1] = Math.min(Math.max(Math.rint(weight * metric * unit), -bound), bound);
    }
    Words block = Words.zeros(VectorSpec.METRIC_WORD_BITS, words.length);
    block.put(0, words, words.length);
    return block;
  }

  /** The largest magnitude that a hospital of weight w may contribute: floor(w · C · 2^f). */
  static double bound(TensorSpec tensor, double weight) {
    return Math.floor(weight * tensor.clip().toDouble() * Math.scalb(1.0, tensor.fractionBits()));
  }

  /**
   * How far a decoded coordinate of this tensor may be from the exact weighted mean Σ w·v / Σ w of
   * the clipped numbers, whatever they are.
   *
   * <p>Each of the N contributors is off by at most 1 in units of 2^-f (rounding; at ±C the clamp),
   * which the division by W turns into N·2^-f / W. The weights in block 1 are each off by at most
   * half of 2^-g (g = metricFractionBits), which moves a mean of magnitude at most C by
   * N·2^-(g+1)·C / W. The sum is exact. What remains is double arithmetic: eight roundings of
   * 2^-53, relative to C. Scaling to a norm limit comes before v.
   *
   * @param contributors N
   * @param totalWeight W, as decoded
   */
  public static double errorBound(
      VectorSpec spec, TensorSpec tensor, int contributors, double totalWeight) {
    double clip = tensor.clip().toDouble();
    double rounding = contributors * Math.scalb(1.0, -tensor.fractionBits());
    double weights = contributors * Math.scalb(clip, -spec.metricFractionBits() - 1);
    return (rounding + weights) / totalWeight + 8 * Math.scalb(clip, -53);
  }
}
