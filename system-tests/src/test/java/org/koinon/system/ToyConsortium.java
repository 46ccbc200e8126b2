package org.koinon.system;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.aggregation.model.Parameters;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.study.AcceptanceRule;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.Deadlines;
import org.koinon.federation.study.LocalTraining;
import org.koinon.federation.study.Member;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.ModelSpec;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.Robust;
import org.koinon.federation.study.RobustRule;
import org.koinon.federation.study.Role;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Standardisation;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyId;
import org.koinon.federation.study.StudyKind;
import org.koinon.federation.study.TensorSpec;
import org.koinon.federation.study.VectorSpec;
import org.koinon.federation.study.WeightMode;
import org.koinon.peer.round.Site;
import org.koinon.peer.simulation.SimulatedConsortium;
import org.koinon.peer.simulation.SimulatedMember;

/** Consortia of {@link ToySite}s. */
final class ToyConsortium {
  static final ConsortiumId ID = new ConsortiumId("toys");

  private static final Deadlines DEADLINES = new Deadlines(60_000, 20_000, 20_000);
  private static final Decimal ZERO = new Decimal("0");

  private ToyConsortium() {}

  static MemberId member(int i) {
    return new MemberId("hospital-%02d".formatted(i));
  }

  static List<MemberId> members(int peers) {
    return IntStream.range(0, peers).mapToObj(ToyConsortium::member).toList();
  }

  static SigningKey key(int i) {
    return new SigningKey(Digest.tagged("toy key", new byte[] {(byte) i}).bytes());
  }

  /** A founded consortium that has adopted the study. */
  static SimulatedConsortium of(int peers, Study study, Path folder, long seed) {
    List<ToySite> sites = IntStream.range(0, peers).mapToObj(ToySite::new).toList();
    return of(sites, study, initialModel(study.vector()), folder, seed);
  }

  /** The same of other sites and another beginning. */
  static SimulatedConsortium of(
      List<? extends Site> sites, Study study, ModelFile initial, Path folder, long seed) {
    SimulatedConsortium consortium = new SimulatedConsortium(ID, members(sites), folder, seed);
    consortium.found();
    consortium.adopt(study, initial.file());
    return consortium;
  }

  /** What was founded in the folder before, as new processes find it. */
  static SimulatedConsortium reopen(int peers, Path folder, long seed) {
    List<ToySite> sites = IntStream.range(0, peers).mapToObj(ToySite::new).toList();
    return new SimulatedConsortium(ID, members(sites), folder, seed);
  }

  private static List<SimulatedMember> members(List<? extends Site> sites) {
    List<SimulatedMember> members = new ArrayList<>();
    for (int i = 0; i < sites.size(); i++) {
      String peerId = "12D3KooW" + "%040d".formatted(i).replace('0', 'a').replace('l', 'm');
      members.add(
          new SimulatedMember(
              new Member(
                  member(i),
                  "The Hospital " + i,
                  List.of(Role.HOSPITAL),
                  key(i).publicKey(),
                  peerId),
              key(i),
              sites.get(i)));
    }
    return members;
  }

  static ModelFile initialModel(VectorSpec vector) {
    return ModelFile.of(Parameters.zeros(vector), new TreeMap<>(), new TreeMap<>());
  }

  /** A study of so many numbers and rounds, under policy open. */
  static Study study(int numbers, int rounds, int replicas, ServerOptimiser server) {
    return study(
        numbers,
        rounds,
        new Study.Privacy(Policy.OPEN, WeightMode.PUBLIC, 1000, 3, replicas),
        server);
  }

  /** One round of so many numbers under policy private-sum. */
  static Study maskedStudy(int numbers) {
    return maskedStudy(numbers, 1, 2, ServerOptimiser.fedAvg());
  }

  /** The same, whose sum comes apart into 2p+1 groups; one member may collude. */
  static Study groupedStudy(int numbers, int poisoners, int minimum) {
    Study.Privacy privacy =
        new Study.Privacy(Policy.GROUP_OPENING, WeightMode.UNIFORM, 1000, minimum, 2, 1, false);
    Robust median = new Robust(RobustRule.MEDIAN, poisoners, null);
    return with(maskedStudy(numbers), privacy, median);
  }

  /** The same under policy private-sum. */
  static Study maskedStudy(int numbers, int rounds, int replicas, ServerOptimiser server) {
    return maskedStudy(numbers, rounds, replicas, server, DEADLINES);
  }

  /** The same with other deadlines. */
  static Study maskedStudy(
      int numbers, int rounds, int replicas, ServerOptimiser server, Deadlines deadlines) {
    Study.Privacy privacy =
        new Study.Privacy(Policy.PRIVATE_SUM, WeightMode.MASKED, 1000, 3, replicas);
    return study(numbers, rounds, privacy, server, deadlines);
  }

  static Study study(int numbers, int rounds, Study.Privacy privacy, ServerOptimiser server) {
    return study(numbers, rounds, privacy, server, DEADLINES);
  }

  private static Study study(
      int numbers, int rounds, Study.Privacy privacy, ServerOptimiser server, Deadlines deadlines) {
    TensorSpec tensor = new TensorSpec("weight", List.of(1, numbers), new Decimal("1"), ZERO, 20);
    VectorSpec vector = new VectorSpec(List.of(tensor), List.of(), 32, 40);
    return new Study(
        new StudyId("toy-study"),
        1,
        StudyKind.TRAINING,
        "test",
        "none",
        privacy,
        vector,
        new Study.Training(
            new ModelSpec(ModelSpec.Kind.LOGISTIC, numbers, List.of()),
            new LocalTraining(LocalTraining.Optimiser.SGD, new Decimal("0.1"), 1, 1, ZERO, ZERO, 1),
            Standardisation.NONE),
        server,
        ToySite.SCHEMA,
        ToySite.CODE,
        initialModel(vector).id(),
        null,
        rounds,
        rounds * 3,
        AcceptanceRule.wellFormed(),
        deadlines);
  }

  /** The same study with a robust rule, hospitals counting alike. */
  static Study robust(Study study, Robust rule) {
    Study.Privacy open = study.privacy();
    return with(
        study,
        new Study.Privacy(Policy.OPEN, WeightMode.UNIFORM, 1000, open.minimum(), open.replicas()),
        rule);
  }

  private static Study with(Study study, Study.Privacy privacy, Robust rule) {
    return new Study(
        study.id(),
        study.version(),
        study.kind(),
        study.purpose(),
        study.legalBasis(),
        privacy,
        study.vector(),
        study.training(),
        study.server(),
        study.schema(),
        study.code(),
        study.initialModel(),
        study.statistics(),
        study.rounds(),
        study.roundsMax(),
        study.acceptance(),
        study.deadlines(),
        rule,
        null);
  }
}
