package org.koinon.federation.encoding;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Records to canonical JSON and back, by their components.
 *
 * <p>Components may be {@code int}, {@code long}, {@code boolean}, {@code String}, {@link Scalar}
 * records, enums (lower case, dashes), records, {@code List} and {@code SortedMap<String, T>} of
 * these. A null component is a missing member. Reading refuses unknown and missing members by name;
 * what a record's constructor refuses is reported with the path to it.
 */
public final class RecordCodec {
  private static final ClassValue<List<RecordComponent>> COMPONENTS =
      new ClassValue<>() {
        @Override
        protected List<RecordComponent> computeValue(Class<?> type) {
          return List.of(type.getRecordComponents());
        }
      };

  private RecordCodec() {}

  /** The record as JSON. */
  public static Json.Obj toJson(Record record) {
    SortedMap<String, Json> members = new TreeMap<>();
    for (RecordComponent component : COMPONENTS.get(record.getClass())) {
      Object value = read(component, record);
      if (value != null) {
        members.put(component.getName(), toJson(value));
      }
    }
    return new Json.Obj(members);
  }

  private static Json toJson(Object value) {
    return switch (value) {
      case Scalar scalar -> new Json.Str(scalar.scalar());
      case String text -> new Json.Str(text);
      case Integer number -> new Json.Int(number);
      case Long number when Json.Int.fits(number) -> new Json.Int(number);
      case Long number -> new Json.Str(Long.toString(number));
      case Boolean flag -> new Json.Bool(flag);
      case Enum<?> constant -> new Json.Str(name(constant));
      case Record record -> toJson(record);
      case List<?> list -> new Json.Arr(list.stream().map(item -> toJson((Object) item)).toList());
      case Map<?, ?> map -> {
        SortedMap<String, Json> members = new TreeMap<>();
        map.forEach((key, item) -> members.put((String) key, toJson(item)));
        yield new Json.Obj(members);
      }
      default ->
          throw new IllegalArgumentException("no canonical form for " + value.getClass().getName());
    };
  }

  /** The name of an enum constant in JSON: lower case, dashes. */
  public static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The record that this JSON object encodes; {@code path} names it in errors. */
  public static <T extends Record> T fromJson(Class<T> type, Json json, String path) {
    if (!(json instanceof Json.Obj(SortedMap<String, Json> members))) {
      throw new FormatException(path, "expected an object");
    }
    List<RecordComponent> components = COMPONENTS.get(type);
    SortedSet<String> unknown = new TreeSet<>(members.keySet());
    @Nullable Object[] values = new @Nullable Object[components.size()];
    for (int i = 0; i < components.size(); i++) {
      String name = components.get(i).getName();
      unknown.remove(name);
      Json member = members.get(name);
      if (member == null && !isNullable(components.get(i))) {
        throw new FormatException(join(path, name), "is missing");
      }
      values[i] =
          member == null
              ? null
              : value(components.get(i).getGenericType(), member, join(path, name));
    }
    if (!unknown.isEmpty()) {
      throw new FormatException(join(path, unknown.first()), "is not a known member");
    }
    return construct(type, components, values, path);
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static boolean isNullable(RecordComponent component) {
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  private static Object value(Type type, Json json, String path) {
    if (type instanceof ParameterizedType generic) {
      return generic.getRawType() == List.class
          ? list(generic.getActualTypeArguments()[0], json, path)
          : map(generic.getActualTypeArguments()[1], json, path);
    }
    Class<?> raw = (Class<?>) type;
    if (raw == int.class || raw == Integer.class) {
      long number = integer(json, path);
      if (number != (int) number) {
        throw new FormatException(path, number + " does not fit 32 bits");
      }
      return (int) number;
    }
    if (raw == long.class || raw == Long.class) {
      return json instanceof Json.Str(String text) ? bigInteger(text, path) : integer(json, path);
    }
    if (raw == boolean.class || raw == Boolean.class) {
      if (json instanceof Json.Bool(boolean flag)) {
        return flag;
      }
      throw new FormatException(path, "expected true or false");
    }
    if (Record.class.isAssignableFrom(raw) && !Scalar.class.isAssignableFrom(raw)) {
      return fromJson(raw.asSubclass(Record.class), json, path);
    }
    if (!(json instanceof Json.Str(String text))) {
      throw new FormatException(path, "expected a string");
    }
    if (raw == String.class) {
      return text;
    }
    return raw.isEnum() ? constant(raw, text, path) : scalar(raw, text, path);
  }

  private static long integer(Json json, String path) {
    if (json instanceof Json.Int(long number)) {
      return number;
    }
    throw new FormatException(path, "expected an integer");
  }

  private static long bigInteger(String text, String path) {
    try {
      long number = Long.parseLong(text);
      if (!Json.Int.fits(number) && Long.toString(number).equals(text)) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new FormatException(path, "'" + text + "' is no 64-bit integer");
    }
    throw new FormatException(path, "'" + text + "' is not the canonical form of an integer");
  }

  private static List<Object> list(Type item, Json json, String path) {
    if (!(json instanceof Json.Arr(List<Json> items))) {
      throw new FormatException(path, "expected an array");
    }
    List<Object> values = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      values.add(value(item, items.get(i), path + "[" + i + "]"));
    }
    return List.copyOf(values);
  }

  private static SortedMap<String, Object> map(Type item, Json json, String path) {
    if (!(json instanceof Json.Obj(SortedMap<String, Json> members))) {
      throw new FormatException(path, "expected an object");
    }
    SortedMap<String, Object> values = new TreeMap<>();
    members.forEach((key, member) -> values.put(key, value(item, member, join(path, key))));
    return values;
  }

  private static Object constant(Class<?> type, String text, String path) {
    for (Object candidate : type.getEnumConstants()) {
      if (name((Enum<?>) candidate).equals(text)) {
        return candidate;
      }
    }
    throw new FormatException(path, "'" + text + "' is not one of the known values");
  }

  private static Object scalar(Class<?> type, String text, String path) {
    try {
      return type.getConstructor(String.class).newInstance(text);
    } catch (InvocationTargetException e) {
      throw new FormatException(path, message(e));
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(type + " is no scalar record", e);
    }
  }

  private static <T> T construct(
      Class<T> type, List<RecordComponent> components, @Nullable Object[] values, String path) {
    Class<?>[] types = components.stream().map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      throw new FormatException(path, message(e));
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(type + " cannot be constructed", e);
    }
  }

  private static String message(InvocationTargetException e) {
    if (e.getCause() instanceof Error fault) {
      throw fault;
    }
    Throwable cause = e.getCause();
    return cause == null || cause.getMessage() == null ? String.valueOf(cause) : cause.getMessage();
  }

  private static @Nullable Object read(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("not a public record: " + record.getClass(), e);
    }
  }
}
