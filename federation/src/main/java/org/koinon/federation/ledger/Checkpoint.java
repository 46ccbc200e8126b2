package org.koinon.federation.ledger;

import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.study.ConsortiumId;

/**
 * A log at one size, as text: origin, size and root on a line each.
 *
 * <p>The form is C2SP tlog-checkpoint; the origin is the consortium's name; extension lines are
 * refused.
 *
 * @param origin whose log
 * @param size how many entries
 * @param root their Merkle root (RFC 6962)
 */
public record Checkpoint(ConsortiumId origin, long size, Digest root) {
  private static final int LINES = 3;
  private static final Pattern SIZE = Pattern.compile("0|[1-9][0-9]{0,15}");

  /** Checks the size. */
  public Checkpoint {
    if (size < 0) {
      throw new FormatException("size", "must not be negative");
    }
  }

  /** That log as somebody saw it. */
  public static Checkpoint of(ConsortiumId origin, Seen seen) {
    return new Checkpoint(origin, seen.size(), seen.root());
  }

  /** What was seen, without whose log it is. */
  public Seen seen() {
    return new Seen(size, root);
  }

  /** The three lines, each ended by a newline: what is signed. */
  public String text() {
    return origin + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root.bytes()) + "\n";
  }

  /** The checkpoint whose text this is, to the byte. */
  public static Checkpoint parse(String text) {
    List<String> lines = List.of(text.split("\n", -1));
    if (lines.size() != LINES + 1 || !lines.getLast().isEmpty()) {
      throw new FormatException(
          "checkpoint", "expected three lines: origin, size and root, each ended by a newline");
    }
    if (!SIZE.matcher(lines.get(1)).matches()) {
      throw new FormatException("checkpoint line 2", "the size is no plain decimal number");
    }
    ConsortiumId origin;
    try {
      origin = new ConsortiumId(lines.getFirst());
    } catch (FormatException e) {
      throw new FormatException("checkpoint line 1", String.valueOf(e.getMessage()));
    }
    byte[] root = base64("checkpoint line 3", lines.get(2), Digest.BYTES);
    return new Checkpoint(origin, Long.parseLong(lines.get(1)), Digest.of(root));
  }

  /** That many bytes in the one base64 text that stands for them. */
  static byte[] base64(String where, String text, int bytes) {
    int digits = (bytes + 2) / 3 * 4;
    if (text.length() == digits) {
      try {
        byte[] decoded = Base64.getDecoder().decode(text);
        if (decoded.length == bytes && Base64.getEncoder().encodeToString(decoded).equals(text)) {
          return decoded;
        }
      } catch (IllegalArgumentException e) {
        throw new FormatException(where, "not base64: " + e.getMessage());
      }
    }
    throw new FormatException(where, "not the base64 text of " + bytes + " bytes");
  }
}
