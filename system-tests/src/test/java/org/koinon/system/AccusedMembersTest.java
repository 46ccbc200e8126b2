package org.koinon.system;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.aggregation.Piece;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.ShardSum;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Holders;
import org.koinon.aggregation.masking.MemberMessage;
import org.koinon.aggregation.masking.MemberMessage.PackMessage;
import org.koinon.aggregation.masking.MemberMessage.PieceHeader;
import org.koinon.aggregation.masking.MemberMessage.ReleasedShare;
import org.koinon.aggregation.masking.Seed;
import org.koinon.aggregation.masking.Share;
import org.koinon.audit.verify.AuditReport;
import org.koinon.audit.verify.RoundAudit;
import org.koinon.audit.verify.RoundAudit.Evidence;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.Entry;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundEntry.Accusation;
import org.koinon.federation.ledger.RoundEntry.CheckedFor;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundEntry.Keyed;
import org.koinon.federation.ledger.RoundEntry.ShardResult;
import org.koinon.federation.ledger.RoundEntry.ShardRoot;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.round.AccusationKind;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.peer.round.OffPolynomial;
import org.koinon.peer.round.PeerLink;
import org.koinon.peer.round.RoundArchive;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

/** Members that break the protocol of the private sum, are found, and are named on the ledger. */
class AccusedMembersTest {
  private static final int LIAR = 2;
  private static final int SILENT = 4;

  private final MemberId liar = ToyConsortium.member(LIAR);
  private final MemberId silent = ToyConsortium.member(SILENT);
  private final SigningKey key = ToyConsortium.key(LIAR);
  private final Notes notes = new Notes();

  @TempDir private Path folder;

  private final Study study = ToyConsortium.maskedStudy(40, 1, 2, ServerOptimiser.fedAvg());
  private final Study oneOwner = ToyConsortium.maskedStudy(40, 1, 1, ServerOptimiser.fedAvg());

  /** One member is gone for good at a step of the first round. */
  private FaultPlan gone(MemberId who, RoundStep when) {
    return (member, round, step) ->
        member.equals(who) && step == when && round.number() == 1
            ? Optional.of(new FaultPlan.Kill(-1))
            : Optional.empty();
  }

  private SimulatedConsortium consortium(int peers, Study of) {
    return ToyConsortium.of(peers, of, folder, 77);
  }

  private static RoundView now(SimulatedConsortium consortium, Study of) {
    return Ledgers.rounds(consortium, of.id()).getLast();
  }

  private static Attempt attempt(RoundView view) {
    return new Attempt(view.opened().context(new ConsortiumId("toys")), view.opened().members());
  }

  private static ShardLayout layout(RoundView view) {
    return new ShardLayout(
        attempt(view).context(), view.study().vector(), view.shards().orElseThrow());
  }

  private static MemberMessage content(RoundView view, SignedMessage signed) {
    return MemberMessage.of(
        new Holders(attempt(view), List.copyOf(view.ready().keySet()), view.threshold()), signed);
  }

  private static Optional<PeerLink.Served> nowhere(Digest address) {
    return Optional.empty();
  }

  private static List<Accusation> accusations(SimulatedConsortium consortium) {
    return Ledgers.read(
        consortium,
        log ->
            log.entries().stream()
                .map(SignedEntry::entry)
                .filter(Accusation.class::isInstance)
                .map(Accusation.class::cast)
                .toList());
  }

  /** Nobody but the liar is named, for this alone, and the auditor agrees. */
  private void assertNamed(
      SimulatedConsortium consortium, AuditReport report, AccusationKind... kinds) {
    assertThat(accusations(consortium))
        .isNotEmpty()
        .allMatch(accusation -> accusation.accused().equals(liar));
    assertThat(accusations(consortium)).extracting(Accusation::kind).containsOnly(kinds);
    assertThat(report.rounds().stream().map(RoundAudit::faults).flatMap(List::stream))
        .isNotEmpty()
        .allMatch(fault -> fault.evidence() == Evidence.PROVEN);
  }

  private void assertPlainSum(SimulatedConsortium consortium, Study of) {
    List<RoundView> rounds = Ledgers.rounds(consortium, of.id());
    RoundView round = rounds.getFirst();
    assertThat(round.ending()).containsInstanceOf(Finalised.class);
    RoundArchive archive =
        new RoundArchive(consortium.folder(ToyConsortium.member(0)).resolve("archive"));
    assertThat(((Finalised) round.ending().orElseThrow()).model())
        .isEqualTo(PlainSum.model(rounds, round, archive));
  }

  @Test
  void who_sends_a_piece_that_it_did_not_commit_to_is_left_out_and_named_by_its_own_signature() {
    SimulatedConsortium consortium = consortium(5, study);
    consortium.intercept(
        liar,
        link ->
            new Hostile.Link(
                link,
                AccusedMembersTest::withLastByteChanged,
                signed -> headerOfChanged(consortium, signed),
                AccusedMembersTest::nowhere));

    consortium.run(study.id(), FaultPlan.NONE, notes);

    assertPlainSum(consortium, study);
    assertThat(now(consortium, study).contributors()).hasSize(4).doesNotContain(liar);
    AuditReport report = Ledgers.assertAudited(consortium, ToyConsortium.members(5));
    assertNamed(consortium, report, AccusationKind.WRONG_PIECE);
  }

  private static byte[] withLastByteChanged(byte[] bytes) {
    byte[] changed = bytes.clone();
    changed[changed.length - 1] ^= 1;
    return changed;
  }

  private SignedMessage headerOfChanged(SimulatedConsortium consortium, SignedMessage signed) {
    if (!signed.type().equals("piece")) {
      return signed;
    }
    RoundView view = now(consortium, study);
    PieceHeader honest = (PieceHeader) content(view, signed);
    byte[] piece = read("piece-" + liar + "-" + honest.shard());
    Piece changed = Piece.decode(layout(view), withLastByteChanged(piece));
    return PieceHeader.of(honest.phase(), changed).sign(attempt(view), liar, key);
  }

  private Path archived(String name) {
    return folder.resolve(liar.value()).resolve("archive/toy-study/1").resolve(name);
  }

  private byte[] read(String name) {
    try {
      return Files.readAllBytes(archived(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void a_sole_owner_that_opens_a_wrong_sum_is_found_put_right_and_named() {
    SimulatedConsortium consortium = consortium(5, oneOwner);
    Map<Digest, byte[]> wrong = new ConcurrentHashMap<>();
    consortium.interceptLedger(
        liar,
        ledger ->
            new Hostile.Book(
                ledger, liar, key, entry -> wrongSums(consortium, oneOwner, entry, wrong)));
    consortium.intercept(
        liar,
        link ->
            new Hostile.Link(
                link,
                piece -> piece,
                signed -> signed,
                address ->
                    Optional.ofNullable(wrong.get(address))
                        .map(bytes -> new PeerLink.Served(PeerLink.What.SUM, bytes))));

    consortium.run(oneOwner.id(), FaultPlan.NONE, notes);

    assertThat(wrong).isNotEmpty();
    RoundView round = now(consortium, oneOwner);
    assertThat(round.standing()).isNotEqualTo(round.sums());
    assertPlainSum(consortium, oneOwner);
    assertThat(notes.sentences()).anyMatch(note -> note.contains("was wrong and is put right"));
    AuditReport report = Ledgers.assertAudited(consortium, ToyConsortium.members(5));
    assertNamed(consortium, report, AccusationKind.WRONG_SUM);
  }

  /** The other owner says the right one, so that others compute it anew before it is opened. */
  @Test
  void an_owner_that_says_another_sum_than_its_fellow_is_outvoted_before_the_opening_and_named() {
    SimulatedConsortium consortium = consortium(5, study);
    Map<Digest, byte[]> wrong = new ConcurrentHashMap<>();
    consortium.interceptLedger(
        liar,
        ledger ->
            new Hostile.Book(
                ledger, liar, key, entry -> wrongSums(consortium, study, entry, wrong)));

    consortium.run(study.id(), FaultPlan.NONE, notes);

    assertThat(wrong).hasSize(2);
    RoundView round = now(consortium, study);
    assertThat(round.disputed()).hasSize(2);
    assertThat(round.standing()).isEqualTo(round.sums());
    assertPlainSum(consortium, study);
    assertThat(notes.sentences()).noneMatch(note -> note.contains("was wrong and is put right"));
    AuditReport report = Ledgers.assertAudited(consortium, ToyConsortium.members(5));
    assertNamed(consortium, report, AccusationKind.WRONG_SUM);
  }

  /** Says another root than that of the sum, and keeps and serves what has it. */
  private Entry wrongSums(
      SimulatedConsortium consortium, Study of, Entry entry, Map<Digest, byte[]> wrong) {
    if (!(entry instanceof ShardResult honest)) {
      return entry;
    }
    List<ShardRoot> roots = new ArrayList<>();
    for (ShardRoot root : honest.roots()) {
      byte[] changed = withLastByteChanged(read("sum-" + root.shard()));
      ShardSum sum = ShardSum.decode(layout(now(consortium, of)), changed);
      try {
        Files.write(archived("sum-" + root.shard()), changed);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Digest address =
          Digest.tagged(
              "koinon/sum-address/v1",
              sum.root().bytes(),
              Integer.toString(root.shard()).getBytes(StandardCharsets.UTF_8));
      wrong.put(address, changed);
      roots.add(new ShardRoot(root.shard(), sum.root()));
    }
    return new ShardResult(honest.study(), honest.round(), honest.phase(), roots);
  }

  @Test
  void who_releases_a_wrong_share_is_passed_over_and_named_by_its_own_message() {
    SimulatedConsortium consortium = consortium(7, study);
    consortium.intercept(
        liar,
        link ->
            new Hostile.Link(
                link,
                piece -> piece,
                signed -> withWrongShare(consortium, signed),
                AccusedMembersTest::nowhere));

    consortium.run(study.id(), gone(silent, RoundStep.UNMASK), notes);

    assertPlainSum(consortium, study);
    AuditReport report = Ledgers.assertAudited(consortium, ToyConsortium.members(7));
    assertNamed(consortium, report, AccusationKind.WRONG_SHARE);
  }

  private SignedMessage withWrongShare(SimulatedConsortium consortium, SignedMessage signed) {
    if (!signed.type().equals("share")) {
      return signed;
    }
    RoundView view = now(consortium, study);
    ReleasedShare honest = (ReleasedShare) content(view, signed);
    Share share = honest.share();
    Seed other = Seed.draw(new SplittableRandom(5));
    Share wrong = new Share(share.dealer(), share.holder(), share.kind(), other, share.path());
    return new ReleasedShare(honest.phase(), wrong).sign(attempt(view), liar, key);
  }

  @Test
  void a_dealer_off_the_polynomial_costs_the_round_and_is_named_by_the_shares() {
    SimulatedConsortium consortium = consortium(7, study);
    OffPolynomial off =
        new OffPolynomial(
            consortium.folder(liar).resolve("journal"),
            Digest.sha256(liar.value().getBytes(StandardCharsets.UTF_8)).bytes());
    consortium.intercept(
        liar,
        link ->
            new Hostile.Link(
                link,
                piece -> piece,
                signed -> withPackOff(consortium, off, signed),
                AccusedMembersTest::nowhere));
    consortium.interceptLedger(
        liar,
        ledger ->
            new Hostile.Book(ledger, liar, key, entry -> withRootOff(consortium, off, entry)));

    consortium.run(study.id(), gone(liar, RoundStep.UNMASK), notes);

    RoundView round = Ledgers.rounds(consortium, study.id()).getFirst();
    assertThat(round.released()).isPresent();
    assertThat(round.contributors()).contains(liar);
    assertThat(round.ending()).containsInstanceOf(Abandoned.class);
    assertThat(accusations(consortium))
        .isNotEmpty()
        .allMatch(accusation -> accusation.accused().equals(liar))
        .allMatch(accusation -> accusation.kind() == AccusationKind.WRONG_DEALING);
  }

  private SignedMessage withPackOff(
      SimulatedConsortium consortium, OffPolynomial off, SignedMessage signed) {
    if (!signed.type().equals("pack")) {
      return signed;
    }
    RoundView view = now(consortium, study);
    PackMessage honest = (PackMessage) content(view, signed);
    return off.pack(view.opened().id(), attempt(view), honest, liar).sign(attempt(view), liar, key);
  }

  private Entry withRootOff(SimulatedConsortium consortium, OffPolynomial off, Entry entry) {
    if (!(entry instanceof Keyed honest)) {
      return entry;
    }
    RoundView view = now(consortium, study);
    var dealt = off.dealing(view.opened().id(), attempt(view)).orElseThrow().dealt();
    return new Keyed(
        honest.study(),
        honest.round(),
        honest.phase(),
        dealt.packRoot(),
        honest.selfHash(),
        honest.table(),
        honest.packs());
  }

  @Test
  void a_member_that_falls_silent_is_spoken_for_by_one_that_was_drawn() {
    SimulatedConsortium consortium = consortium(7, study);

    consortium.run(study.id(), gone(silent, RoundStep.UNMASK), notes);

    assertPlainSum(consortium, study);
    RoundView round = Ledgers.rounds(consortium, study.id()).getFirst();
    assertThat(round.contributors()).contains(silent);
    assertThat(round.attested()).doesNotContainKey(silent);
    assertThat(
            round.attested().values().stream()
                .map(said -> requireNonNull(said.unmasked()).others())
                .flatMap(others -> others == null ? Stream.empty() : others.stream()))
        .extracting(CheckedFor::member)
        .containsOnly(silent);
    assertThat(accusations(consortium)).isEmpty();
    AuditReport report = Ledgers.assertAudited(consortium, ToyConsortium.members(7));
    assertThat(report.recomputed().orElseThrow().getFirst().checks())
        .anyMatch(check -> check.isSettled() && check.sentence().contains("those of all members"))
        .noneMatch(check -> check.what().equals("check sums") && !check.isSettled());
  }
}
