package org.koinon.peer.site;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.koinon.aggregation.RoundResult;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.study.ModelSpec;
import org.koinon.federation.study.Standardisation;
import org.koinon.peer.dataset.Preprocessor;
import org.koinon.peer.dataset.TableSchema;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a model file says beside its parameters, so that a prediction needs nothing else: the form
 * of the model, how columns are scaled, and the whole preprocessor where it is the same everywhere.
 */
public final class ModelPreprocessing {
  private static final String PREPROCESSOR = "preprocessor";
  private static final String STANDARDISATION = "standardisation";
  private static final String MODEL = "model";
  private static final String SCHEMA = "schema";

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  private ModelPreprocessing() {}

  /** The texts of a model whose columns each hospital scales by itself, or not at all. */
  static SortedMap<String, String> texts(
      ModelSpec model, Standardisation standardisation, TableSchema schema) {
    SortedMap<String, String> texts = new TreeMap<>();
    texts.put(MODEL, RecordCodec.name(model.kind()));
    texts.put(
        "hidden",
        String.join(",", model.hidden().stream().map(size -> Integer.toString(size)).toList()));
    texts.put(STANDARDISATION, RecordCodec.name(standardisation));
    texts.put(SCHEMA, schema.name());
    texts.put("label", schema.label().column());
    return texts;
  }

  /** The same with the preprocessor that all hospitals share. */
  static SortedMap<String, String> texts(
      ModelSpec model, TableSchema schema, Preprocessor preprocessor) {
    SortedMap<String, String> texts = texts(model, Standardisation.FEDERATED, schema);
    texts.put(PREPROCESSOR, JSON.writeValueAsString(preprocessor.toMap()));
    return texts;
  }

  /** The preprocessor from the result of a statistics study. */
  public static Preprocessor fromStatistics(TableSchema schema, ModelFile statistics) {
    String weight = statistics.metadata().get(RoundResult.WEIGHT);
    if (weight == null) {
      throw new FormatException("statistics", "is not the result of a statistics study");
    }
    double total = Double.parseDouble(weight);
    double[] sums =
        statistics.preprocessing().values().stream()
            .flatMap(List::stream)
            .mapToDouble(mean -> mean * total)
            .toArray();
    return Preprocessor.from(schema, sums);
  }

  /** The preprocessor that the model file carries; none if every hospital fits its own. */
  public static Optional<Preprocessor> of(ModelFile model) {
    String text = model.metadata().get(PREPROCESSOR);
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Preprocessor.fromMap(JSON.readValue(text, new TypeReference<Map<String, Object>>() {})));
    } catch (JacksonException e) {
      throw new FormatException(PREPROCESSOR, "is not JSON: " + e.getOriginalMessage());
    }
  }

  /** The form of the model in the file. */
  public static ModelSpec form(ModelFile model) {
    String kind = model.metadata().getOrDefault(MODEL, "");
    String hidden = model.metadata().getOrDefault("hidden", "");
    int features =
        model.file().tensors().stream()
            .filter(t -> t.name().equals("weight") || t.name().equals("layers.0.weight"))
            .findFirst()
            .orElseThrow(() -> new FormatException("model", "has no tensor of first weights"))
            .shape()
            .get(1);
    return switch (kind) {
      case "logistic" -> new ModelSpec(ModelSpec.Kind.LOGISTIC, features, List.of());
      case "mlp" ->
          new ModelSpec(
              ModelSpec.Kind.MLP,
              features,
              Arrays.stream(hidden.split(",", -1)).map(Integer::valueOf).toList());
      default -> throw new FormatException(MODEL, "'" + kind + "' is no known kind of model");
    };
  }

  /** How its columns are scaled. */
  public static Standardisation standardisation(ModelFile model) {
    String name = model.metadata().getOrDefault(STANDARDISATION, "none");
    for (Standardisation candidate : Standardisation.values()) {
      if (RecordCodec.name(candidate).equals(name)) {
        return candidate;
      }
    }
    throw new FormatException(STANDARDISATION, "'" + name + "' is unknown");
  }
}
