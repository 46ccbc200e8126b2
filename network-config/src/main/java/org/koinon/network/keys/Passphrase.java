package org.koinon.network.keys;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.koinon.network.yaml.ConfigException;

/** What opens an encrypted key file. Never printed. */
public final class Passphrase {
  private static final int BYTES_MAX = 1024;
  private final byte[] utf8;

  /** This text, 1 to 1024 bytes. */
  public Passphrase(String text) {
    this.utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (utf8.length == 0 || utf8.length > BYTES_MAX) {
      throw new IllegalArgumentException("a passphrase has 1 to " + BYTES_MAX + " bytes");
    }
  }

  /** The first line of a file that only its owner can read. */
  public static Passphrase read(Path file) {
    String text = new String(PrivateFile.read(file, BYTES_MAX), StandardCharsets.UTF_8);
    return new Passphrase(
        text.lines()
            .findFirst()
            .filter(line -> !line.isEmpty())
            .orElseThrow(() -> new ConfigException(file.toString(), 1, "the passphrase is empty")));
  }

  byte[] utf8() {
    return utf8.clone();
  }

  @Override
  public String toString() {
    return "[REDACTED]";
  }
}
