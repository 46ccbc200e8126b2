package org.koinon.peer.site;

import java.util.List;
import java.util.Map;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.aggregation.model.TensorHeader;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.study.ModelSpec;
import org.koinon.peer.dataset.Preprocessor;
import org.koinon.peer.training.Architecture;
import org.koinon.peer.training.Model;
import org.koinon.peer.training.ParameterSet;
import org.koinon.peer.training.TensorShape;

/**
 * A model file made ready to predict: cells in, probability out, in plain Java.
 *
 * <p>Safe for use by several threads.
 */
public final class Predictor {
  private final Preprocessor preprocessor;
  private final Model model;

  private Predictor(Preprocessor preprocessor, Model model) {
    this.preprocessor = preprocessor;
    this.model = model;
  }

  /**
   * The model with what turns cells into its input.
   *
   * @throws FormatException if the file is no model, or takes another input
   */
  public static Predictor of(ModelFile file, Preprocessor preprocessor) {
    ModelSpec form = ModelPreprocessing.form(file);
    if (form.features() != preprocessor.names().size()) {
      throw new FormatException(
          "model",
          "takes "
              + form.features()
              + " features, the table makes "
              + preprocessor.names().size()
              + "; use the schema that it was trained with");
    }
    Architecture architecture = Translation.architecture(form);
    List<TensorShape> shapes = architecture.shapes(form.features());
    float[] values = new float[shapes.stream().mapToInt(TensorShape::elements).sum()];
    int next = 0;
    for (int i = 0; i < shapes.size(); i++) {
      file.file().floats(name(form, i), shapes.get(i).dimensions(), values, next);
      next += shapes.get(i).elements();
    }
    long tensors =
        file.file().tensors().stream().filter(t -> t.type() == TensorHeader.Type.F32).count();
    if (tensors != shapes.size()) {
      throw new FormatException(
          "model", "has " + tensors + " tensors, its form has another number");
    }
    return new Predictor(preprocessor, Model.of(architecture, ParameterSet.of(shapes, values)));
  }

  /** The names of the tensors in a model file: weight and bias of one layer after the other. */
  private static String name(ModelSpec form, int tensor) {
    String prefix = form.kind() == ModelSpec.Kind.MLP ? "layers." + tensor / 2 + "." : "";
    return prefix + (tensor % 2 == 0 ? "weight" : "bias");
  }

  /** Probability of a positive label for one patient's cells by column name. */
  public double probability(Map<String, String> cells) {
    return model.probability(preprocessor.transform(cells));
  }
}
