package org.koinon.network.yaml;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.encoding.Scalar;

/** Nodes of one file into records, by the names and types of their components. */
final class RecordBinder {
  private static final int ITEMS_MAX = 100_000;

  private final String source;
  private final ScalarBinder scalars;

  RecordBinder(String source) {
    this.source = source;
    this.scalars = new ScalarBinder(source);
  }

  <T extends Record> T bind(Class<T> type, YamlNode root) {
    return record(type, root, "");
  }

  private <T extends Record> T record(Class<T> type, YamlNode node, String path) {
    if (!(node instanceof YamlNode.Mapping mapping)) {
      throw fault(node.line(), path, "expected a section of keys, not " + node.describe());
    }
    SequencedMap<String, RecordComponent> components = new LinkedHashMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      components.put(key(component.getName()), component);
    }
    refuseLacking(mapping, type.getAnnotation(NoKeys.class), path);
    refuseUnknown(mapping, components, path);
    refuseMissing(mapping, components, path);
    List<@Nullable Object> values = new ArrayList<>();
    components.forEach(
        (key, component) -> values.add(value(component, mapping.members().get(key), path)));
    return construct(type, values, node, path);
  }

  private void refuseLacking(YamlNode.Mapping mapping, @Nullable NoKeys lacking, String path) {
    if (lacking == null) {
      return;
    }
    for (String key : lacking.names()) {
      YamlNode.Member member = mapping.members().get(key);
      if (member != null) {
        String why = "there is no key '" + key + "': " + lacking.why() + "; remove it";
        throw fault(member.line(), path, why);
      }
    }
  }

  private void refuseUnknown(
      YamlNode.Mapping mapping, Map<String, RecordComponent> components, String path) {
    mapping
        .members()
        .forEach(
            (key, member) -> {
              if (!components.containsKey(key)) {
                String hint = Nearest.hint(key, components.keySet());
                throw fault(member.line(), path, "unknown key '" + key + "'; " + hint);
              }
            });
  }

  private void refuseMissing(
      YamlNode.Mapping mapping, Map<String, RecordComponent> components, String path) {
    List<String> missing =
        components.entrySet().stream()
            .filter(entry -> isRequired(entry.getValue()))
            .map(Map.Entry::getKey)
            .filter(key -> !mapping.members().containsKey(key))
            .map(key -> "'" + key + "'")
            .toList();
    if (!missing.isEmpty()) {
      String keys = missing.size() == 1 ? "the key " : "the keys ";
      String verb = missing.size() == 1 ? " is missing" : " are missing";
      throw fault(mapping.line(), path, keys + String.join(", ", missing) + verb);
    }
  }

  private static boolean isRequired(RecordComponent component) {
    return !component.isAnnotationPresent(Default.class)
        && !component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  private @Nullable Object value(
      RecordComponent component, YamlNode.@Nullable Member member, String path) {
    String where = join(path, key(component.getName()));
    if (member != null) {
      return value(component.getGenericType(), member.value(), where);
    }
    Default standard = component.getAnnotation(Default.class);
    return standard == null
        ? null
        : new RecordBinder("default of " + where)
            .value(
                component.getGenericType(),
                YamlReader.read(standard.value(), "default of " + where),
                where);
  }

  private Object value(Type type, YamlNode node, String path) {
    if (node instanceof YamlNode.Scalar(int line, String text, YamlNode.Kind kind)
        && kind == YamlNode.Kind.NOTHING) {
      throw fault(line, path, "has no value: write one or remove the key");
    }
    if (type instanceof ParameterizedType generic) {
      Type item = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
      return generic.getRawType() == List.class ? list(item, node, path) : map(item, node, path);
    }
    Class<?> raw = (Class<?>) type;
    if (raw.isRecord() && !Scalar.class.isAssignableFrom(raw)) {
      return record(raw.asSubclass(Record.class), node, path);
    }
    return scalars.value(raw, node, path);
  }

  private List<Object> list(Type item, YamlNode node, String path) {
    if (!(node instanceof YamlNode.Sequence(int line, List<YamlNode> items))) {
      throw fault(node.line(), path, "expected a list such as [a, b], not " + node.describe());
    }
    if (items.size() > ITEMS_MAX) {
      throw fault(line, path, "more than " + ITEMS_MAX + " items");
    }
    List<Object> values = new ArrayList<>(items.size());
    for (YamlNode each : items) {
      values.add(value(item, each, path + "[" + values.size() + "]"));
    }
    return List.copyOf(values);
  }

  private Map<String, Object> map(Type item, YamlNode node, String path) {
    if (!(node instanceof YamlNode.Mapping mapping)) {
      throw fault(node.line(), path, "expected a section of keys, not " + node.describe());
    }
    SequencedMap<String, Object> values = new LinkedHashMap<>();
    mapping
        .members()
        .forEach((key, member) -> values.put(key, value(item, member.value(), join(path, key))));
    return Collections.unmodifiableSequencedMap(values);
  }

  private <T extends Record> T construct(
      Class<T> type, List<@Nullable Object> values, YamlNode node, String path) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<T> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values.toArray());
    } catch (InvocationTargetException e) {
      throw fault(node.line(), path, ScalarBinder.refusal(e));
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(type + " cannot be constructed", e);
    }
  }

  private ConfigException fault(int line, String path, String what) {
    return new ConfigException(source, line, path.isEmpty() ? what : path + ": " + what);
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** {@code batchSize} as {@code batch-size}. */
  private static String key(String component) {
    return component.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
