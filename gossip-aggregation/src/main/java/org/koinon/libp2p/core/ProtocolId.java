package org.koinon.libp2p.core;

/**
 * The name of a protocol spoken on a stream, such as {@code /ipfs/ping/1.0.0}: printable ASCII
 * without blanks, starting with a slash, at most 256 bytes.
 */
public record ProtocolId(String name) {
  /** Longest name, in bytes. */
  public static final int MAX_BYTES = 256;

  public ProtocolId {
    if (!isValid(name)) {
      throw new IllegalArgumentException(
          "a protocol id starts with '/' and has at most 256 printable ASCII characters without"
              + " blanks; this one has "
              + name.length()
              + " characters");
    }
  }

  /** Whether a name from outside is a protocol id. */
  public static boolean isValid(String name) {
    return !name.isEmpty()
        && name.length() <= MAX_BYTES
        && name.charAt(0) == '/'
        && name.chars().allMatch(c -> c > ' ' && c <= '~');
  }

  @Override
  public String toString() {
    return name;
  }
}
