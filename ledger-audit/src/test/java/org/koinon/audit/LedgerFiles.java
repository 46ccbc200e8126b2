package org.koinon.audit;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Writes ledger files by their documented form. */
public final class LedgerFiles {
  private LedgerFiles() {}

  /** A file that holds these entries. */
  public static Path write(Path file, List<byte[]> entries) {
    run(
        file,
        "PRAGMA application_id=1263487310",
        "PRAGMA user_version=1",
        "CREATE TABLE log (position INTEGER PRIMARY KEY, entry BLOB NOT NULL) STRICT");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        PreparedStatement insert = connection.prepareStatement("INSERT INTO log VALUES (?, ?)")) {
      connection.setAutoCommit(false);
      for (int position = 0; position < entries.size(); position++) {
        insert.setInt(1, position);
        insert.setBytes(2, entries.get(position));
        insert.executeUpdate();
      }
      connection.commit();
      return file;
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** Runs statements on the file. */
  public static void run(Path file, String... statements) {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
