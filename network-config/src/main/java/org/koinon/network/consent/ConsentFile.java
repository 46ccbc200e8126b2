package org.koinon.network.consent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.koinon.network.yaml.ConfigException;

/**
 * A hospital's list of consents: CSV with the header {@code record,consent} and, if wanted, further
 * columns that are not read. A record is named as in the table's record-id column, or by its
 * 0-based row. Records that are not in the list must not be used; without a list at all, all rows
 * of the table are used on the study's stated legal basis.
 *
 * @param states by record, in the order of the file
 */
public record ConsentFile(SequencedMap<String, ConsentState> states) {
  private static final int BYTES_MAX = 256 << 20;
  private static final int RECORDS_MAX = 5_000_000;
  private static final int RECORD_CHARS_MAX = 256;

  /** Copies. */
  public ConsentFile {
    states = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(states));
  }

  /** Whether this record may be used. */
  public boolean allows(String record) {
    return states.get(record) == ConsentState.YES;
  }

  /** The list in this file. */
  public static ConsentFile read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw new ConfigException(file.toString(), 0, "longer than " + BYTES_MAX + " bytes");
      }
      return parse(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString(),
          file.toString());
    } catch (CharacterCodingException e) {
      throw new ConfigException(file.toString(), "not UTF-8: save the file in that encoding", e);
    } catch (IOException e) {
      throw new ConfigException(file.toString(), "cannot be read: check the path", e);
    }
  }

  /** The list in this text; {@code source} names it in errors. */
  public static ConsentFile parse(String csv, String source) {
    List<String> lines = csv.lines().toList();
    if (lines.isEmpty() || !(lines.getFirst() + ",").startsWith("record,consent,")) {
      throw new ConfigException(source, 1, "the first line must be the header 'record,consent'");
    }
    int columns = cells(lines.getFirst()).size();
    SequencedMap<String, ConsentState> states = new LinkedHashMap<>();
    for (int at = 1; at < lines.size(); at++) {
      int number = at + 1;
      List<String> cells = cells(lines.get(at));
      if (lines.get(at).indexOf('"') >= 0 || cells.size() != columns) {
        throw new ConfigException(
            source, number, "expected " + columns + " cells without quotes, like the header");
      }
      String record = cells.getFirst();
      if (record.isBlank() || record.length() > RECORD_CHARS_MAX || record.indexOf('\t') >= 0) {
        throw new ConfigException(
            source, number, "a record has 1 to " + RECORD_CHARS_MAX + " characters and no tab");
      }
      ConsentState state =
          state(cells.get(1))
              .orElseThrow(
                  () ->
                      new ConfigException(source, number, "consent must be yes, no or withdrawn"));
      if (states.putIfAbsent(record, state) != null) {
        throw new ConfigException(source, number, "this record stands twice; remove one line");
      }
      if (states.size() > RECORDS_MAX) {
        throw new ConfigException(source, number, "more than " + RECORDS_MAX + " records");
      }
    }
    return new ConsentFile(states);
  }

  private static List<String> cells(String line) {
    return List.of(line.split(",", -1));
  }

  static Optional<ConsentState> state(String text) {
    return Arrays.stream(ConsentState.values())
        .filter(state -> state.text().equals(text))
        .findFirst();
  }
}
