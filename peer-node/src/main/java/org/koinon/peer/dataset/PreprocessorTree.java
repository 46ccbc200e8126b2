package org.koinon.peer.dataset;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A preprocessor as maps, lists and strings, and back. */
final class PreprocessorTree {
  private static final String WHERE = "preprocessing of the model";
  private static final int MAX_ITEMS = 100_000;

  private PreprocessorTree() {}

  static Map<String, Object> of(Preprocessor preprocessor) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("schemaDigest", preprocessor.schemaDigest());
    tree.put("labelColumn", preprocessor.label().column());
    tree.put("labelPositive", preprocessor.label().positive());
    tree.put("sources", preprocessor.sources().stream().map(PreprocessorTree::of).toList());
    tree.put("features", preprocessor.features().stream().map(PreprocessorTree::of).toList());
    return tree;
  }

  private static Map<String, Object> of(Column column) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("name", column.name());
    tree.put("kind", column.kind().name().toLowerCase(Locale.ROOT));
    tree.put("type", column.type().name().toLowerCase(Locale.ROOT));
    tree.put("categories", column.categories());
    tree.put("missing", column.missing());
    tree.put("impute", column.impute().name().toLowerCase(Locale.ROOT));
    return tree;
  }

  private static Map<String, Object> of(FeatureRule rule) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("name", rule.name());
    tree.put("source", rule.source());
    switch (rule) {
      case FeatureRule.Numeric numeric -> tree.put("impute", Double.toString(numeric.impute()));
      case FeatureRule.Indicator indicator -> {
        tree.put("category", indicator.category());
        tree.put("impute", indicator.impute());
      }
    }
    tree.put("mean", Double.toString(rule.mean()));
    tree.put("divisor", Double.toString(rule.divisor()));
    return tree;
  }

  static Preprocessor read(Map<String, ?> tree) {
    requireKeys(
        tree, Set.of("schemaDigest", "labelColumn", "labelPositive", "sources", "features"));
    try {
      List<Column> sources = new ArrayList<>();
      for (Object item : list(tree, "sources")) {
        sources.add(column(map(item)));
      }
      List<FeatureRule> features = new ArrayList<>();
      for (Object item : list(tree, "features")) {
        features.add(feature(map(item)));
      }
      return new Preprocessor(
          text(tree, "schemaDigest"),
          new LabelRule(text(tree, "labelColumn"), texts(tree, "labelPositive")),
          sources,
          features);
    } catch (IllegalArgumentException e) {
      throw new DataException(
          WHERE, String.valueOf(e.getMessage()), "Fetch the model file again", e);
    }
  }

  private static Column column(Map<?, ?> tree) {
    requireKeys(tree, Set.of("name", "kind", "type", "categories", "missing", "impute"));
    return new Column(
        text(tree, "name"),
        Column.Kind.valueOf(text(tree, "kind").toUpperCase(Locale.ROOT)),
        Column.NumberType.valueOf(text(tree, "type").toUpperCase(Locale.ROOT)),
        texts(tree, "categories"),
        texts(tree, "missing"),
        List.of(),
        Column.CategoryImputation.valueOf(text(tree, "impute").toUpperCase(Locale.ROOT)));
  }

  private static FeatureRule feature(Map<?, ?> tree) {
    String name = text(tree, "name");
    String source = text(tree, "source");
    double mean = number(tree, "mean");
    double divisor = number(tree, "divisor");
    if (!tree.containsKey("category")) {
      requireKeys(tree, Set.of("name", "source", "impute", "mean", "divisor"));
      return new FeatureRule.Numeric(name, source, number(tree, "impute"), mean, divisor);
    }
    requireKeys(tree, Set.of("name", "source", "category", "impute", "mean", "divisor"));
    return new FeatureRule.Indicator(
        name,
        source,
        text(tree, "category"),
        text(tree, "impute"),
        new FeatureRule.Scale(mean, divisor));
  }

  private static void requireKeys(Map<?, ?> tree, Set<String> keys) {
    if (!tree.keySet().equals(keys)) {
      throw new DataException(
          WHERE,
          "the keys are "
              + tree.keySet().stream().map(String::valueOf).sorted().toList()
              + " and should be "
              + keys.stream().sorted().toList(),
          "Fetch the model file again, or use the version of Koinon that wrote it");
    }
  }

  private static Map<?, ?> map(Object item) {
    if (item instanceof Map<?, ?> map) {
      return map;
    }
    throw new IllegalArgumentException("an object is expected in sources and features");
  }

  private static List<?> list(Map<?, ?> tree, String key) {
    if (tree.get(key) instanceof List<?> list && list.size() <= MAX_ITEMS) {
      return list;
    }
    throw new IllegalArgumentException(key + " is a list of at most " + MAX_ITEMS);
  }

  private static List<String> texts(Map<?, ?> tree, String key) {
    List<String> texts = new ArrayList<>();
    for (Object item : list(tree, key)) {
      if (!(item instanceof String text)) {
        throw new IllegalArgumentException(key + " is a list of strings");
      }
      texts.add(text);
    }
    return texts;
  }

  private static String text(Map<?, ?> tree, String key) {
    if (tree.get(key) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException(key + " is a string");
  }

  private static double number(Map<?, ?> tree, String key) {
    String text = text(tree, key);
    double value = Double.parseDouble(text);
    if (!Double.toString(value).equals(text)) {
      throw new IllegalArgumentException(key + " is not written as Koinon writes a number");
    }
    return value;
  }
}
