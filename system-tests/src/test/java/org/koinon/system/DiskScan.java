package org.koinon.system;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Finds secrets in bytes: as they are, as hexadecimal, and as base64 at any offset. */
final class DiskScan {
  private static final class Needle {
    private final String name;
    private final byte[] bytes;

    Needle(String name, byte[] bytes) {
      this.name = name;
      this.bytes = bytes;
    }
  }

  private final Map<Long, List<Needle>> needles = new HashMap<>();
  private final Map<String, byte[]> known = new HashMap<>();

  /** From now on it looks for this too; a name is for one secret only. */
  void add(String name, byte[] secret) {
    byte[] before = known.putIfAbsent(name, secret);
    if (before != null) {
      if (!Arrays.equals(before, secret)) {
        throw new AssertionError(name + " was drawn twice");
      }
      return;
    }
    add(new Needle(name, secret));
    add(new Needle(name, ascii(HexFormat.of().formatHex(secret))));
    for (int shift = 0; shift < 3; shift++) {
      byte[] shifted = new byte[shift + secret.length];
      System.arraycopy(secret, 0, shifted, shift, secret.length);
      String text = Base64.getEncoder().withoutPadding().encodeToString(shifted);
      add(new Needle(name, ascii(text.substring(shift == 0 ? 0 : shift + 1, text.length() - 1))));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private void add(Needle needle) {
    long begins = ByteBuffer.wrap(needle.bytes).getLong();
    needles.computeIfAbsent(begins, any -> new ArrayList<>()).add(needle);
  }

  /** How many secrets are known. */
  int size() {
    return known.size();
  }

  /** The names of what is in the bytes. */
  Set<String> find(byte[] bytes) {
    Set<String> found = new TreeSet<>();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    for (int at = 0; at + Long.BYTES <= bytes.length; at++) {
      for (Needle needle : needles.getOrDefault(in.getLong(at), List.of())) {
        int end = at + needle.bytes.length;
        if (end <= bytes.length && Arrays.equals(bytes, at, end, needle.bytes, 0, end - at)) {
          found.add(needle.name);
        }
      }
    }
    return found;
  }

  /** The names of what is in any file of the folder, each with the file. */
  Map<Path, Set<String>> findIn(Path folder) {
    Map<Path, Set<String>> found = new HashMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Set<String> names = find(Files.readAllBytes(file));
        if (!names.isEmpty()) {
          found.put(file, names);
        }
      }
    } catch (IOException e) {
      throw new AssertionError(folder + " cannot be read", e);
    }
    return found;
  }
}
