package org.koinon.peer.dataset;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cuts a stream into lines and cells (RFC 4180), one line at a time, within limits.
 *
 * <p>Lines are cut on bytes before they are decoded, so that a wrong byte is reported with its line
 * and column; therefore a quoted cell may not hold a line end.
 */
final class DelimitedReader implements AutoCloseable {
  private final InputStream in;
  private final String file;
  private final CsvFormat format;
  private final TableLimits limits;
  private final byte[] line;
  private long lineNumber;
  private long bytes;

  /** One line that is neither blank nor a comment; {@code number} counts from 1. */
  record Line(long number, List<String> cells) {}

  DelimitedReader(InputStream in, String file, CsvFormat format, TableLimits limits) {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.file = file;
    this.format = format;
    this.limits = limits;
    this.line = new byte[limits.maxLineBytes()];
  }

  Optional<Line> next() {
    try {
      for (int length = readLine(); length >= 0; length = readLine()) {
        String text = decode(length);
        boolean comment = !format.comment().isEmpty() && text.startsWith(format.comment());
        if (!text.isBlank() && !comment) {
          return Optional.of(new Line(lineNumber, cells(text)));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new DataException(
          where(), "cannot be read on", "Check the disk and the file's rights", e);
    }
  }

  private String where() {
    return file + ":" + lineNumber;
  }

  private int readLine() throws IOException {
    int length = 0;
    int b = in.read();
    if (b < 0) {
      return -1;
    }
    lineNumber++;
    for (; b >= 0 && b != '\n'; b = in.read()) {
      count();
      if (length == line.length) {
        throw new DataException(
            where(),
            "the line has more than " + limits.maxLineBytes() + " bytes",
            "Check the line ends of the file, or raise the limit");
      }
      line[length++] = (byte) b;
    }
    count();
    return length > 0 && line[length - 1] == '\r' ? length - 1 : length;
  }

  private void count() {
    if (++bytes > limits.maxBytes()) {
      throw new DataException(
          file,
          "the file has more than " + limits.maxBytes() + " bytes",
          "Split the table, or raise the limit");
    }
  }

  private String decode(int length) {
    boolean utf8 = format.charset() == CsvFormat.TextEncoding.UTF8;
    int from = utf8 && lineNumber == 1 && hasByteOrderMark(length) ? 3 : 0;
    CharsetDecoder decoder =
        (utf8 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1)
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer source = ByteBuffer.wrap(line, from, length - from);
    CharBuffer target = CharBuffer.allocate(length - from);
    CoderResult result = decoder.decode(source, target, true);
    if (result.isError()) {
      throw new DataException(
          where() + ", byte " + (source.position() + 1),
          "this is not UTF-8",
          "Save the file as UTF-8, or declare charset: latin1 in the schema's format");
    }
    String text = target.flip().toString();
    if (text.indexOf('\r') >= 0) {
      throw new DataException(
          where() + ", character " + (text.indexOf('\r') + 1),
          "a carriage return stands inside the line",
          "Save the file with LF or CRLF line ends");
    }
    return text;
  }

  private boolean hasByteOrderMark(int length) {
    return length >= 3
        && line[0] == (byte) 0xEF
        && line[1] == (byte) 0xBB
        && line[2] == (byte) 0xBF;
  }

  private List<String> cells(String text) {
    List<String> cells = new ArrayList<>();
    int at = 0;
    do {
      if (cells.size() == limits.maxColumns()) {
        throw new DataException(
            where(),
            "the line has more than " + limits.maxColumns() + " cells",
            "Check the delimiter in the schema's format");
      }
      at = cell(text, at, cells);
    } while (at <= text.length());
    return cells;
  }

  /** Adds the cell that begins at {@code at}; answers where the next begins, or length + 1. */
  private int cell(String text, int at, List<String> cells) {
    int start = at;
    while (start < text.length() && text.charAt(start) == ' ') {
      start++;
    }
    if (start < text.length() && text.charAt(start) == '"') {
      return quoted(text, start, cells);
    }
    int end = text.indexOf(format.separator(), at);
    end = end < 0 ? text.length() : end;
    cells.add(text.substring(at, end).strip());
    return end + 1;
  }

  private int quoted(String text, int start, List<String> cells) {
    StringBuilder cell = new StringBuilder();
    int at = start + 1;
    while (true) {
      int quote = text.indexOf('"', at);
      if (quote < 0) {
        throw new DataException(
            where() + ", character " + (start + 1),
            "a quoted cell does not end on its line",
            "Close the quote, and take line ends out of the cell");
      }
      cell.append(text, at, quote);
      at = quote + 1;
      if (at == text.length() || text.charAt(at) != '"') {
        break;
      }
      cell.append('"');
      at++;
    }
    cells.add(cell.toString().strip());
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    if (at < text.length() && text.charAt(at) != format.separator()) {
      throw new DataException(
          where() + ", character " + (at + 1),
          "text follows a closing quote",
          "Write a quote inside a quoted cell twice");
    }
    return at + 1;
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
