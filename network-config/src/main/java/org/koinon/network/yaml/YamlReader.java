package org.koinon.network.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/** YAML text into nodes with lines: one document, no anchors, aliases or tags, no key twice. */
final class YamlReader {
  private static final int DEPTH_MAX = 16;
  private static final YAMLFactory FACTORY =
      YAMLFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
          .build();

  private final String source;
  private final YAMLParser parser;

  private YamlReader(String source, YAMLParser parser) {
    this.source = source;
    this.parser = parser;
  }

  /** The only document of the text. */
  static YamlNode read(String yaml, String source) {
    try (YAMLParser parser = (YAMLParser) FACTORY.createParser(ObjectReadContext.empty(), yaml)) {
      return new YamlReader(source, parser).document();
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation();
      throw new ConfigException(
          source, at == null ? 0 : Math.max(0, at.getLineNr()), "not YAML: " + firstLine(e));
    }
  }

  private static String firstLine(JacksonException e) {
    String message = e.getOriginalMessage();
    return message == null ? "it cannot be read" : message.lines().findFirst().orElse("");
  }

  private YamlNode document() {
    JsonToken token = next();
    if (token == null) {
      throw new ConfigException(source, 0, "the file is empty");
    }
    YamlNode root = node(token);
    if (next() != null) {
      throw new ConfigException(source, line(), "one document per file: remove what follows '---'");
    }
    return root;
  }

  private @org.jspecify.annotations.Nullable JsonToken next() {
    JsonToken token = parser.nextToken();
    if (token != null && (parser.isCurrentAlias() || parser.getObjectId() != null)) {
      throw new ConfigException(
          source, line(), "anchors (&) and aliases (*) are not read: write the value out");
    }
    if (token != null && parser.getTypeId() != null) {
      throw new ConfigException(source, line(), "tags (!) are not read: remove it");
    }
    return token;
  }

  private int line() {
    return Math.max(1, parser.currentTokenLocation().getLineNr());
  }

  private YamlNode node(JsonToken token) {
    int line = line();
    return switch (token) {
      case START_OBJECT -> mapping(line);
      case START_ARRAY -> sequence(line);
      case VALUE_STRING -> scalar(line, YamlNode.Kind.TEXT);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> scalar(line, YamlNode.Kind.NUMBER);
      case VALUE_TRUE, VALUE_FALSE -> scalar(line, YamlNode.Kind.BOOLEAN);
      case VALUE_NULL -> new YamlNode.Scalar(line, "", YamlNode.Kind.NOTHING);
      default -> throw new ConfigException(source, line, "not understood: " + token);
    };
  }

  private YamlNode scalar(int line, YamlNode.Kind kind) {
    return new YamlNode.Scalar(line, parser.getString(), kind);
  }

  private YamlNode mapping(int line) {
    SequencedMap<String, YamlNode.Member> members = new LinkedHashMap<>();
    for (JsonToken token = next(); token == JsonToken.PROPERTY_NAME; token = next()) {
      int keyLine = line();
      String key = parser.currentName();
      YamlNode.Member member = new YamlNode.Member(keyLine, node(required(next())));
      YamlNode.Member earlier = members.putIfAbsent(key, member);
      if (earlier != null) {
        throw new ConfigException(
            source,
            keyLine,
            "the key '" + key + "' stands twice, first on line " + earlier.line() + ": remove one");
      }
    }
    return new YamlNode.Mapping(line, members);
  }

  private YamlNode sequence(int line) {
    List<YamlNode> items = new ArrayList<>();
    for (JsonToken token = required(next());
        token != JsonToken.END_ARRAY;
        token = required(next())) {
      items.add(node(token));
    }
    return new YamlNode.Sequence(line, items);
  }

  private JsonToken required(@org.jspecify.annotations.Nullable JsonToken token) {
    if (token == null) {
      throw new ConfigException(source, line(), "the file ends too early");
    }
    return token;
  }
}
