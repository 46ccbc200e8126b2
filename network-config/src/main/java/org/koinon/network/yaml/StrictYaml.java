package org.koinon.network.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * YAML files into records, strictly: every key is known, every value has its type, nothing is
 * guessed.
 *
 * <p>A key {@code batch-size} is the component {@code batchSize}. A component that is {@link
 * org.jspecify.annotations.Nullable} or has a {@link Default} may be left out. Components may be
 * texts, integers, booleans, decimals, {@link java.time.Duration} (as {@code 90s}, {@code 5m}),
 * {@link Path} (as written), enums (lower case, dashes), {@link
 * org.koinon.federation.encoding.Scalar} records, records, {@code List} and {@code Map<String, T>}
 * of these. What a record's constructor refuses is reported at the line of its section.
 *
 * <p>Every fault is a {@link ConfigException}. Files over {@link #BYTES_MAX} bytes, aliases,
 * anchors of lists and sections, and tags are refused; so no text can be multiplied.
 */
public final class StrictYaml {
  /** Largest file that is read. */
  public static final int BYTES_MAX = 1 << 20;

  private StrictYaml() {}

  /** The record that the file describes. */
  public static <T extends Record> T read(Path file, Class<T> type) {
    return parse(text(file), file.toString(), type);
  }

  /** The record that this YAML describes; {@code source} names it in errors. */
  public static <T extends Record> T parse(String yaml, String source, Class<T> type) {
    if (yaml.length() > BYTES_MAX) {
      throw tooLong(source);
    }
    return new RecordBinder(source).bind(type, YamlReader.read(yaml, source));
  }

  private static String text(Path file) {
    String source = file.toString();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw tooLong(source);
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (NoSuchFileException e) {
      throw new ConfigException(source, "there is no such file: check the path", e);
    } catch (CharacterCodingException e) {
      throw new ConfigException(source, "not UTF-8: save the file in that encoding", e);
    } catch (IOException e) {
      throw new ConfigException(source, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static ConfigException tooLong(String source) {
    return new ConfigException(source, 0, "longer than " + BYTES_MAX + " bytes, the limit");
  }
}
