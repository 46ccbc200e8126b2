package org.koinon.aggregation;

import org.koinon.federation.study.TensorSpec;
import org.koinon.federation.study.VectorSpec;

/** Which tensors a run of words of block 0 belongs to. */
final class TensorRuns {
  private TensorRuns() {}

  /** Part of a run that belongs to one tensor: places from the run's begin. */
  interface Part {
    void take(TensorSpec tensor, int first, int end);
  }

  /** Every part of the run of words from {@code begin} on. */
  static void each(VectorSpec vector, int begin, int length, Part part) {
    int tensorStart = 0;
    for (TensorSpec tensor : vector.tensors()) {
      int tensorEnd = tensorStart + tensor.elements();
      int first = Math.max(tensorStart, begin);
      int end = Math.min(tensorEnd, begin + length);
      if (first < end) {
        part.take(tensor, first - begin, end - begin);
      }
      tensorStart = tensorEnd;
    }
  }
}
