package org.koinon.peer.site;

import org.koinon.aggregation.model.Parameters;
import org.koinon.aggregation.model.RealVector;
import org.koinon.federation.study.LocalTraining;
import org.koinon.federation.study.ModelSpec;
import org.koinon.federation.study.VectorSpec;
import org.koinon.peer.training.Architecture;
import org.koinon.peer.training.Effort;
import org.koinon.peer.training.LocalOptimiser;
import org.koinon.peer.training.ParameterSet;
import org.koinon.peer.training.TrainingPlan;

/** The terms of a study in the words of training, and back. */
public final class Translation {
  private static final int BATCH_MAX = 65_536;

  private Translation() {}

  /** The form of the study's model. */
  public static Architecture architecture(ModelSpec model) {
    return switch (model.kind()) {
      case LOGISTIC -> new Architecture.Logistic();
      case MLP -> new Architecture.Mlp(model.hidden());
    };
  }

  /** One round of local training on so many rows. */
  static TrainingPlan plan(ModelSpec model, LocalTraining local, int rows, long seed) {
    double rate = local.learningRate().toDouble();
    return new TrainingPlan(
        architecture(model),
        switch (local.optimiser()) {
          case SGD -> new LocalOptimiser.Sgd(rate);
          case ADAM -> new LocalOptimiser.Adam(rate);
        },
        Math.clamp(local.batchSize() == 0 ? rows : local.batchSize(), 1, BATCH_MAX),
        new Effort.Updates(local.steps()),
        new TrainingPlan.Penalty(local.l2().toDouble(), local.proximalMu().toDouble()),
        seed);
  }

  /** A model's parameters in the words of training: the same tensors in the same order. */
  public static ParameterSet parameterSet(ModelSpec model, Parameters parameters) {
    float[] values = new float[parameters.size()];
    parameters.buffer().get(values);
    return ParameterSet.of(architecture(model).shapes(model.features()), values);
  }

  /** Parameters in the words of aggregation. */
  public static Parameters parameters(VectorSpec vector, ParameterSet set) {
    return Parameters.of(vector, set.values());
  }

  /** A change of parameters as a vector. */
  static RealVector vector(ParameterSet change) {
    float[] values = change.values();
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return RealVector.of(wide);
  }
}
