package org.koinon.peer.ledger.embedded;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import org.koinon.federation.ledger.LedgerException;
import org.koinon.federation.ledger.LedgerException.Advice;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** SQLite's errors in the words of the port: what happened, what was written, how to mend it. */
final class SqliteFaults {
  private static final int PRIMARY_CODE = 0xff;

  private SqliteFaults() {}

  /** The error as the port's exception. */
  static LedgerException fault(Path path, SQLException e) {
    return switch (primary(e)) {
      case SQLITE_BUSY, SQLITE_LOCKED ->
          new LedgerException(
              Advice.RETRY, "another process is writing to " + path + " and has not finished", e);
      case SQLITE_FULL ->
          stop("the disk that holds " + path + " is full; free some space. " + UNWRITTEN, e);
      case SQLITE_IOERR ->
          stop(
              "reading or writing "
                  + path
                  + " failed ("
                  + name(e)
                  + "); look at the disk, its quota and the limit on file sizes. "
                  + UNWRITTEN,
              e);
      case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH ->
          stop(
              path + " cannot be written; give this user write permission on it and on its folder",
              e);
      case SQLITE_CANTOPEN ->
          stop("cannot open " + path + "; look at its permissions and its folder's", e);
      case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_TOOBIG, SQLITE_FORMAT, SQLITE_MISMATCH ->
          stop(
              path
                  + " is damaged ("
                  + name(e)
                  + "); keep it as it is for the auditor, and restore a copy that verifies",
              e);
      default -> stop("SQLite failed on " + path + " (" + name(e) + "): " + e.getMessage(), e);
    };
  }

  private static final String UNWRITTEN = "Nothing was written";

  /** Whether waiting could help. */
  static boolean isBusy(SQLException e) {
    SQLiteErrorCode code = primary(e);
    return code == SQLiteErrorCode.SQLITE_BUSY || code == SQLiteErrorCode.SQLITE_LOCKED;
  }

  /** Whether a commit that failed so certainly left nothing in the log. */
  static boolean isUnwritten(SQLException e) {
    return isBusy(e)
        || primary(e) == SQLiteErrorCode.SQLITE_FULL
        || code(e).filter(SQLiteErrorCode.SQLITE_IOERR_WRITE::equals).isPresent();
  }

  private static LedgerException stop(String message, SQLException e) {
    return new LedgerException(Advice.STOP, message, e);
  }

  private static String name(SQLException e) {
    return code(e).map(SQLiteErrorCode::name).orElse("no code");
  }

  private static Optional<SQLiteErrorCode> code(SQLException e) {
    return e instanceof SQLiteException sqlite
        ? Optional.of(sqlite.getResultCode())
        : Optional.empty();
  }

  private static SQLiteErrorCode primary(SQLException e) {
    return code(e)
        .map(code -> SQLiteErrorCode.getErrorCode(code.code & PRIMARY_CODE))
        .orElse(SQLiteErrorCode.UNKNOWN_ERROR);
  }
}
