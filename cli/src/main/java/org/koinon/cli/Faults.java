package org.koinon.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;
import org.koinon.audit.anchor.AnchorException;
import org.koinon.audit.source.BadInputException;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.LedgerException;
import org.koinon.network.fabric.FabricException;
import org.koinon.network.yaml.ConfigException;
import org.koinon.peer.dataset.DataException;
import org.koinon.peer.node.RefusedEntryException;
import org.koinon.peer.round.JournalException;
import org.koinon.peer.round.SiteException;
import org.koinon.peer.time.StoppedException;
import org.koinon.peer.training.TrainingException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns whatever a command throws into one sentence on stderr and an exit code. A stack trace shows
 * only what nobody foresaw, or what was asked for.
 */
final class Faults implements IExecutionExceptionHandler, IParameterExceptionHandler {
  static final int YES = 0;
  static final int NO = 1;
  static final int BAD_INPUT = 2;

  private final BooleanSupplier verbose;

  Faults(BooleanSupplier verbose) {
    this.verbose = verbose;
  }

  @Override
  public int handleParseException(ParameterException fault, String[] args) {
    CommandLine line = fault.getCommandLine();
    PrintWriter err = line.getErr();
    err.println(name(line) + ": " + fault.getMessage());
    if (!UnmatchedArgumentException.printSuggestions(fault, err)) {
      err.println("Try: " + name(line) + " --help");
    }
    trace(fault, line, verbose.getAsBoolean());
    return BAD_INPUT;
  }

  @Override
  public int handleExecutionException(Exception fault, CommandLine line, ParseResult parsed) {
    if (fault instanceof ParameterException wrong) {
      return handleParseException(wrong, new String[0]);
    }
    if (fault instanceof StoppedException) {
      return NO; // the program was told to end: nobody needs to hear why
    }
    int code = exitCode(fault);
    String advice =
        isForeseen(fault)
            ? advice(fault)
            : " (a fault of this program: " + fault.getClass().getSimpleName() + ")";
    line.getErr().println(name(line) + ": " + fault.getMessage() + advice);
    trace(fault, line, verbose.getAsBoolean() || !isForeseen(fault));
    return code;
  }

  static int exitCode(Exception fault) {
    return switch (fault) {
      case ConfigException bad -> BAD_INPUT;
      case DataException bad -> BAD_INPUT;
      case FormatException bad -> BAD_INPUT;
      case BadInputException bad -> BAD_INPUT;
      case RefusedEntryException bad -> BAD_INPUT;
      case SiteException bad -> BAD_INPUT;
      case ParameterException bad -> BAD_INPUT;
      case AnchorException bad when bad.isBadInput() -> BAD_INPUT;
      default -> NO;
    };
  }

  private static boolean isForeseen(Exception fault) {
    return exitCode(fault) == BAD_INPUT
        || fault instanceof FabricException
        || fault instanceof LedgerException
        || fault instanceof AnchorException
        || fault instanceof JournalException
        || fault instanceof TrainingException
        || fault instanceof IOException
        || fault instanceof UncheckedIOException;
  }

  private static String advice(Exception fault) {
    return fault instanceof LedgerException ledger
        ? switch (ledger.advice()) {
          case RETRY -> " (try again in a moment)";
          case RESTART -> " (start again; the data are as they were)";
          case STOP -> "";
        }
        : "";
  }

  private static void trace(Exception fault, CommandLine line, boolean isWanted) {
    if (isWanted) {
      fault.printStackTrace(line.getErr());
    }
  }

  private static String name(CommandLine line) {
    return line.getCommandSpec().qualifiedName();
  }
}
