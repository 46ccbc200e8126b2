package org.koinon.audit.verify;

import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.MemberMessage.OpenSignature;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.contribution.Bitmap;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.ConsortiumEntry.Approval;
import org.koinon.federation.ledger.ConsortiumEntry.Joined;
import org.koinon.federation.ledger.ConsortiumEntry.KeyAction;
import org.koinon.federation.ledger.ConsortiumEntry.KeyEvent;
import org.koinon.federation.ledger.ConsortiumEntry.Withdrawal;
import org.koinon.federation.ledger.Entry;
import org.koinon.federation.ledger.LedgerRules;
import org.koinon.federation.ledger.MaskedEntry.Missing;
import org.koinon.federation.ledger.RoundEntry.Accusation;
import org.koinon.federation.ledger.RoundEntry.Overdue;
import org.koinon.federation.ledger.RoundEntry.Receipt;
import org.koinon.federation.ledger.RoundEntry.Receipted;
import org.koinon.federation.ledger.RoundEntry.ReceiptedExtra;
import org.koinon.federation.ledger.RoundEntry.ShardResult;
import org.koinon.federation.ledger.RoundEntry.ShardResultExtra;
import org.koinon.federation.ledger.RoundEntry.ShardRoot;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Rounds;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.TestRound;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.round.AccusationKind;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.Vote;
import org.koinon.federation.study.Member;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Role;
import org.koinon.federation.study.Study;

/** Honest logs to tamper with. */
public final class Histories {
  /** As many hospitals as three groups of three need. */
  static final TestConsortium CONSORTIUM = TestConsortium.ofHospitals(9);

  private Histories() {}

  /** The entries' bytes. */
  public static List<byte[]> bytes(VerifiedLog log) {
    return log.entries().stream().map(SignedEntry::encode).toList();
  }

  /** Three hospitals and one final round. */
  public static VerifiedLog small() {
    TestConsortium consortium = TestConsortium.ofHospitals(3);
    VerifiedLog log = consortium.log(consortium.setUp());
    TestRound.play(consortium, log, consortium.study().id());
    return log;
  }

  /** A log of {@link #CONSORTIUM} in which every type of entry stands. */
  public static VerifiedLog full() {
    TestConsortium consortium = CONSORTIUM;
    VerifiedLog log = consortium.log(consortium.setUp());
    Study study = consortium.study();
    TestRound.play(consortium, log, study.id());
    withGaps(consortium, log, study);
    abandoned(consortium, log, study);
    masked(consortium, log);
    members(consortium, log);
    MemberId first = consortium.member(0);
    consortium.write(log, first, TestConsortium.consent(study, first, 2));
    consortium.write(log, first, new Withdrawal(study.id(), 2));
    return log;
  }

  /**
   * A masked round, opened by groups, in which a piece cannot be had for a while and one member
   * says two things.
   */
  private static void masked(TestConsortium consortium, VerifiedLog log) {
    Study study = TestConsortium.grouped(consortium.privateStudy(), 9, 1, 1);
    consortium
        .preparation(study)
        .forEach(said -> consortium.write(log, said.author(), said.entry()));
    say(consortium, log, study);
    while (view(log, study).phase().filter(phase -> phase == Phase.SHARD_RESULT).isEmpty()) {
      say(consortium, log, study);
    }
    RoundView view = view(log, study);
    int round = view.opened().round();
    Digest seal = view.sealed().orElseThrow().bodyDigest();
    MemberId contributor = view.contributors().getFirst();
    MemberId holder = view.receiptGivers(contributor, 0).getFirst();
    MemberId author =
        view.contributors().stream().filter(m -> !m.equals(holder)).findFirst().orElseThrow();
    consortium.write(log, author, new Missing(study.id(), round, seal, contributor, 0, holder));
    while (view(log, study).ending().isEmpty()) {
      say(consortium, log, study);
    }
    Attempt attempt = new Attempt(view.opened().context(consortium.id()), view.opened().members());
    List<byte[]> two =
        Stream.of("one", "other")
            .map(TestConsortium::digest)
            .map(
                opened ->
                    new OpenSignature(opened)
                        .sign(attempt, holder, TestConsortium.key(holder.value()))
                        .encode())
            .toList();
    String proof = Base64.getEncoder().encodeToString(MaskedArchive.listed(two));
    AccusationKind kind = AccusationKind.EQUIVOCATION;
    consortium.write(log, author, new Accusation(study.id(), round, holder, kind, proof));
  }

  private static RoundView view(VerifiedLog log, Study study) {
    return Rounds.latest(log, study.id()).orElseThrow();
  }

  private static void say(TestConsortium consortium, VerifiedLog log, Study study) {
    var said = TestRound.next(log, study.id(), member -> true, consortium.member(0)).orElseThrow();
    consortium.write(log, said.author(), said.entry());
  }

  /** A round where a receipt and a sum come late, and which the members reject. */
  private static void withGaps(TestConsortium consortium, VerifiedLog log, Study study) {
    say(consortium, log, study);
    while (view(log, study)
        .phase()
        .filter(phase -> phase.compareTo(Phase.RECEIPTED) < 0)
        .isPresent()) {
      say(consortium, log, study);
    }
    RoundView open = view(log, study);
    ShardMap map = open.shards().orElseThrow();
    MemberId late = map.line().getLast();
    for (MemberId owner : map.line()) {
      consortium.write(log, owner, receipts(open, map, owner));
    }
    int round = open.opened().round();
    consortium.write(
        log,
        map.owners(0).getFirst(),
        new ReceiptedExtra(study.id(), round, open.phaseHash(Phase.COMMITTED), 0, late));
    say(consortium, log, study);
    RoundView sealed = view(log, study);
    for (MemberId owner : map.line()) {
      ShardResult whole = TestRound.shardResult(sealed, owner);
      List<ShardRoot> roots = whole.roots().stream().filter(root -> root.shard() != 0).toList();
      consortium.write(log, owner, new ShardResult(study.id(), round, whole.phase(), roots));
    }
    consortium.write(
        log,
        map.line().getLast(),
        new ShardResultExtra(
            study.id(),
            round,
            sealed.sealed().orElseThrow().bodyDigest(),
            0,
            TestConsortium.digest("sum of shard 0")));
    RoundView summed = view(log, study);
    for (MemberId member : summed.opened().members()) {
      consortium.write(log, member, TestRound.attested(summed, Vote.REJECT));
    }
    say(consortium, log, study);
  }

  private static Receipted receipts(RoundView open, ShardMap map, MemberId owner) {
    List<Receipt> receipts = new ArrayList<>();
    for (int shard : map.owned(owner)) {
      BitSet places = new BitSet();
      places.set(0, shard == 0 ? map.shards() - 1 : map.shards());
      receipts.add(new Receipt(shard, Bitmap.of(places)));
    }
    return new Receipted(
        open.study().id(), open.opened().round(), open.phaseHash(Phase.COMMITTED), receipts);
  }

  private static void abandoned(TestConsortium consortium, VerifiedLog log, Study study) {
    say(consortium, log, study);
    int round = view(log, study).opened().round();
    for (Member member : consortium.members().subList(0, 7)) {
      Overdue overdue = new Overdue(study.id(), round, Phase.READY, 1);
      consortium.write(log, member.id(), overdue);
    }
    say(consortium, log, study);
  }

  private static void members(TestConsortium consortium, VerifiedLog log) {
    Member regulator = TestConsortium.member("regulator", Role.REGULATOR);
    byte[] message = LedgerRules.joining(consortium.id().value(), regulator);
    Joined joined = new Joined(10, regulator, TestConsortium.key("regulator").sign(message));
    approve(consortium, log, joined);
    consortium.write(log, consortium.member(0), joined);
    PublicKey second = TestConsortium.key("second key").publicKey();
    KeyEvent event = new KeyEvent(consortium.member(1), 1, KeyAction.ADD, second, null);
    approve(consortium, log, event);
    consortium.write(log, consortium.member(0), event);
  }

  private static void approve(TestConsortium consortium, VerifiedLog log, Entry subject) {
    for (Member member : consortium.members()) {
      consortium.write(log, member.id(), new Approval(subject.bodyDigest()));
    }
  }
}
