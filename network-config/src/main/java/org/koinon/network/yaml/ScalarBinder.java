package org.koinon.network.yaml;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.encoding.Scalar;

/** Scalars of a file into values of a component's type. */
final class ScalarBinder {
  private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]{0,18})");
  private static final Pattern NUMBER =
      Pattern.compile("-?[0-9]{1,20}(\\.[0-9]{1,20})?([eE][-+]?[0-9]{1,2})?");
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

  private final String source;

  ScalarBinder(String source) {
    this.source = source;
  }

  Object value(Class<?> type, YamlNode node, String path) {
    if (!(node instanceof YamlNode.Scalar scalar)) {
      throw expected(node, path, describe(type));
    }
    if (type == boolean.class || type == Boolean.class) {
      if (scalar.kind() != YamlNode.Kind.BOOLEAN) {
        throw expected(node, path, describe(type));
      }
      return Boolean.valueOf(scalar.text());
    }
    if (type == int.class || type == Integer.class) {
      return (int) integer(scalar, path, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    if (type == long.class || type == Long.class) {
      return integer(scalar, path, Long.MIN_VALUE, Long.MAX_VALUE);
    }
    if (type == Decimal.class) {
      return decimal(scalar, path);
    }
    if (type == String.class && scalar.kind() != YamlNode.Kind.TEXT) {
      throw fault(
          node, path, "expected a text, not " + node.describe() + ": put it in double quotes");
    }
    return text(type, scalar, path);
  }

  private Object text(Class<?> type, YamlNode.Scalar scalar, String path) {
    if (type == String.class) {
      return scalar.text();
    }
    if (type == Duration.class) {
      return duration(scalar, path);
    }
    if (type == Path.class) {
      try {
        return Path.of(scalar.text());
      } catch (InvalidPathException e) {
        throw fault(scalar, path, scalar.describe() + " is no path: " + e.getReason());
      }
    }
    if (type.isEnum()) {
      return constant(type, scalar, path);
    }
    if (Scalar.class.isAssignableFrom(type)) {
      return scalarRecord(type, scalar, path);
    }
    throw new IllegalArgumentException("no YAML form for " + type.getName());
  }

  private long integer(YamlNode.Scalar scalar, String path, long least, long most) {
    if (scalar.kind() != YamlNode.Kind.NUMBER || !INTEGER.matcher(scalar.text()).matches()) {
      throw expected(scalar, path, "an integer");
    }
    BigDecimal value = new BigDecimal(scalar.text());
    if (value.compareTo(BigDecimal.valueOf(least)) < 0
        || value.compareTo(BigDecimal.valueOf(most)) > 0) {
      throw fault(scalar, path, scalar.text() + " is outside " + least + " to " + most);
    }
    return value.longValueExact();
  }

  private Decimal decimal(YamlNode.Scalar scalar, String path) {
    if (!NUMBER.matcher(scalar.text()).matches()) {
      throw expected(scalar, path, "a number such as 0.001");
    }
    return Decimal.of(new BigDecimal(scalar.text()));
  }

  private Duration duration(YamlNode.Scalar scalar, String path) {
    Matcher matcher = DURATION.matcher(scalar.text());
    if (!matcher.matches()) {
      throw expected(scalar, path, "a duration such as 500ms, 10s, 5m, 2h or 1d");
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  private Object constant(Class<?> type, YamlNode.Scalar scalar, String path) {
    List<Object> constants = Arrays.asList(type.getEnumConstants());
    List<String> names = constants.stream().map(c -> RecordCodec.name((Enum<?>) c)).toList();
    int at = names.indexOf(scalar.text());
    if (at < 0) {
      String hint = Nearest.hint(scalar.text(), names);
      throw fault(scalar, path, scalar.describe() + " is not a known value; " + hint);
    }
    return constants.get(at);
  }

  private Object scalarRecord(Class<?> type, YamlNode.Scalar scalar, String path) {
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(String.class);
      return constructor.newInstance(scalar.text());
    } catch (InvocationTargetException e) {
      throw fault(scalar, path, refusal(e));
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(type + " is no scalar record", e);
    }
  }

  /** What a constructor said when it refused; an error or a bug is thrown on. */
  static String refusal(InvocationTargetException e) {
    return switch (e.getCause()) {
      case Error fault -> throw fault;
      case null -> "is refused";
      case Throwable cause ->
          cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    };
  }

  private static String describe(Class<?> type) {
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type.isEnum()) {
      return "one of "
          + String.join(
              ", ",
              Arrays.stream(type.getEnumConstants())
                  .map(c -> RecordCodec.name((Enum<?>) c))
                  .toList());
    }
    return type == Decimal.class || type.isPrimitive() || Number.class.isAssignableFrom(type)
        ? "a number"
        : "a text";
  }

  private ConfigException expected(YamlNode node, String path, String what) {
    return fault(node, path, "expected " + what + ", not " + node.describe());
  }

  private ConfigException fault(YamlNode node, String path, String what) {
    return new ConfigException(source, node.line(), path.isEmpty() ? what : path + ": " + what);
  }
}
