package org.koinon.cli.demo;

import java.io.Console;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.koinon.audit.anchor.LocalChain;
import org.koinon.cli.ChaincodeOption;
import org.koinon.cli.WorkFolder;
import org.koinon.cli.report.ReportTable;
import org.koinon.cli.report.StudyReport;
import org.koinon.network.fabric.FabricPrograms;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code koinon demo}: hospitals train one model with no server, and an auditor proves it. */
@Command(
    name = "demo",
    description = {
      "Hospitals train one model with no server, and an auditor proves it.",
      "",
      "Each hospital is a process of its own. Without --data the patients are synthetic."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  koinon demo",
      "  koinon demo --peers 6 --rounds 3",
      "  koinon demo --data fed-heart-disease",
      "  koinon demo --kill",
      "  koinon demo --anchor      (all members forge the ledger together: the anchor tells)",
      "  koinon demo --ledger fabric      (needs Fabric's programs: FABRIC_BIN)",
      "  koinon demo --tamper      (the audit names the entry; exit code 1)"
    })
public final class DemoCommand implements Callable<Integer> {
  private static final int PEERS = 4;

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--peers", paramLabel = "N", description = "Hospitals, 3 to 16; 4 by default.")
  private @Nullable Integer peers;

  @Option(names = "--rounds", paramLabel = "R", description = "Rounds; as the study says.")
  private int rounds;

  @Option(names = "--study", paramLabel = "FILE", description = "A study file; needs --data.")
  private @Nullable Path study;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A folder with one table per hospital, such as the UCI Heart Disease files.")
  private @Nullable Path data;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "Where everything is kept; a new or empty folder.")
  private @Nullable Path work;

  @Option(names = "--seed", paramLabel = "S", description = "Seed of data and model; 42.")
  private long seed = 42;

  @Option(names = "--kill", description = "Kill a hospital in the middle of a round.")
  private boolean kill;

  @Option(names = "--tamper", description = "Change one byte of the ledger before the audit.")
  private boolean tamper;

  @Option(
      names = "--anchor",
      description = {
        "Anchor the ledger on a local EVM chain, then have all members forge it.",
        "Needs the program anvil on the PATH or in KOINON_ANVIL."
      })
  private boolean anchor;

  @Option(
      names = "--ledger",
      paramLabel = "ENGINE",
      description = "embedded (a file), or fabric (a network of Fabric's programs); embedded.")
  private String ledger = "embedded";

  @Mixin private ChaincodeOption chaincode = new ChaincodeOption();

  @Option(names = "--json", description = "Print one JSON object and nothing else.")
  private boolean json;

  @Override
  public Integer call() {
    checkOptions();
    Optional<Path> evmNode = evmNode();
    DemoNetwork.Parts fabric =
        ledger.equals("fabric")
            ? new DemoNetwork.Parts(FabricPrograms.find(System.getenv()), chaincode.jar())
            : null;
    Optional<DataSites> given = given();
    Path folder = WorkFolder.of(work, "koinon-demo-");
    DataSites sites = given.orElseGet(() -> synthetic(folder));
    PrintStream out = System.out;
    Screen screen =
        new Screen(
            out,
            json
                ? Screen.Mode.SILENT
                : Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()
                    ? Screen.Mode.BARS
                    : Screen.Mode.LINES);
    DemoPlan plan = new DemoPlan(sites, rounds, folder, seed, kill, tamper, evmNode, fabric);
    StudyReport report = Demo.run(plan, screen);
    out.println(json ? report.toJson() : ReportTable.of(report));
    return report.isVerified() ? 0 : 1;
  }

  private void checkOptions() {
    if (data == null && peers != null && (peers < 3 || peers > 16)) {
      throw bad("--peers " + peers + ": 3 to 16 hospitals take part");
    }
    if (!ledger.equals("embedded") && !ledger.equals("fabric")) {
      throw bad("--ledger " + ledger + ": embedded or fabric");
    }
    if (rounds < 0 || rounds > 1000) {
      throw bad("--rounds " + rounds + ": 1 to 1000");
    }
    if (study != null && data == null) {
      throw bad("--study needs --data: the tables that the study is about");
    }
  }

  private Optional<Path> evmNode() {
    if (!anchor) {
      return Optional.empty();
    }
    if (ledger.equals("fabric")) {
      throw bad("--anchor forges a ledger file: leave --ledger fabric out");
    }
    if (tamper) {
      throw bad("--anchor and --tamper forge the same ledger: ask for one of them");
    }
    Optional<Path> program = LocalChain.program(System.getenv());
    if (program.isEmpty()) {
      throw bad(
          "--anchor needs a local EVM node: the program anvil (Foundry) is neither on the PATH nor"
              + " named by KOINON_ANVIL; it comes with https://getfoundry.sh, or from npm as"
              + " @foundry-rs/anvil-linux-amd64");
    }
    return program;
  }

  /** The tables that were named; refused before anything is founded. */
  private Optional<DataSites> given() {
    if (data == null) {
      return Optional.empty();
    }
    DataSites sites = study == null ? DataSites.heartDisease(data) : DataSites.of(data, study);
    if (peers != null && peers != sites.sites().size()) {
      throw bad(
          "--peers "
              + peers
              + ": the folder has the tables of "
              + sites.sites().size()
              + " hospitals; leave --peers out");
    }
    return Optional.of(sites.checked());
  }

  private DataSites synthetic(Path folder) {
    return DataSites.synthetic(peers == null ? PEERS : peers, seed, folder.resolve("data"));
  }

  private ParameterException bad(String sentence) {
    return new ParameterException(java.util.Objects.requireNonNull(spec).commandLine(), sentence);
  }
}
