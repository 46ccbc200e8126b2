package org.koinon.federation.vectors;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.koinon.federation.contribution.Bitmap;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Json;
import org.koinon.federation.ledger.LedgerRules;
import org.koinon.federation.ledger.RoundEntry.Receipt;
import org.koinon.federation.ledger.RoundEntry.Receipted;
import org.koinon.federation.ledger.RoundEntry.ReceiptedExtra;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Rounds;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.ledger.TestRound;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.Quorum;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.Member;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.StudyId;

/** The arithmetic of rounds, and one log with two rounds in it. */
final class RoundVectors {
  private static final TestConsortium FOUR = TestConsortium.ofHospitals(4);
  private static final StudyId STUDY = FOUR.study().id();

  private RoundVectors() {}

  static Json all() {
    List<Integer> sizes = IntStream.rangeClosed(3, 16).boxed().toList();
    List<Json> maps = new ArrayList<>();
    for (int members : new int[] {1, 3, 4, 7, 16}) {
      for (int replicas : new int[] {1, 2, 3, 16}) {
        maps.add(shardMap(members, replicas));
      }
    }
    Member joining = TestConsortium.hospital("hospital-005");
    return Vectors.object(
        "quorum",
        Vectors.array(sizes, n -> quorum(new Quorum(n))),
        "shards",
        maps,
        "founding",
        Vectors.object(
            "signed",
            new String(LedgerRules.founding(FOUR.genesis()), UTF_8),
            "acceptances",
            Vectors.array(FOUR.genesis().acceptances().entrySet(), RoundVectors::by)),
        "joining",
        Vectors.object(
            "signed", new String(LedgerRules.joining(FOUR.id().value(), joining), UTF_8),
            "publicKey", joining.signingKey(),
            "acceptance",
                TestConsortium.key("hospital-005")
                    .sign(LedgerRules.joining(FOUR.id().value(), joining))),
        "rounds",
        rounds());
  }

  private static Json by(java.util.Map.Entry<String, ?> acceptance) {
    return Vectors.object(
        "member", acceptance.getKey(),
        "publicKey", TestConsortium.key(acceptance.getKey()).publicKey(),
        "signature", acceptance.getValue());
  }

  private static Json quorum(Quorum quorum) {
    return Vectors.object(
        "n", quorum.n(),
        "votes", quorum.votes(),
        "faults", quorum.faults(),
        "majority", quorum.majority());
  }

  private static Json shardMap(int members, int replicas) {
    List<MemberId> line =
        IntStream.rangeClosed(1, members).mapToObj(i -> new MemberId("m" + i)).toList();
    ShardMap map = new ShardMap(line, replicas);
    List<Integer> shards = IntStream.range(0, map.shards()).boxed().toList();
    List<Integer> bounds = IntStream.rangeClosed(0, map.shards()).boxed().toList();
    int faults = new Quorum(members).faults();
    return Vectors.object(
        "line",
        line,
        "replicas",
        replicas,
        "shards",
        Vectors.array(
            shards,
            shard ->
                Vectors.object(
                    "line", map.line(shard),
                    "owners", map.owners(shard),
                    "spares", map.spares(shard, faults))),
        "starts",
        Vectors.array(
            List.of(0, 1, 5, 1000, 1 << 28),
            words ->
                Vectors.object(
                    "words",
                    words,
                    "starts",
                    Vectors.array(bounds, shard -> map.start(shard, words)))));
  }

  /** An undisturbed round, then one in which a piece comes late and a stand-in vouches for it. */
  private static Json rounds() {
    VerifiedLog log = FOUR.log(FOUR.setUp());
    TestRound.play(FOUR, log, STUDY);
    playTo(log, 2, Phase.RECEIPTED);
    latePiece(log);
    TestRound.next(log, STUDY, member -> true, FOUR.member(1))
        .ifPresent(said -> FOUR.write(log, said.author(), said.entry()));
    while (Rounds.latest(log, STUDY).orElseThrow().ending().isEmpty()) {
      say(log);
    }
    return Vectors.object(
        "log",
        Vectors.array(log.entries(), entry -> new String(entry.encode(), UTF_8)),
        "root",
        log.root(),
        "rounds",
        List.of(round(log, 1), round(log, 2)));
  }

  private static void say(VerifiedLog log) {
    Said said = TestRound.next(log, STUDY, member -> true, FOUR.member(0)).orElseThrow();
    FOUR.write(log, said.author(), said.entry());
  }

  private static void playTo(VerifiedLog log, int round, Phase phase) {
    while (true) {
      RoundView view = Rounds.latest(log, STUDY).orElseThrow();
      if (view.opened().round() == round && view.phase().filter(phase::equals).isPresent()) {
        return;
      }
      say(log);
    }
  }

  private static void latePiece(VerifiedLog log) {
    RoundView view = Rounds.latest(log, STUDY).orElseThrow();
    BitSet three = new BitSet();
    three.set(0, 3);
    for (Member member : FOUR.members()) {
      List<Receipt> receipts =
          TestRound.receipted(view, member.id()).receipts().stream()
              .map(one -> one.shard() == 0 ? new Receipt(0, Bitmap.of(three)) : one)
              .toList();
      Receipted said = new Receipted(STUDY, 2, view.phaseHash(Phase.COMMITTED), receipts);
      FOUR.write(log, member.id(), said);
    }
    ReceiptedExtra extra =
        new ReceiptedExtra(STUDY, 2, view.phaseHash(Phase.COMMITTED), 0, FOUR.member(3));
    FOUR.write(log, FOUR.member(2), extra);
  }

  private static Json round(VerifiedLog log, int number) {
    RoundView view = RoundView.of(log, new RoundId(STUDY, number)).orElseThrow();
    List<Long> positions = new ArrayList<>();
    List<SignedEntry> entries = log.entries();
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).entryKey().equals(view.opened().key(FOUR.member(0)))) {
        positions.add((long) i);
      }
    }
    return Vectors.object(
        "round", number,
        "openedAt", positions.getFirst(),
        "context", view.opened().context(FOUR.id()),
        "ready", view.phaseHash(Phase.READY),
        "committed", view.phaseHash(Phase.COMMITTED),
        "receipted", view.phaseHash(Phase.RECEIPTED),
        "shardResult", view.phaseHash(Phase.SHARD_RESULT),
        "sealed", view.sealed().orElseThrow().bodyDigest(),
        "contributors", view.contributors(),
        "ending", view.ending().orElseThrow().type());
  }
}
