package org.koinon.system.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Role;
import org.koinon.network.consent.ConsentFile;
import org.koinon.network.consent.ConsentTree;
import org.koinon.network.consortium.ConsortiumDefinition;
import org.koinon.network.consortium.ConsortiumDefinition.Founder;
import org.koinon.network.consortium.ConsortiumFolder;
import org.koinon.network.node.HostPort;
import org.koinon.peer.dataset.SyntheticCohort;
import org.koinon.peer.ledger.NodeLedger;
import org.koinon.peer.node.NodeHome;
import org.koinon.peer.node.Registrar;
import org.koinon.peer.node.RunningNode;
import org.koinon.peer.round.Pen;
import org.koinon.peer.round.RoundObserver;
import org.koinon.peer.round.RoundOutcome;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.site.HospitalSite;
import org.koinon.peer.site.NodeConsent;
import org.koinon.peer.site.StudyDraft;
import org.koinon.peer.training.TrainingDevice;
import org.koinon.peer.training.djl.DjlTrainer;

/**
 * The hospitals of a real Fabric network with their nodes, in this process: real files, sockets and
 * training, on synthetic patients. Their rounds can be held at a step.
 */
final class TrainingConsortium implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String EMBEDDED = "ledger:\n  file: ../ledger.db\n";
  private static final long SEED = 5;

  /** From the network's first port on, beyond what it uses with five hospitals. */
  private static final int PORT_OFFSET = 50;

  private final List<MemberId> members;
  private final Path folder;
  private final SortedMap<MemberId, RunningNode> nodes = new TreeMap<>();
  private final List<CompletableFuture<Void>> runs = new ArrayList<>();
  private final Map<String, Meeting> meetings = new ConcurrentHashMap<>();
  private final Map<MemberId, CompletableFuture<ModelId>> ends = new ConcurrentSkipListMap<>();
  private final CompletableFuture<Object> failed = new CompletableFuture<>();

  private TrainingConsortium(List<MemberId> members, Path folder) {
    this.members = members;
    this.folder = folder;
  }

  /** Founds it in a new folder; nothing runs yet. */
  static TrainingConsortium found(RealNetwork network, Path folder) throws IOException {
    List<MemberId> members = network.network().definition().hospitals();
    List<Founder> founders = new ArrayList<>();
    int port = network.network().definition().basePort() + PORT_OFFSET;
    for (MemberId each : members) {
      HostPort address = HostPort.of("127.0.0.1", port++);
      founders.add(new Founder(each, "The " + each, List.of(Role.HOSPITAL), address));
    }
    var _ =
        ConsortiumFolder.create(
            folder,
            new ConsortiumDefinition(new ConsortiumId("training"), founders),
            Optional.empty(),
            new SecureRandom());
    TrainingConsortium consortium = new TrainingConsortium(members, folder);
    for (int i = 0; i < members.size(); i++) {
      MemberId member = members.get(i);
      String ledger = network.network().connection(member).ledgerSection("ledger.db");
      consortium.complete(member, ledger, new SyntheticCohort(members.size(), SEED + i).text(0));
    }
    return consortium;
  }

  /** Gives a node its ledger and its table. */
  private void complete(MemberId member, String ledger, String table) throws IOException {
    Path data = config(member).resolveSibling("data");
    Files.writeString(data.resolve("table.csv"), table);
    String schema = "/schemas/synthetic-heart.yaml";
    try (InputStream in = SyntheticCohort.class.getResourceAsStream(schema)) {
      Files.write(data.resolve("schema.yaml"), Objects.requireNonNull(in).readAllBytes());
    }
    String text = Files.readString(config(member));
    assertThat(text).contains(EMBEDDED);
    Files.writeString(
        config(member),
        text.replace(EMBEDDED, ledger)
            + "dataset:\n  table: data/table.csv\n  schema: data/schema.yaml\n");
  }

  /**
   * Imports a list of consents by which every tenth record is withdrawn.
   *
   * @return the names in it
   */
  List<String> listConsents(MemberId member) throws IOException {
    Path table = config(member).resolveSibling("data").resolve("table.csv");
    List<String> names =
        Files.readAllLines(table).stream()
            .map(line -> line.substring(0, Math.max(0, line.indexOf(','))))
            .filter(name -> name.matches("S\\d\\d-\\d{5}"))
            .toList();
    StringBuilder list = new StringBuilder("record,consent\n");
    for (String name : names) {
      list.append(name).append(name.endsWith("0") ? ",withdrawn\n" : ",yes\n");
    }
    ConsentTree.empty()
        .updated(ConsentFile.parse(list.toString(), "consents.csv"), new SecureRandom())
        .save(home(member).config().consent().tree());
    return names;
  }

  private Path config(MemberId member) {
    return folder.resolve(member.value()).resolve(ConsortiumFolder.NODE);
  }

  List<MemberId> members() {
    return members;
  }

  NodeHome home(MemberId member) {
    return NodeHome.read(config(member));
  }

  /** All approve and enrol, and hold the file that the study begins from. */
  void adopt(StudyDraft draft) {
    as(members.getFirst(), registrar -> registrar.propose(draft.study()));
    for (MemberId each : members) {
      var _ = home(each).archive().keep(draft.initialModel().file());
      as(
          each,
          registrar -> {
            registrar.approve(draft.study());
            registrar.enrol(draft.study().id());
          });
    }
  }

  private void as(MemberId member, Consumer<Registrar> action) {
    NodeHome home = home(member);
    Pen.Author author = home.author();
    try (SigningKey _ = author.key();
        NodeLedger ledger = home.ledger(home.own("registrar.pin"))) {
      action.accept(new Registrar(author, ledger));
    }
  }

  /** Where all will be held; to be said before they start. */
  Meeting hold(int round, RoundStep step) {
    return meetings.computeIfAbsent(round + "/" + step, _ -> new Meeting(members.size()));
  }

  /** Where all will pass; to be said before they start. */
  Meeting pass(int round, RoundStep step) {
    Meeting meeting = hold(round, step);
    meeting.end();
    return meeting;
  }

  /** Starts every node. */
  void start(int lastRound) throws IOException {
    for (MemberId each : members) {
      NodeHome home = home(each);
      HospitalSite site =
          new HospitalSite(
              each.value(),
              home.dataset().orElseThrow(),
              new NodeConsent(home.config().consent()),
              new DjlTrainer(TrainingDevice.CPU, 1));
      ends.put(each, new CompletableFuture<>());
      nodes.put(each, RunningNode.start(home, site, new Watch(each, lastRound)));
    }
    nodes.forEach(
        (member, node) -> {
          Thread.Builder thread = Thread.ofPlatform().name(member.value());
          runs.add(CompletableFuture.runAsync(node::run, task -> thread.start(task)));
          var _ =
              runs.getLast()
                  .whenComplete(
                      (_, fault) -> {
                        if (fault != null) {
                          failed.completeExceptionally(fault);
                        }
                      });
        });
  }

  private final class Watch implements RoundObserver {
    private final MemberId member;
    private final int lastRound;

    Watch(MemberId member, int lastRound) {
      this.member = member;
      this.lastRound = lastRound;
    }

    @Override
    public void step(RoundId round, RoundStep step) {
      Meeting meeting = meetings.get(round.number() + "/" + step);
      if (meeting != null) {
        meeting.come(member);
      }
    }

    @Override
    public void note(RoundId round, String sentence) {
      System.out.println(member + ", " + round + ": " + sentence);
    }

    @Override
    public void alarm(String sentence) {
      failed.completeExceptionally(new AssertionError(member + " alarms: " + sentence));
    }

    @Override
    public void over(RoundId round, RoundOutcome outcome, ModelId standing) {
      if (round.number() == lastRound) {
        Objects.requireNonNull(ends.get(member)).complete(standing);
      }
    }
  }

  /** Returns when it is done, and fails as soon as a node does. */
  void await(CompletableFuture<?> event) {
    assertThat(CompletableFuture.anyOf(failed, event)).succeedsWithin(PATIENCE);
  }

  /** How many entries the ledger has, as each node reads it now. */
  List<Long> sizes() {
    assertThat(failed).isNotDone();
    return nodes.values().stream()
        .map(
            node -> {
              var _ = node.ledger().poll();
              return node.ledger().read(VerifiedLog::size);
            })
        .toList();
  }

  /** The same, as the one sees it whose peer is fastest. */
  long size() {
    return Collections.max(sizes());
  }

  /** Whether every node has sent pieces of its update. */
  boolean haveAllSentPieces() {
    return nodes.values().stream().allMatch(node -> node.traffic().contributionBytes() > 0);
  }

  /** The model that each node holds after the last round. */
  List<ModelId> models() {
    await(CompletableFuture.allOf(ends.values().toArray(CompletableFuture[]::new)));
    return ends.values().stream().map(CompletableFuture::join).toList();
  }

  /** Stops every node; none of them had ended by an error. */
  void stop() {
    nodes.values().forEach(RunningNode::stop);
    await(CompletableFuture.allOf(runs.toArray(CompletableFuture[]::new)));
    close();
  }

  @Override
  public void close() {
    nodes.values().forEach(RunningNode::stop);
    meetings.values().forEach(Meeting::end);
    nodes.values().forEach(RunningNode::close);
    nodes.clear();
  }
}
