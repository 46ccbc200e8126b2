package org.koinon.peer.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads schemas: unknown and doubled keys are errors that say where and what was meant. */
final class SchemaReader {
  private static final int MAX_SCHEMA_BYTES = 1 << 20;
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();
  private static final JsonMapper CANONICAL =
      JsonMapper.builder().enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY).build();

  private SchemaReader() {}

  static TableSchema read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return parse(text(in, file.toString()), file.toString());
    } catch (IOException e) {
      throw new DataException(
          file.toString(),
          "the schema cannot be read",
          "Check that the file is there and readable",
          e);
    }
  }

  static TableSchema named(String name) {
    String path = "/schemas/" + name + ".yaml";
    try (InputStream in = SchemaReader.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new DataException(
            name, "there is no ready-made schema of this name", "Give the path of a schema file");
      }
      return parse(text(in, path), path);
    } catch (IOException e) {
      throw new DataException(path, "the schema cannot be read", "Reinstall Koinon", e);
    }
  }

  private static String text(InputStream in, String source) throws IOException {
    byte[] bytes = in.readNBytes(MAX_SCHEMA_BYTES + 1);
    if (bytes.length > MAX_SCHEMA_BYTES) {
      throw new DataException(
          source, "a schema has at most " + MAX_SCHEMA_BYTES + " bytes", "Name the right file");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static TableSchema parse(String yaml, String source) {
    try {
      TableSchema schema = YAML.readValue(yaml, TableSchema.class);
      if (schema == null) {
        throw new DataException(source, "the schema is empty", "Write name, columns and label");
      }
      return schema;
    } catch (UnrecognizedPropertyException e) {
      throw new DataException(
          place(source, line(yaml, e)),
          "unknown key " + e.getPropertyName(),
          NearestKey.hint(e.getPropertyName(), known(e)),
          e);
    } catch (JacksonException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw new DataException(
          place(source, line), reason(e), "Correct the schema at this place", e);
    }
  }

  private static List<String> known(UnrecognizedPropertyException e) {
    Collection<Object> ids = e.getKnownPropertyIds();
    return ids == null ? List.of() : ids.stream().map(Objects::toString).toList();
  }

  private static String place(String source, int line) {
    return line > 0 ? source + ":" + line : source;
  }

  /** Finds a key's line again: a record is built from buffered tokens, which have none. */
  private static int line(String yaml, UnrecognizedPropertyException e) {
    String wanted =
        e.getPath().stream()
            .map(r -> r.getPropertyName() == null ? r.getIndex() : r.getPropertyName())
            .map(step -> "/" + step)
            .collect(Collectors.joining());
    try (JsonParser parser = YAML.createParser(yaml)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.PROPERTY_NAME
            && parser.streamReadContext().pathAsPointer().toString().equals(wanted)) {
          return parser.currentTokenLocation().getLineNr();
        }
      }
    }
    return 0;
  }

  private static String reason(JacksonException e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof IllegalArgumentException && t.getMessage() != null) {
        return t.getMessage();
      }
    }
    return e.getOriginalMessage();
  }

  static byte[] digest(TableSchema schema) {
    return Sha256.of(
        "koinon-table-schema-v1\n".getBytes(StandardCharsets.UTF_8),
        CANONICAL.writeValueAsBytes(schema));
  }
}
