package org.koinon.peer.dataset;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the bytes of a table become cells: RFC 4180 quoting, CRLF or LF, an optional byte order mark.
 *
 * @param charset {@code utf8} (strict: a wrong byte is an error that names its place) or {@code
 *     latin1}
 * @param delimiter one character between cells
 * @param header whether the first line names the columns: {@code present} or {@code none}
 * @param comment lines that begin with this text are skipped; empty for none
 * @param missing cells that mean "no value" in every column
 */
public record CsvFormat(
    TextEncoding charset, String delimiter, Header header, String comment, List<String> missing) {

  /** The accepted encodings. */
  public enum TextEncoding {
    /** Strict UTF-8. */
    UTF8,
    /** ISO 8859-1, in which every byte is a character. */
    LATIN1
  }

  /** Whether the first line names the columns. */
  public enum Header {
    /** It does. */
    PRESENT,
    /** It is data already. */
    NONE
  }

  /** Comma, header, strict UTF-8; {@code ?} and blank are missing. */
  public static final CsvFormat DEFAULT =
      new CsvFormat(TextEncoding.UTF8, ",", Header.PRESENT, "", List.of("?", ""));

  /** Fills in what the schema leaves out. */
  public CsvFormat(
      @Nullable TextEncoding charset,
      @Nullable String delimiter,
      @Nullable Header header,
      @Nullable String comment,
      @Nullable List<String> missing) {
    this.charset = charset == null ? TextEncoding.UTF8 : charset;
    this.delimiter = delimiter == null ? "," : delimiter;
    this.header = header == null ? Header.PRESENT : header;
    this.comment = comment == null ? "" : comment;
    this.missing = missing == null ? List.of("?", "") : List.copyOf(missing);
    if (this.delimiter.length() != 1 || "\"\r\n".contains(this.delimiter)) {
      throw new IllegalArgumentException(
          "delimiter is one character and neither a quote nor a line end");
    }
  }

  char separator() {
    return delimiter.charAt(0);
  }
}
