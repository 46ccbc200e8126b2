package org.koinon.audit.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.koinon.audit.Audit;
import org.koinon.audit.AuditRequest;
import org.koinon.audit.anchor.AnchorException;
import org.koinon.audit.anchor.AnchorPoint;
import org.koinon.audit.anchor.ChainId;
import org.koinon.audit.anchor.EvmAddress;
import org.koinon.audit.anchor.RpcUrl;
import org.koinon.audit.report.JsonReport;
import org.koinon.audit.report.TextReport;
import org.koinon.audit.source.ArchiveSize;
import org.koinon.audit.source.BadInputException;
import org.koinon.audit.source.ChannelRoot;
import org.koinon.audit.source.LedgerInput;
import org.koinon.audit.verify.AuditReport;
import org.koinon.audit.verify.opening.OpenedUpdate;
import org.koinon.audit.verify.opening.OpeningAudit;
import org.koinon.audit.verify.opening.OpeningFiles;
import org.koinon.audit.verify.opening.OpeningRecord;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.lineage.ModelId;

/**
 * The auditor's program. Exit codes: 0 yes, 1 a finding (or a model that is not known, or rounds
 * that cannot be computed again), 2 bad input.
 */
public final class Main {
  private static final String USAGE =
      """
      usage: verify    FILE [--checkpoint FILE]... [--archive FOLDER]... [--json]
                       [--anchor RPC_URL --contract ADDRESS... [--chain ID] [--confirmations N]]
             recompute FILE --archive FOLDER... [--checkpoint FILE]... [--json]
             rounds    FILE [--json]
             lineage   FILE MODEL [--json]
             export    FILE BUNDLE [--archive FOLDER]... [--checkpoint FILE]... [--with-archives]
             open      FILE --box BOX --key KEY [--record FOLDER] [--values FILE]
             open-key  KEY
             archive   FOLDER
      FILE is a ledger file, an export bundle, or a file or folder of a Fabric channel's blocks;
      blocks need --genesis FILE_OR_HASH, and --chaincode NAME if it is not "federation". Nothing
      is sent anywhere; with --anchor the EVM node at RPC_URL is asked what the contract at ADDRESS
      holds of the log.
      """;

  private final PrintStream out;
  private final List<String> words = new ArrayList<>();
  private final List<Path> checkpoints = new ArrayList<>();
  private final List<Path> archives = new ArrayList<>();
  private final List<EvmAddress> contracts = new ArrayList<>();
  private @Nullable RpcUrl anchor;
  private @Nullable ChainId chain;
  private int confirmations = AnchorPoint.CONFIRMATIONS;
  private final Map<String, Path> files = new HashMap<>();
  private @Nullable String genesis;
  private String chaincode = ChannelRoot.CHAINCODE;
  private boolean isJson;
  private boolean withArchives;

  private Main(PrintStream out) {
    this.out = out;
  }

  /** Runs one command. */
  public static void main(String[] args) {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    int code = run(List.of(args), out, err);
    out.flush();
    System.exit(code);
  }

  /** Runs one command and returns its exit code. */
  public static int run(List<String> args, PrintStream out, PrintStream err) {
    try {
      Main main = new Main(out);
      main.parse(args);
      return main.run();
    } catch (BadInputException e) {
      err.println(e.getMessage());
      return 2;
    } catch (AnchorException e) {
      err.println(e.getMessage());
      return e.isBadInput() ? 2 : 1;
    }
  }

  private void parse(List<String> args) {
    Deque<String> rest = new ArrayDeque<>(args);
    while (!rest.isEmpty()) {
      String word = rest.removeFirst();
      switch (word) {
        case "--json" -> isJson = true;
        case "--with-archives" -> withArchives = true;
        case "--checkpoint" -> checkpoints.add(path(word, rest.pollFirst()));
        case "--archive" -> archives.add(path(word, rest.pollFirst()));
        case "--anchor" -> anchor = value(word, rest.pollFirst(), RpcUrl::parse);
        case "--contract" -> contracts.add(value(word, rest.pollFirst(), EvmAddress::new));
        case "--chain" -> chain = value(word, rest.pollFirst(), ChainId::parse);
        case "--confirmations" -> confirmations = value(word, rest.pollFirst(), Integer::parseInt);
        case "--genesis" -> genesis = value(word, rest.pollFirst(), Function.identity());
        case "--chaincode" -> chaincode = value(word, rest.pollFirst(), Function.identity());
        case "--box", "--key", "--record", "--values" ->
            files.put(word, path(word, rest.pollFirst()));
        default -> {
          if (word.startsWith("-")) {
            throw usage("unknown option " + word);
          }
          words.add(word);
        }
      }
    }
  }

  private static Path path(String option, @Nullable String value) {
    if (value == null) {
      throw usage(option + " needs a file or folder behind it");
    }
    return Path.of(value);
  }

  private static <T> T value(String option, @Nullable String value, Function<String, T> reading) {
    if (value == null) {
      throw usage(option + " needs a value behind it");
    }
    try {
      return reading.apply(value);
    } catch (NumberFormatException e) {
      throw usage(option + " " + value + " is no number");
    } catch (FormatException e) {
      throw usage(option + ": " + e.getMessage());
    }
  }

  private List<AnchorPoint> anchors() {
    RpcUrl rpc = anchor;
    if (rpc == null) {
      if (contracts.isEmpty()) {
        return List.of();
      }
      throw usage("--contract needs --anchor: the address of a node to ask");
    }
    if (contracts.isEmpty()) {
      throw usage("--anchor needs --contract: the address that the consortium made public");
    }
    try {
      return contracts.stream()
          .map(at -> new AnchorPoint(rpc, at, Optional.ofNullable(chain), confirmations))
          .toList();
    } catch (FormatException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private @Nullable ChannelRoot channel() {
    return genesis == null ? null : ChannelRoot.of(genesis, chaincode);
  }

  private static BadInputException usage(String what) {
    return new BadInputException(what + "\n" + USAGE, null);
  }

  private String word(int index, String what) {
    if (words.size() <= index) {
      throw usage("missing: " + what);
    }
    return words.get(index);
  }

  private int run() {
    String command = word(0, "a command");
    AuditRequest request =
        new AuditRequest(
            new LedgerInput(Path.of(word(1, "a ledger file, bundle or file of blocks")), channel()),
            checkpoints,
            archives,
            anchors());
    int expected = command.equals("lineage") || command.equals("export") ? 3 : 2;
    if (words.size() > expected) {
      throw usage("too many words: " + words.get(expected));
    }
    return switch (command) {
      case "verify" -> {
        AuditReport report = Audit.verify(request);
        print(report);
        yield report.verdict() == AuditReport.Verdict.VERIFIED ? 0 : 1;
      }
      case "recompute" -> {
        AuditReport report = Audit.recompute(request);
        print(report);
        yield report.isRecomputed() ? 0 : 1;
      }
      case "rounds" -> {
        AuditReport report = Audit.verify(request);
        out.print(isJson ? JsonReport.rounds(report.rounds()) : TextReport.rounds(report.rounds()));
        yield report.verdict() == AuditReport.Verdict.VERIFIED ? 0 : 1;
      }
      case "lineage" -> lineage(request);
      case "open" -> open(request);
      case "open-key" -> {
        out.println("public half: " + OpeningFiles.createKey(request.ledger().file()));
        yield 0;
      }
      case "archive" -> {
        out.print(TextReport.archive(ArchiveSize.of(request.ledger().file())));
        yield 0;
      }
      case "export" -> {
        var written = Audit.export(request, Path.of(word(2, "the bundle's name")), withArchives);
        int members = written.manifest().members().size();
        out.println("wrote " + written.file() + ": " + members + " members");
        if (written.lacksResults()) {
          out.println("it holds entries only; with --archive FOLDER also models and masked sums");
        }
        yield 0;
      }
      default -> throw usage("unknown command " + command);
    };
  }

  private Path file(String option) {
    Path file = files.get(option);
    if (file == null) {
      throw usage("missing: " + option);
    }
    return file;
  }

  private int open(AuditRequest request) {
    OpeningRecord record = new OpeningRecord(files.getOrDefault("--record", Path.of("opened")));
    OpenedUpdate opened = OpeningAudit.open(request.ledger(), file("--box"), file("--key"), record);
    out.print(TextReport.opened(opened));
    if (files.containsKey("--values") && opened.faults().isEmpty()) {
      opened.write(file("--values"));
    }
    return opened.faults().isEmpty() ? 0 : 1;
  }

  private void print(AuditReport report) {
    out.print(isJson ? JsonReport.of(report) : TextReport.of(report));
  }

  private int lineage(AuditRequest request) {
    ModelId model;
    try {
      model = new ModelId(word(2, "a model's id"));
    } catch (FormatException e) {
      throw new BadInputException("the model's id: " + e.getMessage(), e);
    }
    return Audit.lineage(request, model)
        .map(
            lineage -> {
              out.print(isJson ? JsonReport.lineage(lineage) : TextReport.lineage(lineage));
              return 0;
            })
        .orElseGet(
            () -> {
              out.println("no verified round of this ledger names model " + model);
              return 1;
            });
  }
}
