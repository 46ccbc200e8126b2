package org.koinon.audit.source;

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
import java.util.List;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.finding.Rule;
import org.koinon.federation.ledger.SignedEntry;

/**
 * An embedded ledger's file, read from a private copy by the form in {@code docs/ledger-file.md}:
 * one table of entries by position, and nothing else.
 */
public final class LedgerFile implements EntrySource {
  static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

  private static final int APPLICATION_ID = 0x4B4F494E;
  private static final int VERSION = 1;
  private static final String TABLE =
      "CREATE TABLE log (position INTEGER PRIMARY KEY, entry BLOB NOT NULL) STRICT";
  private static final int APPLICATION_ID_AT = 68;
  private static final String SIDE_FILE = "-wal";

  private final String name;
  private final PrivateFolder folder;
  private final List<byte[]> entries = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private long rows;

  private LedgerFile(String name, PrivateFolder folder) {
    this.name = name;
    this.folder = folder;
  }

  static LedgerFile read(Path file, byte[] start) throws IOException {
    Path side = file.resolveSibling(file.getFileName() + SIDE_FILE);
    boolean isDatabase = Arrays.equals(start, MAGIC) || (start.length == 0 && Files.exists(side));
    if (!isDatabase) {
      throw notOurs(file);
    }
    LedgerFile ledger = new LedgerFile(file.toString(), PrivateFolder.create());
    try {
      Path copy = ledger.folder.path().resolve("ledger");
      Files.copy(file, copy);
      if (Files.exists(side)) {
        Files.copy(side, copy.resolveSibling("ledger" + SIDE_FILE));
      }
      ledger.load(file, copy);
      return ledger;
    } catch (BadInputException | IOException e) {
      ledger.close();
      throw e;
    }
  }

  private static BadInputException notOurs(Path file) {
    return new BadInputException(
        file
            + " is neither a Koinon ledger file nor an export bundle nor a file of blocks; name one"
            + " of these",
        null);
  }

  private void load(Path file, Path copy) throws IOException {
    boolean claims = claims(copy);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + copy);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA trusted_schema=OFF");
      statement.execute("PRAGMA cell_size_check=ON");
      long id = number(statement, "PRAGMA application_id");
      claims |= id == APPLICATION_ID;
      // Nothing but SQLite's own header: the making of a ledger was interrupted; it is empty.
      if (id == 0 && number(statement, "SELECT count(*) FROM sqlite_schema") == 0) {
        return;
      }
      if (!claims) {
        throw notOurs(file);
      }
      loadClaimed(statement);
    } catch (SQLException e) {
      if (!claims) {
        throw notOurs(file);
      }
      wrong(Rule.LEDGER_UNREADABLE, "the database cannot be read: " + e.getMessage());
    }
  }

  private void loadClaimed(Statement statement) throws SQLException {
    long version = number(statement, "PRAGMA user_version");
    if (version != VERSION) {
      String newer = version > VERSION ? "is newer than" : "is not";
      wrong(
          Rule.LEDGER_VERSION,
          "format version " + version + " " + newer + " version " + VERSION + ", read here");
    } else if (hasForm(statement)) {
      readRows(statement);
      checkIntegrity(statement);
    }
  }

  /** Whether the main file's header says that it is ours; a newer one may be in the side file. */
  private static boolean claims(Path copy) throws IOException {
    try (var in = Files.newInputStream(copy)) {
      byte[] header = in.readNBytes(APPLICATION_ID_AT + Integer.BYTES);
      return header.length == APPLICATION_ID_AT + Integer.BYTES
          && ByteBuffer.wrap(header).getInt(APPLICATION_ID_AT) == APPLICATION_ID;
    }
  }

  private static long number(Statement statement, String query) throws SQLException {
    try (ResultSet result = statement.executeQuery(query)) {
      return result.next() ? result.getLong(1) : -1;
    }
  }

  private boolean hasForm(Statement statement) throws SQLException {
    boolean hasTable = false;
    boolean hasMore = false;
    try (ResultSet schema = statement.executeQuery("SELECT type, name, sql FROM sqlite_schema")) {
      while (schema.next()) {
        String what = schema.getString(1) + " " + schema.getString(2);
        if (!hasTable && what.equals("table log") && TABLE.equals(schema.getString(3))) {
          hasTable = true;
        } else {
          hasMore = true;
          wrong(Rule.LEDGER_FORM, what + " is no part of a ledger file, or has another form");
        }
      }
    }
    if (!hasTable && !hasMore) {
      wrong(Rule.LEDGER_FORM, "the table of entries is missing");
    }
    return hasTable && !hasMore;
  }

  private void readRows(Statement statement) throws SQLException {
    rows = number(statement, "SELECT count(*) FROM log");
    if (rows > ENTRIES_MAX) {
      throw new BadInputException(
          name + " holds " + rows + " entries, more than the " + ENTRIES_MAX + " read here", null);
    }
    long bytes = 0;
    String query =
        "SELECT position, typeof(entry), length(entry), "
            + "CASE WHEN length(entry) <= "
            + SignedEntry.BYTES_MAX
            + " THEN entry END FROM log ORDER BY position";
    try (ResultSet row = statement.executeQuery(query)) {
      while (row.next() && findings.isEmpty()) {
        bytes += row.getLong(3);
        if (bytes > BYTES_MAX) {
          throw new BadInputException(name + " holds more than 2 GiB of entries", null);
        }
        take(row.getLong(1), row.getString(2), row.getLong(3), row.getBytes(4));
      }
    }
  }

  private void take(
      long position, String type, long length, byte @org.jspecify.annotations.Nullable [] entry) {
    long next = entries.size();
    if (position < 0) {
      atEntry(position, Rule.POSITION_SURPLUS, "stands before the first position, 0");
    } else if (position != next) {
      String gap = position == next + 1 ? "is missing" : "to " + (position - 1) + " are missing";
      atEntry(next, Rule.POSITION_MISSING, gap + "; the next that is there is " + position);
    } else if (!"blob".equals(type) || entry == null) {
      atEntry(next, Rule.ENTRY_MALFORMED, "is a " + type + " of length " + length + ", no entry");
    } else {
      entries.add(entry);
    }
  }

  private void atEntry(long position, Rule rule, String what) {
    String sentence = "entry " + position + " " + what;
    findings.add(new Finding.OfEntry(position, null, "position", rule, null, sentence));
  }

  private void checkIntegrity(Statement statement) throws SQLException {
    try (ResultSet result = statement.executeQuery("PRAGMA integrity_check(1)")) {
      String says = result.next() ? result.getString(1) : "nothing";
      if (!"ok".equals(says)) {
        wrong(Rule.LEDGER_UNREADABLE, "the database is damaged: " + says);
      }
    }
  }

  private void wrong(Rule rule, String sentence) {
    findings.add(new Finding.OfFile(name, rule, sentence));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<byte[]> entries() {
    return List.copyOf(entries);
  }

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public List<Finding> findings() {
    return List.copyOf(findings);
  }

  @Override
  public List<Path> checkpoints() {
    return List.of();
  }

  @Override
  public List<Archive> archives() {
    return List.of();
  }

  @Override
  public void close() {
    folder.close();
  }
}
