package org.koinon.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.koinon.audit.anchor.ChainId;
import org.koinon.audit.anchor.EvmAddress;
import org.koinon.audit.anchor.RpcUrl;
import org.koinon.cli.demo.DemoCommand;
import org.koinon.cli.simulate.SimulateCommand;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.StudyId;
import org.koinon.network.node.HostPort;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command {@code koinon} and its start. */
@Command(
    name = "koinon",
    description = "Hospitals train one model together, with no server.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:yes, it is done",
      "1:no: a finding, a failed check, or a fault where a restart may help",
      "2:bad input; stderr says what, where and how to mend it"
    },
    footer = {
      "",
      "Examples:",
      "  koinon network init --name heart --members athens,basel,cork heart/",
      "  koinon study check study.yaml",
      "  koinon audit verify heart/ledger.db",
      "  koinon COMMAND --help"
    },
    subcommands = {
      DemoCommand.class,
      SimulateCommand.class,
      NodeCommand.class,
      NetworkCommand.class,
      StudyCommand.class,
      ConsentCommand.class,
      AuditCommand.class,
      AnchorCommand.class,
      PredictCommand.class,
      DoctorCommand.class,
      CompletionCommand.class
    })
public final class Main implements Runnable {
  private static final String LEVEL_PROPERTY = "org.slf4j.simpleLogger.defaultLogLevel";

  /** Of Fabric's client, which says at INFO how it was built; kept here, or its level is lost. */
  private static final Logger TCP_METRICS =
      Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty.TcpMetrics");

  /** How much is logged to stderr. */
  enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean verbose;

  @Option(
      names = "--log-level",
      scope = ScopeType.INHERIT,
      paramLabel = "LEVEL",
      description = "Log to stderr: error, warn (the default), info or debug.")
  void logLevel(LogLevel level) {
    System.setProperty(LEVEL_PROPERTY, level.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command");
  }

  boolean isVerbose() {
    return verbose;
  }

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    TCP_METRICS.setLevel(Level.WARNING);
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    int code = run(List.of(args), out, err);
    out.flush();
    System.exit(code);
  }

  /**
   * Runs a command in this process.
   *
   * @return the exit code: 0 yes, 1 no, 2 bad input
   */
  public static int run(List<String> args, PrintStream out, PrintStream err) {
    CommandLine line =
        commandLine(
            new PrintWriter(out, true, StandardCharsets.UTF_8),
            new PrintWriter(err, true, StandardCharsets.UTF_8));
    return line.execute(args.toArray(String[]::new));
  }

  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    Main main = new Main();
    Faults faults = new Faults(main::isVerbose);
    return new CommandLine(main)
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .registerConverter(StudyId.class, checked(StudyId::new))
        .registerConverter(MemberId.class, checked(MemberId::new))
        .registerConverter(ConsortiumId.class, checked(ConsortiumId::new))
        .registerConverter(ModelId.class, checked(ModelId::new))
        .registerConverter(EvmAddress.class, checked(EvmAddress::new))
        .registerConverter(RpcUrl.class, checked(RpcUrl::parse))
        .registerConverter(ChainId.class, checked(ChainId::parse))
        .registerConverter(HostPort.class, checked(HostPort::new))
        .setParameterExceptionHandler(faults)
        .setExecutionExceptionHandler(faults);
  }

  /** A converter whose refusal is told in the type's own words. */
  private static <T> ITypeConverter<T> checked(ITypeConverter<T> converter) {
    return text -> {
      try {
        return converter.convert(text);
      } catch (FormatException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    };
  }
}
