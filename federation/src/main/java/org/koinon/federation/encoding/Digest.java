package org.koinon.federation.encoding;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 digest, as 64 lower-case hexadecimal digits. */
public record Digest(String hex) implements Scalar, Comparable<Digest> {
  /** Length in bytes. */
  public static final int BYTES = 32;

  private static final HexFormat HEX = HexFormat.of();

  /** Checks the form. */
  public Digest {
    if (hex.length() != 2 * BYTES || !isLowerHex(hex)) {
      throw new FormatException("", "a digest is 64 lower-case hexadecimal digits");
    }
  }

  /** A plain loop: digests are made by the thousand in every round. */
  private static boolean isLowerHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  /** The digest whose 32 bytes these are. */
  public static Digest of(byte[] bytes) {
    return new Digest(HEX.formatHex(bytes));
  }

  /** SHA-256 of the bytes. */
  public static Digest sha256(byte[] bytes) {
    return of(sha256().digest(bytes));
  }

  /**
   * SHA-256 over the length-prefixed tag and parts, so that no two lists of parts share their
   * input: LP(tag) LP(part)..., LP(x) = big-endian 32-bit length, then x.
   */
  public static Digest tagged(String tag, byte[]... parts) {
    MessageDigest sha = sha256();
    update(sha, tag.getBytes(StandardCharsets.UTF_8));
    for (byte[] part : parts) {
      update(sha, part);
    }
    return of(sha.digest());
  }

  private static void update(MessageDigest sha, byte[] part) {
    int n = part.length;
    sha.update(new byte[] {(byte) (n >>> 24), (byte) (n >>> 16), (byte) (n >>> 8), (byte) n});
    sha.update(part);
  }

  /** A fresh SHA-256. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The 32 bytes. */
  public byte[] bytes() {
    return HEX.parseHex(hex);
  }

  /** The first twelve digits, for people. */
  public String brief() {
    return hex.substring(0, 12);
  }

  @Override
  public String scalar() {
    return hex;
  }

  @Override
  public int compareTo(Digest other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
