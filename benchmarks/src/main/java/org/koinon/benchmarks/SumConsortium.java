package org.koinon.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.aggregation.model.Parameters;
import org.koinon.aggregation.model.RealVector;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.consent.CountBucket;
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
import org.koinon.federation.study.Role;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Standardisation;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyId;
import org.koinon.federation.study.StudyKind;
import org.koinon.federation.study.TensorSpec;
import org.koinon.federation.study.VectorSpec;
import org.koinon.federation.study.WeightMode;
import org.koinon.peer.round.RoundPlan;
import org.koinon.peer.round.Site;
import org.koinon.peer.simulation.SimulatedConsortium;
import org.koinon.peer.simulation.SimulatedMember;

/**
 * A consortium whose hospitals have their updates at hand, so that a round is what the protocol
 * costs and nothing else: words of 32 bits, two owners a shard.
 */
final class SumConsortium {
  static final int REPLICAS = 2;

  private static final Decimal ZERO = new Decimal("0");
  private static final Digest CODE = Digest.tagged("no training");
  private static final Digest SCHEMA = Digest.tagged("no data");
  private static final int ROWS = 500;
  private static final int UNITS = 1000;

  private SumConsortium() {}

  /** A study of one round. */
  static Study study(int numbers, Policy policy) {
    TensorSpec tensor = new TensorSpec("weight", List.of(1, numbers), new Decimal("1"), ZERO, 20);
    VectorSpec vector = new VectorSpec(List.of(tensor), List.of(), 32, 40);
    WeightMode weights = policy.isMasked() ? WeightMode.MASKED : WeightMode.PUBLIC;
    return new Study(
        new StudyId("sums"),
        1,
        StudyKind.TRAINING,
        "benchmark",
        "none",
        new Study.Privacy(policy, weights, 1000, 3, REPLICAS),
        vector,
        new Study.Training(
            new ModelSpec(ModelSpec.Kind.MLP, UNITS, List.of(Math.ceilDiv(numbers, UNITS))),
            new LocalTraining(LocalTraining.Optimiser.SGD, new Decimal("0.1"), 1, 1, ZERO, ZERO, 1),
            Standardisation.NONE),
        ServerOptimiser.fedAvg(),
        SCHEMA,
        CODE,
        initialModel(vector).id(),
        null,
        1,
        1,
        AcceptanceRule.wellFormed(),
        new Deadlines(600_000, 600_000, 600_000));
  }

  private static ModelFile initialModel(VectorSpec vector) {
    return ModelFile.of(Parameters.zeros(vector), new TreeMap<>(), new TreeMap<>());
  }

  /** Founded in an empty folder, with the study adopted. All hospitals send the same update. */
  static SimulatedConsortium of(int peers, Study study, Path folder, long seed) {
    Ready site = new Ready(update(study.vector().modelWords()));
    List<SimulatedMember> members = new ArrayList<>();
    for (int i = 0; i < peers; i++) {
      SigningKey key =
          new SigningKey(Digest.tagged("benchmark key", new byte[] {(byte) i}).bytes());
      String peerId = "12D3KooW" + "%040d".formatted(i).replace('0', 'a').replace('l', 'm');
      MemberId id = new MemberId("hospital-%03d".formatted(i));
      members.add(
          new SimulatedMember(
              new Member(id, "Hospital " + i, List.of(Role.HOSPITAL), key.publicKey(), peerId),
              key,
              site));
    }
    SimulatedConsortium consortium =
        new SimulatedConsortium(new ConsortiumId("sums"), members, folder, seed);
    consortium.found();
    consortium.adopt(study, initialModel(study.vector()).file());
    return consortium;
  }

  private static RealVector update(int numbers) {
    return RealVector.of(new SplittableRandom(1).doubles(numbers, -0.1, 0.1).toArray());
  }

  /**
   * A site that has trained already.
   *
   * @param change its update
   */
  private record Ready(RealVector change) implements Site {
    @Override
    public Digest code() {
      return CODE;
    }

    @Override
    public Selection select(Study study) {
      return new Selection(
          new Consent(Digest.tagged("consent"), CountBucket.HUNDREDS, "benchmark"),
          new Dataset(Digest.tagged("data"), SCHEMA, CountBucket.HUNDREDS));
    }

    @Override
    public LocalUpdate train(RoundPlan plan) {
      return new LocalUpdate(change, ROWS, List.of());
    }

    @Override
    public Evaluation evaluate(Study study, ModelFile model) {
      return new Evaluation(0, new TreeMap<>());
    }
  }
}
