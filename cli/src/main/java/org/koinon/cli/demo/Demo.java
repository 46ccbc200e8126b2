package org.koinon.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.koinon.aggregation.Traffic;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.audit.Audit;
import org.koinon.audit.AuditRequest;
import org.koinon.cli.report.SiteResult;
import org.koinon.cli.report.StudyReport;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Role;
import org.koinon.federation.study.Standardisation;
import org.koinon.federation.study.Study;
import org.koinon.network.consortium.ConsortiumDefinition;
import org.koinon.network.consortium.ConsortiumFolder;
import org.koinon.network.node.HostPort;
import org.koinon.network.yaml.ConfigException;
import org.koinon.peer.ledger.NodeLedger;
import org.koinon.peer.node.NodeHome;
import org.koinon.peer.node.Registrar;
import org.koinon.peer.round.Pen;
import org.koinon.peer.site.StudyDraft;
import org.koinon.peer.time.StoppedException;

/**
 * The demonstration: founds a consortium, starts every hospital's node as a process, has them
 * train, stops them and audits what they left. What it does by program, README shows by hand.
 */
public final class Demo {
  /** Hidden units of a model whose rounds are shorter than compiling the code that runs them. */
  private static final int SMALL_LAYERS_UNITS = 256;

  private final DemoPlan plan;
  private final Screen screen;
  private final Path consortium;
  private final Map<MemberId, NodeProcess> nodes = new ConcurrentSkipListMap<>();
  private final DemoProgress progress;
  private @Nullable DemoNetwork network;

  /** At its end, or because the program is told to end: no process is started any more. */
  private volatile boolean ended;

  private Demo(DemoPlan plan, Screen screen) {
    this.plan = plan;
    this.screen = screen;
    this.consortium = plan.work().resolve("consortium");
    this.progress = new DemoProgress(screen);
  }

  /** Runs it; nothing it started is left running. */
  static StudyReport run(DemoPlan plan, Screen screen) {
    Demo demo = new Demo(plan, screen);
    Runtime.getRuntime().addShutdownHook(new Thread(demo::end));
    try {
      return demo.run();
    } catch (RuntimeException e) {
      throw demo.ended ? new StoppedException() : e; // what it missed was taken from it
    } finally {
      demo.end();
    }
  }

  private StudyReport run() {
    DataSites data = plan.data();
    screen.say(data.sites().size() + " hospitals, one process each; data: " + data.label());
    found();
    start();
    List<Study> studies = new ArrayList<>();
    Optional<ModelFile> statistics = Optional.empty();
    if (data.definition().standardisation() == Standardisation.FEDERATED) {
      StudyDraft draft = StudyDraft.statistics(data.definition(), data.schema().schema(), 1);
      adopt(draft);
      await(draft.study());
      studies.add(draft.study());
      statistics = Optional.of(result(draft.study()));
    }
    StudyDraft draft = training(statistics);
    adopt(draft);
    if (plan.kill()) {
      killAndRestart(draft.study());
    }
    await(draft.study());
    studies.add(draft.study());
    screen.end();
    stop();
    return report(draft.study(), studies);
  }

  private StudyDraft training(Optional<ModelFile> statistics) {
    var definition = plan.data().definition();
    if (plan.rounds() > 0) {
      definition = definition.withRounds(plan.rounds());
    }
    return StudyDraft.training(
        definition.withSeed(plan.seed()), plan.data().schema().schema(), 1, statistics);
  }

  private void found() {
    List<ConsortiumDefinition.Founder> founders = new ArrayList<>();
    List<Integer> ports = freePorts(plan.data().sites().size());
    for (int i = 0; i < ports.size(); i++) {
      MemberId id = plan.data().sites().get(i).member();
      founders.add(
          new ConsortiumDefinition.Founder(
              id,
              "Hospital " + id,
              List.of(Role.HOSPITAL),
              new HostPort("127.0.0.1:" + ports.get(i))));
    }
    ConsortiumDefinition demo = new ConsortiumDefinition(new ConsortiumId("demo"), founders);
    ConsortiumFolder.create(
        consortium,
        plan.fabric() == null ? demo : demo.onFabric(),
        Optional.empty(),
        new SecureRandom());
    if (plan.fabric() != null) {
      List<MemberId> members = founders.stream().map(ConsortiumDefinition.Founder::id).toList();
      network = DemoNetwork.up(consortium, members, plan.fabric(), screen);
      // The first entry is its author's to submit: the others' nodes find it there.
      as(demo.members().getFirst().id(), registrar -> {});
    }
    plan.data().sites().forEach(this::giveData);
  }

  /** Adds the table to the node's file, as a hospital would by hand. */
  private void giveData(DataSites.DataSite site) {
    Path home = consortium.resolve(site.member().value());
    try {
      Files.writeString(home.resolve("data").resolve("schema.yaml"), plan.data().schema().yaml());
      Files.writeString(
          home.resolve(ConsortiumFolder.NODE),
          "dataset:\n  table: \""
              + site.table()
              + "\"\n  schema: data/schema.yaml\n  site: \""
              + site.name()
              + "\"\n",
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new ConfigException(home.toString(), "cannot be written: " + e.getMessage(), e);
    }
  }

  /** Ports that are free now; the system hands them out, so two demos do not collide. */
  private static List<Integer> freePorts(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("no free ports", e);
    } finally {
      for (ServerSocket socket : sockets) {
        try {
          socket.close();
        } catch (IOException e) {
          screenless(e);
        }
      }
    }
  }

  /** A socket that fails to close holds its port: whoever needs it will say so. */
  private static void screenless(IOException e) {
    System.getLogger(Demo.class.getName()).log(System.Logger.Level.DEBUG, "port", e);
  }

  private NodeHome home(MemberId member) {
    return NodeHome.read(config(member));
  }

  private Path config(MemberId member) {
    return consortium.resolve(member.value()).resolve(ConsortiumFolder.NODE);
  }

  private void start() {
    for (DataSites.DataSite site : plan.data().sites()) {
      start(site.member());
    }
    progress.awaitUp(
        plan.data().sites().stream().map(DataSites.DataSite::member).toList(), this::check);
    screen.say("all nodes are up");
  }

  private synchronized void start(MemberId member) {
    if (ended) {
      throw new StoppedException();
    }
    nodes.put(
        member,
        NodeProcess.start(
            member,
            config(member),
            isLarge() ? NodeProcess.THOROUGH : NodeProcess.QUICK,
            event -> progress.hear(member, event)));
  }

  /** Whether the rounds are long enough to wait for the compiler first. */
  private boolean isLarge() {
    var model = plan.data().definition().model();
    return model != null
        && model.hidden().stream().mapToInt(Integer::intValue).sum() > SMALL_LAYERS_UNITS;
  }

  /** A node that ended by itself ends the demonstration. */
  private void check() {
    for (NodeProcess node : nodes.values()) {
      if (!node.isAlive()) {
        throw new IllegalStateException(
            "the node of " + node.member() + " ended; its log is " + node.log());
      }
    }
  }

  /** All members say yes and take part; each keeps the model that the study begins from. */
  private void adopt(StudyDraft draft) {
    progress.expect(draft.study());
    for (DataSites.DataSite site : plan.data().sites()) {
      var _ = home(site.member()).archive().keep(draft.initialModel().file());
    }
    as(plan.data().sites().getFirst().member(), registrar -> registrar.propose(draft.study()));
    for (DataSites.DataSite site : plan.data().sites()) {
      as(site.member(), registrar -> registrar.enrol(draft.study().id()));
    }
    for (DataSites.DataSite site : plan.data().sites()) {
      as(site.member(), registrar -> registrar.approve(draft.study()));
    }
    screen.say("study " + draft.study().id() + " proposed, joined and approved by all");
  }

  private void as(MemberId member, java.util.function.Consumer<Registrar> action) {
    NodeHome home = home(member);
    Pen.Author author = home.author();
    try (NodeLedger ledger = home.ledger(home.own("registrar.pin"))) {
      action.accept(new Registrar(author, ledger));
    } finally {
      author.key().close();
    }
  }

  private void await(Study study) {
    progress.awaitDone(study.id(), nodes.keySet(), this::check);
  }

  /** Ends one hospital's process in the middle of a round and starts it again. */
  private void killAndRestart(Study study) {
    MemberId victim = plan.data().sites().getLast().member();
    int round = Math.min(2, study.rounds());
    progress.awaitStep(victim, new RoundId(study.id(), round), "contribute", this::check);
    NodeProcess node = nodes.remove(victim);
    java.util.Objects.requireNonNull(node).kill();
    screen.say("kill -9: " + victim + " is gone in round " + round);
    start(victim);
    progress.awaitUp(List.of(victim), this::check);
    screen.say(victim + " is back and goes on from its journal");
  }

  private ModelFile result(Study study) {
    MemberId first = plan.data().sites().getFirst().member();
    return home(first).archive().model(progress.model(study.id(), first)).orElseThrow();
  }

  private void stop() {
    nodes.values().forEach(NodeProcess::stop);
    nodes.clear();
  }

  private synchronized void end() {
    ended = true;
    killAll();
    if (network != null) {
      network.close();
      network = null;
    }
  }

  private void killAll() {
    nodes.values().forEach(NodeProcess::kill);
    nodes.clear();
  }

  private StudyReport report(Study study, List<Study> studies) {
    List<SiteResult> sites = new ArrayList<>();
    for (DataSites.DataSite site : plan.data().sites()) {
      sites.add(progress.result(study.id(), site.member()));
    }
    NodeHome first = home(plan.data().sites().getFirst().member());
    Path ledger = first.config().ledger().file();
    long optimum = optimum(first, studies);
    plan.anchor().ifPresent(program -> anchor(program, first, ledger));
    if (plan.tamper()) {
      screen.say(Tampering.flipOneByte(ledger));
    }
    return new StudyReport(
        study,
        plan.data().label(),
        sites,
        Optional.empty(),
        progress.seconds(study.id()),
        optimum,
        audit(ledger),
        new StudyReport.Files(
            ledger, first.archive().modelPath(sites.getFirst().model()), plan.work()));
  }

  /** All members' keys in one hand: what no consortium should have, and any might. */
  private void anchor(Path program, NodeHome first, Path file) {
    Map<MemberId, SigningKey> keys = new TreeMap<>();
    try (NodeLedger ledger = first.ledger(first.own("registrar.pin"));
        AnchorDemo demo = AnchorDemo.start(program, plan.work(), file, screen)) {
      for (DataSites.DataSite site : plan.data().sites()) {
        keys.put(site.member(), home(site.member()).author().key());
      }
      ledger.read(
          log -> {
            demo.show(log, keys);
            return log.size();
          });
    } finally {
      keys.values().forEach(SigningKey::close);
    }
  }

  private org.koinon.audit.verify.AuditReport audit(Path ledger) {
    List<Path> archives = new ArrayList<>();
    List<Path> checkpoints = new ArrayList<>();
    for (DataSites.DataSite site : plan.data().sites()) {
      NodeHome home = home(site.member());
      archives.add(home.config().archive().folder());
      Path checkpoint = home.checkpoint();
      if (Files.exists(checkpoint)) {
        checkpoints.add(checkpoint);
      }
    }
    return Audit.verify(new AuditRequest(ledger, checkpoints, archives));
  }

  /** The all-reduce optimum over every round that came to a result. */
  private long optimum(NodeHome home, List<Study> studies) {
    int peers = plan.data().sites().size();
    try (NodeLedger ledger = home.ledger(home.own("registrar.pin"))) {
      double bytes = 0;
      for (Study study : studies) {
        for (int number = 1; number <= study.roundsMax(); number++) {
          RoundId round = new RoundId(study.id(), number);
          boolean isFinal =
              ledger
                  .read(log -> RoundView.of(log, round))
                  .flatMap(RoundView::ending)
                  .filter(Finalised.class::isInstance)
                  .isPresent();
          bytes += isFinal ? Traffic.optimumBytesPerPeer(study.vector(), peers) : 0;
        }
      }
      return Math.round(bytes);
    }
  }

  /** How long a person waits for anything here at most. */
  static final long PATIENCE_MILLIS = TimeUnit.MINUTES.toMillis(30);
}
