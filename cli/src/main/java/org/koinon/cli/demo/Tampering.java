package org.koinon.cli.demo;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Changes one byte of one entry in a ledger file, as somebody might who can write the file. */
final class Tampering {
  private Tampering() {}

  /** Flips one bit in the middle of the entry in the middle; says what it did. */
  static String flipOneByte(Path ledger) {
    try (Connection file = DriverManager.getConnection("jdbc:sqlite:" + ledger);
        Statement query = file.createStatement();
        ResultSet row =
            query.executeQuery(
                "SELECT position, entry FROM log ORDER BY position"
                    + " LIMIT 1 OFFSET (SELECT count(*) / 2 FROM log)")) {
      long position = row.getLong(1);
      byte[] entry = row.getBytes(2);
      int at = entry.length / 2;
      entry[at] ^= 1;
      try (PreparedStatement change =
          file.prepareStatement("UPDATE log SET entry = ? WHERE position = ?")) {
        change.setBytes(1, entry);
        change.setLong(2, position);
        change.executeUpdate();
      }
      return "tampered: byte " + at + " of entry " + position + " of the ledger was changed";
    } catch (SQLException e) {
      throw new IllegalStateException("the ledger file cannot be changed: " + e.getMessage(), e);
    }
  }
}
