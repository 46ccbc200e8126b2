package org.koinon.peer.ledger.embedded;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.ledger.Ledger;
import org.koinon.federation.ledger.LedgerProcessContract;

/** The embedded ledger obeys the port's contract, also across processes. */
class EmbeddedLedgerTest extends LedgerProcessContract {
  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("ledger.db");
  }

  @Override
  protected Ledger open() {
    return EmbeddedLedger.open(file(), consortium.id());
  }

  @Override
  protected ProcessBuilder writer(int hospital, int from, int to) {
    List<String> arguments = List.of(file().toString(), "" + hospital, "" + from, "" + to);
    return new ProcessBuilder(command(arguments));
  }

  static List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(EmbeddedWriter.class.getName());
    command.addAll(arguments);
    return command;
  }
}
