package org.koinon.aggregation;

import java.util.Objects;
import org.koinon.aggregation.model.RealVector;
import org.koinon.federation.study.TensorSpec;
import org.koinon.federation.study.VectorSpec;

/** (S · 2^-f) / W in double, coordinate by coordinate. */
record MeanUpdate(VectorSpec spec, Words sums, double weight) implements RealVector {
  @Override
  public int size() {
    return sums.count();
  }

  @Override
  public void read(int from, double[] into, int length) {
    Objects.checkFromIndexSize(from, length, size());
    long[] run = new long[length];
    sums.read(from, run, length);
    int start = 0;
    for (TensorSpec tensor : spec.tensors()) {
      int end = start + tensor.elements();
      double unit = Math.scalb(1.0, -tensor.fractionBits());
      for (int i = Math.max(start, from); i < Math.min(end, from + length); i++) {
        into[i - from] = run[i - from] * unit / weight;
      }
      start = end;
    }
  }
}
