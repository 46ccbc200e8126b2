package org.koinon.system;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Finds secrets in bytes: as they are, as hexadecimal, and as base64 at any offset. Of a database
 * it reads the values too, since SQLite cuts long ones across its pages.
 */
final class DiskScan {
  private static final byte[] SQLITE = ascii("SQLite format 3\0");

  private static final class Needle {
    private final String name;
    private final byte[] bytes;

    Needle(String name, byte[] bytes) {
      this.name = name;
      this.bytes = bytes;
    }
  }

  private final Map<Long, List<Needle>> needles = new HashMap<>();
  private final BitSet beginnings =
      new BitSet(1 << 16); // the first two bytes of any: most have none
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
    add(new Needle(name, ascii(HexFormat.of().withUpperCase().formatHex(secret))));
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
    beginnings.set((int) (begins >>> 48));
    needles.computeIfAbsent(begins, any -> new ArrayList<>()).add(needle);
  }

  /** The names of all secrets that are known. */
  Set<String> names() {
    return Set.copyOf(known.keySet());
  }

  /** A secret by its name. */
  byte[] secret(String name) {
    return Objects.requireNonNull(known.get(name), name).clone();
  }

  /** The names of what is in the bytes. */
  Set<String> find(byte[] bytes) {
    Set<String> found = new TreeSet<>();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    for (int at = 0; at + Long.BYTES <= bytes.length; at++) {
      if (!beginnings.get(in.getChar(at))) {
        continue;
      }
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
    return findIn(folder, Integer.MAX_VALUE);
  }

  /** The same, so many folders deep. */
  Map<Path, Set<String>> findIn(Path folder, int depth) {
    Map<Path, Set<String>> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder, depth)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        Set<String> names = find(bytes);
        if (Arrays.equals(bytes, 0, Math.min(bytes.length, SQLITE.length), SQLITE, 0, 16)) {
          names.addAll(findInValues(file));
        }
        if (!names.isEmpty()) {
          found.put(file, names);
        }
      }
    } catch (IOException | SQLException e) {
      throw new AssertionError(folder + " cannot be read", e);
    }
    return found;
  }

  private Set<String> findInValues(Path database) throws SQLException {
    Set<String> found = new TreeSet<>();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement()) {
      List<String> tables = new ArrayList<>();
      try (ResultSet all =
          statement.executeQuery("SELECT name FROM sqlite_schema WHERE type = 'table'")) {
        while (all.next()) {
          tables.add(all.getString(1));
        }
      }
      for (String table : tables) {
        try (ResultSet rows = statement.executeQuery("SELECT * FROM \"" + table + "\"")) {
          while (rows.next()) {
            for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
              byte[] value = rows.getBytes(column);
              if (value != null) {
                found.addAll(find(value));
              }
            }
          }
        }
      }
    }
    return found;
  }
}
