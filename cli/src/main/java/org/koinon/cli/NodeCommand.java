package org.koinon.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Rounds;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.study.MemberId;
import org.koinon.network.node.NodeConfig;
import org.koinon.network.yaml.ConfigException;
import org.koinon.peer.dataset.DatasetSource;
import org.koinon.peer.ledger.NodeLedger;
import org.koinon.peer.node.HospitalNode;
import org.koinon.peer.node.NodeEvent;
import org.koinon.peer.node.NodeHome;
import org.koinon.peer.node.NodeReporter;
import org.koinon.peer.node.RunningNode;
import org.koinon.peer.site.HospitalSite;
import org.koinon.peer.site.NodeConsent;
import org.koinon.peer.training.LocalTrainer;
import org.koinon.peer.training.TrainingDevice;
import org.koinon.peer.training.djl.DjlTrainer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code koinon node}: a hospital's own node. */
@Command(
    name = "node",
    description = "Run this hospital's node, see where it stands and what left the building.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  koinon node run --config cleveland/node.yaml",
      "  koinon node status --config cleveland/node.yaml",
      "  koinon node sent --config cleveland/node.yaml"
    })
public final class NodeCommand {
  private static final long STOP_SECONDS = 20;
  private static final String LOG_LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The node's configuration.",
      scope = picocli.CommandLine.ScopeType.INHERIT)
  private @Nullable Path config;

  @Option(
      names = "--json",
      description = "Print JSON lines.",
      scope = picocli.CommandLine.ScopeType.INHERIT)
  private boolean json;

  private NodeHome home() {
    return NodeHome.read(java.util.Objects.requireNonNull(config));
  }

  @Command(
      name = "run",
      description = "Take part in all studies that this member is enrolled in, until SIGTERM.",
      mixinStandardHelpOptions = true)
  int run() throws InterruptedException {
    NodeHome home = home();
    logAt(home.config().log().level());
    PrintStream out = System.out;
    HospitalSite site = site(home);
    List<String> lacking = lacking(home);
    LocalTrainer trainer = trainer(home.config().training());
    NodeReporter reporter =
        new NodeReporter(home.archive(), site, trainer, event -> print(out, event));
    CountDownLatch ended = new CountDownLatch(1);
    try (RunningNode node = RunningNode.start(home, site, reporter)) {
      reporter.attach(node.ledger(), node::traffic);
      Thread stopping = new Thread(() -> stop(node, ended), "stop");
      Runtime.getRuntime().addShutdownHook(stopping);
      print(out, new NodeEvent.Up(home.config().network().listen().toString()));
      lacking.forEach(sentence -> print(out, new NodeEvent.Alarm(sentence)));
      node.run();
    } finally {
      ended.countDown();
    }
    return 0;
  }

  /** SIGTERM: the round stops at its next wait, files and sockets are closed, then the JVM ends. */
  private static void stop(RunningNode node, CountDownLatch ended) {
    node.stop();
    try {
      if (!ended.await(STOP_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("stopped in the middle of a step; the journal covers it");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** As the configuration says, unless the command line has said otherwise. */
  private static void logAt(NodeConfig.Level level) {
    if (System.getProperty(LOG_LEVEL) == null) {
      System.setProperty(LOG_LEVEL, level.name().toLowerCase(Locale.ROOT));
    }
  }

  /**
   * Refuses a table that no round can use. Consents may be too few for now: such a node still adds
   * up what the others send, and its operator hears of it.
   */
  private static List<String> lacking(NodeHome home) {
    var data = new DataChecks(dataset(home), home.config().consent());
    return data.cohort().stream()
        .filter(check -> check.status() == Check.Status.FAIL)
        .map(check -> "no contribution can be made: " + check.finding())
        .toList();
  }

  private static DatasetSource dataset(NodeHome home) {
    return home.dataset()
        .orElseThrow(
            () ->
                new ConfigException(
                    home.config().consortium().toString(),
                    0,
                    "the node's file has no section 'dataset'; a hospital names its table and"
                        + " schema there"));
  }

  static HospitalSite site(NodeHome home) {
    return new HospitalSite(
        home.config().member().value(),
        dataset(home),
        new NodeConsent(home.config().consent()),
        trainer(home.config().training()));
  }

  private static LocalTrainer trainer(NodeConfig.Training training) {
    return new DjlTrainer(
        switch (training.device()) {
          case AUTO -> TrainingDevice.AUTO;
          case CPU -> TrainingDevice.CPU;
          case GPU -> TrainingDevice.GPU;
        },
        training.threads());
  }

  private synchronized void print(PrintStream out, NodeEvent event) {
    out.println(json ? NodeEventJson.line(event) : sentence(event));
    out.flush();
  }

  private static String sentence(NodeEvent event) {
    return switch (event) {
      case NodeEvent.Up(String listening) -> "the node is up and listens on " + listening;
      case NodeEvent.Step step -> step.round() + ": " + RecordCodec.name(step.step());
      case NodeEvent.Note note -> note.round() + ": " + note.sentence();
      case NodeEvent.Alarm(String sentence) -> "LOOK AT THIS: " + sentence;
      case NodeEvent.Over over ->
          over.round()
              + ": "
              + NodeEventJson.outcome(over.outcome())
              + ", model "
              + over.model().hex();
      case NodeEvent.Done done -> done.study() + ": no more rounds; model " + done.model().hex();
    };
  }

  @Command(
      name = "status",
      description = "Where this member's studies stand on the ledger.",
      mixinStandardHelpOptions = true)
  int status() {
    NodeHome home = home();
    try (NodeLedger ledger = home.ledger(home.own("status.pin"))) {
      MemberId me = home.config().member();
      long size = ledger.read(log -> log.size());
      Map<String, String> studies = new LinkedHashMap<>();
      for (var study : HospitalNode.studies(ledger, me)) {
        studies.put(
            study.value(),
            ledger
                .read(log -> Rounds.latest(log, study))
                .map(NodeCommand::standing)
                .orElse("no round yet"));
      }
      System.out.println(json ? statusJson(me, size, studies) : statusText(me, size, studies));
    }
    return 0;
  }

  private static String statusText(MemberId me, long size, Map<String, String> studies) {
    StringBuilder text = new StringBuilder();
    text.append(me).append(": ledger of ").append(size).append(" entries, verified");
    studies.forEach(
        (study, standing) ->
            text.append(String.format(Locale.ROOT, "%n  %-40s %s", study, standing)));
    return text.toString();
  }

  private static String statusJson(MemberId me, long size, Map<String, String> studies) {
    ObjectNode node = JsonMapper.builder().build().createObjectNode();
    node.put("member", me.value()).put("ledgerEntries", size);
    ObjectNode each = node.putObject("studies");
    studies.forEach(each::put);
    return node.toString();
  }

  private static String standing(RoundView view) {
    String round = "round " + view.opened().round() + ", ";
    return round
        + view.ending()
            .map(ending -> ending.type().toLowerCase(Locale.ROOT))
            .orElseGet(
                () ->
                    view.phase()
                        .map(phase -> "in phase " + RecordCodec.name(phase))
                        .orElse("about to end a phase"));
  }

  @Command(
      name = "sent",
      description = "What left this building, by round, with the entries that prove it.",
      mixinStandardHelpOptions = true)
  int sent() {
    NodeHome home = home();
    MemberId me = home.config().member();
    try (NodeLedger ledger = home.ledger(home.own("status.pin"))) {
      List<SignedEntry> entries = ledger.read(log -> log.entries());
      if (!json) {
        System.out.println("What left " + me + ", by round. No row of a patient ever does.");
      }
      for (SignedEntry entry : entries) {
        if (entry.entry() instanceof RoundOpened opened && opened.members().contains(me)) {
          ledger
              .read(log -> RoundView.of(log, opened.id()))
              .map(view -> SentRound.of(view, me))
              .map(sent -> json ? sent.json() : sent.text())
              .ifPresent(System.out::println);
        }
      }
    }
    return 0;
  }
}
