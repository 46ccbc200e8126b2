package org.koinon.peer.training.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.koinon.peer.dataset.DesignMatrix;
import org.koinon.peer.training.BatchOrder;
import org.koinon.peer.training.LocalOptimiser;
import org.koinon.peer.training.ParameterSet;
import org.koinon.peer.training.TensorShape;
import org.koinon.peer.training.TrainingException;
import org.koinon.peer.training.TrainingPlan;
import org.koinon.peer.training.TrainingResult;

/**
 * One local training: forward, backward, update, over and over. Every array of an update lives in a
 * manager of its own that is closed with the update, so memory does not grow.
 *
 * <p>Used by one thread.
 */
final class TrainingLoop implements AutoCloseable {
  // A negative limit switches DJL's clipping of gradients off.
  private static final float NO_CLIP = -1f;
  private static final float NO_RESCALE = 1f;

  private final NDManager root;
  private final ParameterSet base;
  private final DesignMatrix rows;
  private final TrainingPlan plan;
  private final List<Weight> weights = new ArrayList<>();
  private final ByteBuffer features;
  private final ByteBuffer labels;
  private long adamSteps;

  /** One tensor in training, with what its optimiser and the proximal term need. */
  private record Weight(PtNDArray value, PtNDArray start, PtNDArray mean, PtNDArray variance) {}

  TrainingLoop(Device device, ParameterSet base, DesignMatrix rows, TrainingPlan plan) {
    this.root = NDManager.newBaseManager(device, "PyTorch");
    this.base = base;
    this.rows = rows;
    this.plan = plan;
    // PyTorch reads a batch in place; each update's arrays are closed before the next overwrites
    // it.
    int batch = Math.min(plan.batchSize(), rows.rows());
    this.features = direct(Math.multiplyExact(batch, rows.columns()));
    this.labels = direct(batch);
    for (TensorShape shape : base.shapes()) {
      weights.add(weight(shape));
    }
  }

  private Weight weight(TensorShape shape) {
    PtNDManager manager = (PtNDManager) root;
    Shape dimensions =
        new Shape(shape.dimensions().stream().mapToLong(Integer::longValue).toArray());
    PtNDArray value = create(manager, base.values(shape), dimensions);
    value.setRequiresGradient(true);
    return new Weight(
        value,
        create(manager, base.values(shape), dimensions),
        create(manager, new float[shape.elements()], dimensions),
        create(manager, new float[shape.elements()], dimensions));
  }

  private static ByteBuffer direct(int floats) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES))
        .order(ByteOrder.nativeOrder());
  }

  private static PtNDArray create(PtNDManager manager, float[] values, Shape shape) {
    return manager.create(FloatBuffer.wrap(values), shape, DataType.FLOAT32);
  }

  TrainingResult run(long updatesDone) {
    var order = new BatchOrder(rows.rows(), plan.batchSize(), plan.seed());
    long updates = plan.effort().updates(order.batchesPerEpoch());
    double lossSum = 0;
    for (long update = updatesDone; update < updatesDone + updates; update++) {
      if (Thread.interrupted()) {
        throw new TrainingException("Training was interrupted; nothing was changed.");
      }
      float loss = update(order.batch(update));
      if (!Float.isFinite(loss)) {
        throw diverged(update);
      }
      lossSum += loss;
    }
    ParameterSet trained = parameters();
    if (!trained.isFinite()) {
      throw diverged(updatesDone + updates);
    }
    return new TrainingResult(trained, updatesDone + updates, lossSum / updates);
  }

  private static TrainingException diverged(long update) {
    return new TrainingException(
        "Training left the finite numbers at update "
            + update
            + ": lower the learning rate, or standardise the features.");
  }

  private float update(int[] batch) {
    try (PtNDManager step = (PtNDManager) root.newSubManager()) {
      // Results belong to the manager of their input: without this, intermediates would pile up.
      weights.forEach(weight -> weight.value().tempAttach(step));
      JniUtils.setGradMode(true);
      PtNDArray loss = loss(step, batch);
      JniUtils.backward(loss, (PtNDArray) step.create(1f), false, false);
      JniUtils.setGradMode(false);
      adamSteps++;
      weights.forEach(this::descend);
      return loss.getFloat();
    }
  }

  /** Mean cross-entropy of the log odds z and labels y: softplus(z) - z y. */
  private PtNDArray loss(PtNDManager step, int[] batch) {
    features.clear();
    labels.clear();
    for (int row : batch) {
      for (int c = 0; c < rows.columns(); c++) {
        features.putFloat((float) rows.value(row, c));
      }
      labels.putFloat(rows.positive(row) ? 1 : 0);
    }
    PtNDArray signal =
        step.create(features.flip(), new Shape(batch.length, rows.columns()), DataType.FLOAT32);
    PtNDArray label = step.create(labels.flip(), new Shape(batch.length, 1), DataType.FLOAT32);
    for (int i = 0; i < weights.size(); i += 2) {
      signal = JniUtils.linear(signal, weights.get(i).value(), weights.get(i + 1).value());
      signal = i + 2 < weights.size() ? JniUtils.relu(signal) : signal;
    }
    return JniUtils.softPlus(signal).sub(signal.mul(label)).mean();
  }

  private void descend(Weight weight) {
    PtNDArray gradient = JniUtils.getGradient(weight.value());
    if (plan.penalty().mu() > 0) {
      gradient.addi(weight.value().sub(weight.start()).muli((float) plan.penalty().mu()));
    }
    float decay = (float) plan.penalty().l2();
    switch (plan.optimiser()) {
      case LocalOptimiser.Sgd sgd ->
          JniUtils.sgdUpdate(
              weight.value(),
              gradient,
              null,
              (float) sgd.learningRate(),
              decay,
              NO_RESCALE,
              NO_CLIP,
              0f);
      case LocalOptimiser.Adam adam -> adam(weight, gradient, adam.learningRate(), decay);
    }
    JniUtils.zeroGrad(weight.value());
  }

  private void adam(Weight weight, PtNDArray gradient, double learningRate, float decay) {
    double correction =
        StrictMath.sqrt(1 - StrictMath.pow(LocalOptimiser.Adam.BETA_2, (double) adamSteps))
            / (1 - StrictMath.pow(LocalOptimiser.Adam.BETA_1, (double) adamSteps));
    JniUtils.adamUpdate(
        weight.value(),
        gradient,
        weight.mean(),
        weight.variance(),
        (float) learningRate,
        (float) (learningRate * correction),
        decay,
        NO_RESCALE,
        NO_CLIP,
        (float) LocalOptimiser.Adam.BETA_1,
        (float) LocalOptimiser.Adam.BETA_2,
        (float) LocalOptimiser.Adam.EPSILON,
        false);
  }

  ParameterSet parameters() {
    float[] values = new float[base.size()];
    int next = 0;
    for (Weight weight : weights) {
      float[] tensor = weight.value().toFloatArray();
      System.arraycopy(tensor, 0, values, next, tensor.length);
      next += tensor.length;
    }
    return ParameterSet.of(base.shapes(), values);
  }

  /** Arrays alive between updates: four for each tensor, however long the training. */
  int liveArrays() {
    return root.getManagedArrays().size();
  }

  @Override
  public void close() {
    root.close();
  }
}
