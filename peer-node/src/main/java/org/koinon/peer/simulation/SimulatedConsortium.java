package org.koinon.peer.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.koinon.aggregation.model.TensorFile;
import org.koinon.federation.attestation.Signature;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.ConsortiumEntry.Genesis;
import org.koinon.federation.ledger.Ledger;
import org.koinon.federation.ledger.LedgerRules;
import org.koinon.federation.ledger.Rounds;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.Member;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyId;
import org.koinon.gossip.ExchangeLimits;
import org.koinon.gossip.PeerAddress;
import org.koinon.gossip.Traffic;
import org.koinon.gossip.inprocess.InProcessNetwork;
import org.koinon.gossip.inprocess.InProcessPeer;
import org.koinon.peer.ledger.CheckpointBook;
import org.koinon.peer.ledger.LedgerFollower;
import org.koinon.peer.ledger.NodeLedger;
import org.koinon.peer.ledger.embedded.EmbeddedLedger;
import org.koinon.peer.node.ExchangeLink;
import org.koinon.peer.node.HospitalNode;
import org.koinon.peer.node.Registrar;
import org.koinon.peer.round.Keeping;
import org.koinon.peer.round.MemberRecords;
import org.koinon.peer.round.PeerLink;
import org.koinon.peer.round.Pen;
import org.koinon.peer.round.RoundArchive;
import org.koinon.peer.round.RoundContext;
import org.koinon.peer.round.RoundJournal;
import org.koinon.peer.round.RoundObserver;
import org.koinon.peer.round.RoundOutcome;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.time.Timeline;

/**
 * A consortium in one process: real nodes, a real ledger file, an in-process network, virtual time.
 *
 * <p>Everything random comes from the seed, so that a run can be had again. A killed node loses all
 * but its folder; a restarted one is built anew from it.
 */
public final class SimulatedConsortium {
  private final ConsortiumId consortium;
  private final List<SimulatedMember> members;
  private final Path folder;
  private final long seed;
  private final InProcessNetwork network = new InProcessNetwork(ExchangeLimits.defaults());
  private final Map<MemberId, SortedMap<Integer, ModelId>> standing = new HashMap<>();
  private final Map<MemberId, Traffic> traffic = new TreeMap<>();
  private final Map<MemberId, Integer> lives = new HashMap<>();
  private final Map<MemberId, UnaryOperator<PeerLink>> links = new HashMap<>();
  private final Map<MemberId, UnaryOperator<Ledger>> ledgers = new HashMap<>();
  private final Map<MemberId, Keeping> keeping = new HashMap<>();

  /** In an empty folder. */
  public SimulatedConsortium(
      ConsortiumId consortium, List<SimulatedMember> members, Path folder, long seed) {
    this.consortium = consortium;
    this.members = List.copyOf(members);
    this.folder = folder;
    for (SimulatedMember member : members) {
      try {
        Files.createDirectories(folder(member.member().id()));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot make a folder in " + folder, e);
      }
    }
    this.seed = seed;
  }

  /** The ledger's file. */
  public Path ledgerFile() {
    return folder.resolve("ledger.db");
  }

  /** A member's folder. */
  public Path folder(MemberId member) {
    return folder.resolve(member.value());
  }

  /** The network, to lose gossip or cut peers off. */
  public InProcessNetwork network() {
    return network;
  }

  /** Writes the Genesis entry. */
  public void found() {
    List<Member> founders = members.stream().map(SimulatedMember::member).toList();
    SortedMap<String, Signature> acceptances = new TreeMap<>();
    Genesis unsigned = new Genesis(consortium, founders, acceptances);
    byte[] message = LedgerRules.founding(unsigned);
    members.forEach(
        member -> acceptances.put(member.member().id().value(), member.key().sign(message)));
    as(
        members.getFirst(),
        registrar -> registrar.say(new Genesis(consortium, founders, acceptances)));
  }

  /** All propose, approve and enrol; every node holds the file that the study begins from. */
  public void adopt(Study study, TensorFile initialModel) {
    as(members.getFirst(), registrar -> registrar.propose(study));
    for (SimulatedMember member : members) {
      as(
          member,
          registrar -> {
            registrar.approve(study);
            registrar.enrol(study.id());
          });
      var _ = archive(member.member().id()).keep(initialModel);
    }
  }

  /** Says something as a member, outside rounds. */
  public void as(MemberId member, Consumer<Registrar> action) {
    as(
        members.stream().filter(one -> one.member().id().equals(member)).findFirst().orElseThrow(),
        action);
  }

  private void as(SimulatedMember member, Consumer<Registrar> action) {
    try (NodeLedger ledger = openLedger(member.member().id())) {
      action.accept(new Registrar(author(member), ledger));
    }
  }

  private Pen.Author author(SimulatedMember member) {
    return new Pen.Author(consortium, member.member().id(), member.key());
  }

  private NodeLedger openLedger(MemberId member) {
    Ledger ledger =
        ledgers
            .getOrDefault(member, UnaryOperator.identity())
            .apply(EmbeddedLedger.open(ledgerFile()));
    return new NodeLedger(ledger, new LedgerFollower(ledger, folder(member).resolve("ledger.pin")));
  }

  private RoundArchive archive(MemberId member) {
    return new RoundArchive(folder(member).resolve("archive"));
  }

  /** From its next start on, what a member sends passes through this: for hostile members. */
  public void intercept(MemberId member, UnaryOperator<PeerLink> link) {
    links.put(member, link);
  }

  /** From its next start on, what a member writes passes through this: for hostile members. */
  public void interceptLedger(MemberId member, UnaryOperator<Ledger> ledger) {
    ledgers.put(member, ledger);
  }

  /** From its next start on, what a member keeps of rounds that are over. */
  public void keep(MemberId member, Keeping kept) {
    keeping.put(member, kept);
  }

  /**
   * Runs a study until it is over at every peer that is still there.
   *
   * @return how long it took, in milliseconds of virtual time
   */
  public long run(StudyId study, FaultPlan faults, RoundObserver observer) {
    VirtualTime time = new VirtualTime(mix("time/" + study));
    Run run = new Run(time, study, faults, observer);
    members.forEach(run::start);
    return time.run();
  }

  private long mix(String what) {
    byte[] digest =
        Digest.tagged(
                "koinon/simulation/v1",
                Long.toString(seed).getBytes(StandardCharsets.UTF_8),
                what.getBytes(StandardCharsets.UTF_8))
            .bytes();
    return ByteBuffer.wrap(digest).getLong();
  }

  /** The model that stands after each round, at each peer that saw its end. */
  public Map<MemberId, SortedMap<Integer, ModelId>> standing() {
    return standing;
  }

  /** Payload that each peer sent. */
  public Map<MemberId, Traffic> traffic() {
    return traffic;
  }

  /** One study's run: its nodes, as they live and die. */
  private final class Run {
    private final VirtualTime time;
    private final StudyId study;
    private final FaultPlan faults;
    private final RoundObserver observer;
    private final Map<MemberId, HospitalNode> nodes = new HashMap<>();
    private final Set<MemberId> through = new HashSet<>();
    private final Set<MemberId> returning = new HashSet<>();

    Run(VirtualTime time, StudyId study, FaultPlan faults, RoundObserver observer) {
      this.time = time;
      this.study = study;
      this.faults = faults;
      this.observer = observer;
    }

    void start(SimulatedMember member) {
      MemberId id = member.member().id();
      returning.add(id);
      var _ = time.start(id.value(), task -> live(member, task));
    }

    private void live(SimulatedMember member, VirtualTime.Task task) {
      MemberId id = member.member().id();
      int life = lives.merge(id, 1, Integer::sum);
      InProcessPeer peer = network.join(new PeerAddress(member.member().peerId()));
      try (peer;
          NodeLedger ledger = openLedger(id);
          RoundJournal journal =
              RoundJournal.open(
                  folder(id).resolve("journal"),
                  Digest.sha256(id.value().getBytes(StandardCharsets.UTF_8)).bytes())) {
        Watcher watcher = new Watcher(member, task, ledger);
        HospitalNode node =
            new HospitalNode(context(member, task, peer, ledger, journal, watcher, life));
        nodes.put(id, node);
        returning.remove(id);
        node.run();
      } finally {
        nodes.remove(id);
        endIfOver();
        peer.exchange().traffic().values().forEach(sent -> traffic.merge(id, sent, Traffic::plus));
      }
    }

    /** The study is over at all who are there or will be back. */
    private void endIfOver() {
      if (returning.isEmpty() && through.containsAll(nodes.keySet())) {
        new ArrayList<>(nodes.values()).forEach(HospitalNode::stop);
      }
    }

    private RoundContext context(
        SimulatedMember member,
        Timeline timeline,
        InProcessPeer peer,
        NodeLedger ledger,
        RoundJournal journal,
        RoundObserver watcher,
        int life) {
      Pen pen = new Pen(author(member), ledger, journal, timeline);
      Random random = new Random(mix(member.member().id() + "/" + study + "/" + life));
      return new RoundContext(
              consortium,
              ledger,
              pen,
              new MemberRecords(ledger, pen, journal, random),
              journal,
              archive(member.member().id()),
              member.site(),
              new CheckpointBook(folder(member.member().id()).resolve("checkpoints"), ledger),
              links
                  .getOrDefault(member.member().id(), UnaryOperator.identity())
                  .apply(
                      new ExchangeLink(
                          consortium, peer.exchange(), peer.gossip(), ledger, timeline)),
              timeline,
              watcher,
              random)
          .keeping(keeping.getOrDefault(member.member().id(), Keeping.DEFAULT));
    }

    /** Kills as planned, and ends the run when the study is over everywhere. */
    private final class Watcher implements RoundObserver {
      private final SimulatedMember member;
      private final VirtualTime.Task task;
      private final NodeLedger ledger;

      Watcher(SimulatedMember member, VirtualTime.Task task, NodeLedger ledger) {
        this.member = member;
        this.task = task;
        this.ledger = ledger;
      }

      @Override
      public void step(RoundId round, RoundStep step) {
        observer.step(round, step);
        faults.at(member.member().id(), round, step).ifPresent(this::befall);
      }

      private void befall(FaultPlan.Fault fault) {
        switch (fault) {
          case FaultPlan.Kill(long restartMillis) -> {
            task.kill();
            if (restartMillis >= 0) {
              restart(restartMillis);
            }
            throw new VirtualTime.KilledError();
          }
          case FaultPlan.Cut(long millis) -> cut(millis);
        }
      }

      private void cut(long millis) {
        PeerAddress address = new PeerAddress(member.member().peerId());
        network.cut(address);
        long until = task.now() + millis;
        var _ =
            time.start(
                member.member().id() + " restored",
                restoring -> {
                  restoring.await(() -> false, until);
                  network.restore(address);
                });
      }

      private void restart(long millis) {
        returning.add(member.member().id());
        long until = task.now() + millis;
        var _ =
            time.start(
                member.member().id() + " again",
                again -> {
                  again.await(() -> false, until);
                  live(member, again);
                });
      }

      @Override
      public void note(RoundId round, String sentence) {
        observer.note(round, member.member().id() + ": " + sentence);
      }

      @Override
      public void alarm(String sentence) {
        throw new IllegalStateException(member.member().id() + ": " + sentence);
      }

      @Override
      public void over(RoundId round, RoundOutcome outcome, ModelId model) {
        observer.over(round, outcome, model);
        MemberId id = member.member().id();
        standing.computeIfAbsent(id, any -> new TreeMap<>()).put(round.number(), model);
        if (ledger.read(log -> Rounds.isOver(log, study))) {
          through.add(id);
          endIfOver();
        }
      }
    }
  }
}
