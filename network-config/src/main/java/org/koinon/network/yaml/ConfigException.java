package org.koinon.network.yaml;

/**
 * A file from outside that cannot be used as it is. The message says where (file and line), what is
 * wrong and how to mend it, in one sentence that can be shown to a person.
 */
public final class ConfigException extends RuntimeException {
  private final String source;
  private final int line;

  /**
   * A refusal of line {@code line} of the file.
   *
   * @param line from 1; 0 when the whole file is meant
   */
  public ConfigException(String source, int line, String what) {
    super((line > 0 ? source + ":" + line : source) + ": " + what);
    this.source = source;
    this.line = line;
  }

  /** A refusal of the whole file because of another fault. */
  public ConfigException(String source, String what, Throwable cause) {
    super(source + ": " + what, cause);
    this.source = source;
    this.line = 0;
  }

  /** Name of the file as the person gave it. */
  public String source() {
    return source;
  }

  /** The line, from 1; 0 when the whole file is meant. */
  public int line() {
    return line;
  }
}
