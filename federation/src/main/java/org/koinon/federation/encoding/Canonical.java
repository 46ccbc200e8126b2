package org.koinon.federation.encoding;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Canonical JSON by RFC 8785 (JCS), restricted to strings, integers, booleans, arrays and objects.
 *
 * <p>Reading accepts the canonical bytes and nothing else, so that one value has one encoding and
 * one hash. Limits hold before memory is taken.
 */
public final class Canonical {
  /** Longest encoding that is read. */
  public static final int BYTES_MAX = 1 << 20;

  private static final int DEPTH_MAX = 16;
  private static final int STRING_MAX = 64 << 10;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEPTH_MAX)
                  .maxStringLength(STRING_MAX)
                  .maxNameLength(1024)
                  .maxNumberLength(20)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private Canonical() {}

  /** The canonical bytes of the value. */
  public static byte[] encode(Json value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The value whose canonical bytes these are. */
  public static Json decode(byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      throw new FormatException("", bytes.length + " bytes exceed the limit of " + BYTES_MAX);
    }
    Json value = parse(bytes);
    if (!Arrays.equals(encode(value), bytes)) {
      throw new FormatException("", "not in canonical form (RFC 8785)");
    }
    return value;
  }

  private static Json parse(byte[] bytes) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
      parser.nextToken();
      Json value = value(parser);
      if (parser.nextToken() != null) {
        throw new FormatException("", "more than one JSON value");
      }
      return value;
    } catch (JacksonException e) {
      throw new FormatException("", "not JSON: " + e.getOriginalMessage());
    }
  }

  private static Json value(JsonParser parser) {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new FormatException("", "the JSON ends too early");
    }
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> new Json.Str(parser.getString());
      case VALUE_NUMBER_INT -> integer(parser);
      case VALUE_TRUE -> new Json.Bool(true);
      case VALUE_FALSE -> new Json.Bool(false);
      default -> throw new FormatException("", "canonical JSON has no " + token);
    };
  }

  private static Json integer(JsonParser parser) {
    long value = parser.getLongValue();
    if (!Json.Int.fits(value)) {
      throw new FormatException("", value + " must be a decimal string");
    }
    return new Json.Int(value);
  }

  private static Json object(JsonParser parser) {
    Map<String, Json> members = new TreeMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      members.put(name, value(parser));
    }
    return new Json.Obj(new TreeMap<>(members));
  }

  private static Json array(JsonParser parser) {
    List<Json> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(parser));
    }
    return new Json.Arr(items);
  }

  private static void write(Json value, StringBuilder out) {
    switch (value) {
      case Json.Str(String text) -> quote(text, out);
      case Json.Int(long number) -> out.append(number);
      case Json.Bool(boolean flag) -> out.append(flag);
      case Json.Arr(List<Json> items) -> {
        out.append('[');
        String comma = "";
        for (Json item : items) {
          out.append(comma);
          write(item, out);
          comma = ",";
        }
        out.append(']');
      }
      case Json.Obj(var members) -> {
        out.append('{');
        String comma = "";
        for (Map.Entry<String, Json> member : members.entrySet()) {
          out.append(comma);
          quote(member.getKey(), out);
          out.append(':');
          write(member.getValue(), out);
          comma = ",";
        }
        out.append('}');
      }
    }
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          throw new FormatException("", "a lone surrogate is not valid Unicode");
        }
        out.append(c).append(text.charAt(++i));
      } else {
        escape(c, out);
      }
    }
    out.append('"');
  }

  private static void escape(char c, StringBuilder out) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\b' -> out.append("\\b");
      case '\t' -> out.append("\\t");
      case '\n' -> out.append("\\n");
      case '\f' -> out.append("\\f");
      case '\r' -> out.append("\\r");
      default -> {
        if (c < 0x20) {
          out.append(String.format("\\u%04x", (int) c));
        } else {
          out.append(c);
        }
      }
    }
  }
}
