package org.koinon.aggregation.model;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.TensorSpec;
import org.koinon.federation.study.VectorSpec;

/**
 * A model as it is named, sent and loaded: its parameters (F32) and what prediction needs beside
 * them (F64 lists such as means, and texts).
 *
 * @param file the canonical file
 */
public record ModelFile(TensorFile file) {
  private static final String FORMAT_KEY = "koinon.format";
  private static final String MODEL = "koinon/model/1";
  private static final String STATISTICS = "koinon/statistics/1";

  /** Checks that the file says it is a model or the result of a statistics study. */
  public ModelFile {
    String format = file.metadata(FORMAT_KEY);
    if (!format.equals(MODEL) && !format.equals(STATISTICS)) {
      throw new FormatException(
          FORMAT_KEY, "this program reads " + MODEL + " and " + STATISTICS + ", nothing newer");
    }
  }

  /**
   * A model.
   *
   * @param preprocessing F64 lists by name; no name of a parameter
   * @param metadata texts; keys that begin with {@code koinon.} are taken
   */
  public static ModelFile of(
      Parameters parameters,
      SortedMap<String, List<Double>> preprocessing,
      SortedMap<String, String> metadata) {
    TensorFile.Builder builder = new TensorFile.Builder();
    put(builder, metadata);
    addTensors(builder, "", parameters);
    for (Map.Entry<String, List<Double>> entry : preprocessing.entrySet()) {
      double[] numbers = entry.getValue().stream().mapToDouble(Double::doubleValue).toArray();
      builder.doubles(entry.getKey(), List.of(numbers.length), RealVector.of(numbers));
    }
    return new ModelFile(builder.metadata(FORMAT_KEY, MODEL).build());
  }

  /** The result of a statistics study: the mean vector as F64 tensors, and texts. */
  public static ModelFile ofStatistics(
      VectorSpec spec, RealVector mean, SortedMap<String, String> metadata) {
    TensorFile.Builder builder = new TensorFile.Builder();
    put(builder, metadata);
    int start = 0;
    for (TensorSpec tensor : spec.tensors()) {
      builder.doubles(tensor.name(), tensor.shape(), mean.slice(start, tensor.elements()));
      start += tensor.elements();
    }
    return new ModelFile(builder.metadata(FORMAT_KEY, STATISTICS).build());
  }

  private static void put(TensorFile.Builder builder, SortedMap<String, String> metadata) {
    metadata.forEach(
        (key, text) -> {
          if (key.startsWith("koinon.")) {
            throw new IllegalArgumentException("the key " + key + " is taken");
          }
          builder.metadata(key, text);
        });
  }

  static void addTensors(TensorFile.Builder builder, String prefix, Parameters parameters) {
    int start = 0;
    for (TensorSpec tensor : parameters.tensors()) {
      RealVector numbers = parameters.slice(start, tensor.elements());
      builder.floats(prefix + tensor.name(), tensor.shape(), numbers);
      start += tensor.elements();
    }
  }

  static Parameters readTensors(TensorFile file, String prefix, VectorSpec spec) {
    float[] data = new float[spec.modelWords()];
    int start = 0;
    for (TensorSpec tensor : spec.tensors()) {
      file.floats(prefix + tensor.name(), tensor.shape(), data, start);
      start += tensor.elements();
    }
    return Parameters.wrap(spec, data);
  }

  /** Reads a model; the array is not copied: the caller gives it up. */
  public static ModelFile decode(byte[] bytes) {
    return new ModelFile(TensorFile.decode(bytes));
  }

  /** The name of the file: its Merkle root. */
  public ModelId id() {
    return file.id();
  }

  /**
   * The parameters in the vector's order.
   *
   * @throws FormatException if the file's parameters are not exactly those of the vector
   */
  public Parameters parameters(VectorSpec spec) {
    long floats = file.tensors().stream().filter(t -> t.type() == TensorHeader.Type.F32).count();
    if (floats != spec.tensors().size()) {
      throw new FormatException(
          "model", floats + " parameter tensors, the study has " + spec.tensors().size());
    }
    return readTensors(file, "", spec);
  }

  /** The F64 lists by name. */
  public SortedMap<String, List<Double>> preprocessing() {
    SortedMap<String, List<Double>> lists = new TreeMap<>();
    for (TensorHeader.Tensor tensor : file.tensors()) {
      if (tensor.type() == TensorHeader.Type.F64) {
        lists.put(tensor.name(), file.doubles(tensor.name()));
      }
    }
    return lists;
  }

  /** The texts, without those of the format. */
  public SortedMap<String, String> metadata() {
    SortedMap<String, String> texts = new TreeMap<>(file.metadata());
    texts.keySet().removeIf(key -> key.startsWith("koinon."));
    return texts;
  }
}
