package org.koinon.federation.vectors;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.koinon.federation.contribution.Bitmap;
import org.koinon.federation.contribution.MaskGraph;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Json;
import org.koinon.federation.ledger.MaskedEntry.Keyed;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Rounds;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.ledger.TestRound;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.Quorum;
import org.koinon.federation.study.Member;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;

/** The sets of masked rounds, and one log with such a round in it. */
final class MaskVectors {
  private static final TestConsortium FOUR = TestConsortium.ofHospitals(4);
  private static final Study STUDY = FOUR.privateStudy();

  private MaskVectors() {}

  static Json all() {
    List<Json> thresholds = new ArrayList<>();
    List<Json> graphs = new ArrayList<>();
    for (int n : new int[] {3, 4, 5, 7, 10, 16, 31, 100}) {
      Quorum quorum = new Quorum(n);
      for (int ready = quorum.votes(); ready <= n; ready += 1 + n / 10) {
        thresholds.add(
            Vectors.object("n", n, "ready", ready, "threshold", quorum.threshold(ready)));
      }
      if (n >= 4 && n <= 16) {
        for (int seed = 0; seed < 6; seed++) {
          graphs.add(graph(quorum, new Random(31L * n + seed)));
        }
      }
    }
    return Vectors.object("thresholds", thresholds, "graphs", graphs, "round", round());
  }

  /** Members who hold most packs, some of whom hold few; one now and then is not keyed at all. */
  private static Json graph(Quorum quorum, Random random) {
    List<MemberId> ready =
        IntStream.rangeClosed(1, quorum.n())
            .mapToObj(i -> new MemberId(String.format("m%02d", i)))
            .toList();
    SequencedMap<MemberId, Bitmap> packs = new LinkedHashMap<>();
    for (MemberId member : ready) {
      double share = random.nextInt(4) == 0 ? .4 : .95;
      BitSet held = new BitSet();
      IntStream.range(0, ready.size()).filter(i -> random.nextDouble() < share).forEach(held::set);
      if (random.nextInt(10) > 0) {
        packs.put(member, Bitmap.of(held));
      }
    }
    int threshold = quorum.threshold(ready.size());
    MaskGraph graph = new MaskGraph(ready, packs, threshold, quorum.faults());
    return Vectors.object(
        "ready",
        ready,
        "packs",
        Vectors.array(
            packs.sequencedEntrySet(),
            pack -> Vectors.object("member", pack.getKey(), "packs", pack.getValue())),
        "threshold",
        threshold,
        "faults",
        quorum.faults(),
        "neighbours",
        Vectors.array(ready, graph::neighbours),
        "kept",
        graph.prune(ready));
  }

  /** A round in which nobody could verify the last member's pack. */
  private static Json round() {
    VerifiedLog log = FOUR.log(FOUR.setUp(STUDY));
    while (Rounds.latest(log, STUDY.id()).flatMap(RoundView::ending).isEmpty()) {
      Said said =
          TestRound.next(log, STUDY.id(), member -> true, FOUR.member(0))
              .map(MaskVectors::withoutLast)
              .orElseThrow();
      FOUR.write(log, said.author(), said.entry());
    }
    RoundView view = Rounds.latest(log, STUDY.id()).orElseThrow();
    ShardMap map = view.shards().orElseThrow();
    return Vectors.object(
        "log",
        Vectors.array(log.entries(), entry -> new String(entry.encode(), UTF_8)),
        "root",
        log.root(),
        "context",
        view.opened().context(FOUR.id()),
        "ready",
        view.phaseHash(Phase.READY),
        "keyed",
        view.phaseHash(Phase.KEYED),
        "line",
        map.line(),
        "committed",
        view.phaseHash(Phase.COMMITTED),
        "receipted",
        view.phaseHash(Phase.RECEIPTED),
        "contributors",
        view.contributors(),
        "shardResult",
        view.phaseHash(Phase.SHARD_RESULT));
  }

  private static Said withoutLast(Said said) {
    if (!(said.entry() instanceof Keyed keyed)) {
      return said;
    }
    Member last = FOUR.members().getLast();
    BitSet held = keyed.packs().places();
    held.set(3, said.author().equals(last.id()));
    return new Said(
        said.author(),
        new Keyed(
            keyed.study(),
            keyed.round(),
            keyed.phase(),
            keyed.packRoot(),
            keyed.selfHash(),
            keyed.table(),
            Bitmap.of(held)));
  }
}
