package org.koinon.federation.ledger;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.consent.CountBucket;
import org.koinon.federation.contribution.Bitmap;
import org.koinon.federation.contribution.MaskSeed;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.Json;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.ledger.ConsortiumEntry.Approval;
import org.koinon.federation.ledger.ConsortiumEntry.Enrolment;
import org.koinon.federation.ledger.ConsortiumEntry.Joined;
import org.koinon.federation.ledger.ConsortiumEntry.KeyAction;
import org.koinon.federation.ledger.ConsortiumEntry.KeyEvent;
import org.koinon.federation.ledger.ConsortiumEntry.Proposed;
import org.koinon.federation.ledger.ConsortiumEntry.Withdrawal;
import org.koinon.federation.ledger.GroupEntry.Partitioned;
import org.koinon.federation.ledger.GroupEntry.Separated;
import org.koinon.federation.ledger.MaskedEntry.Keyed;
import org.koinon.federation.ledger.MaskedEntry.Missing;
import org.koinon.federation.ledger.MaskedEntry.Opened;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundEntry.Accusation;
import org.koinon.federation.ledger.RoundEntry.Attested;
import org.koinon.federation.ledger.RoundEntry.CheckedFor;
import org.koinon.federation.ledger.RoundEntry.Committed;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundEntry.Overdue;
import org.koinon.federation.ledger.RoundEntry.Ready;
import org.koinon.federation.ledger.RoundEntry.Receipt;
import org.koinon.federation.ledger.RoundEntry.Receipted;
import org.koinon.federation.ledger.RoundEntry.ReceiptedExtra;
import org.koinon.federation.ledger.RoundEntry.Rejected;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.ledger.RoundEntry.Sealed;
import org.koinon.federation.ledger.RoundEntry.Seat;
import org.koinon.federation.ledger.RoundEntry.ShardResult;
import org.koinon.federation.ledger.RoundEntry.ShardResultExtra;
import org.koinon.federation.ledger.RoundEntry.ShardRoot;
import org.koinon.federation.ledger.RoundEntry.Unmasked;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.AbandonReason;
import org.koinon.federation.round.AccusationKind;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.Vote;
import org.koinon.federation.study.AcceptanceRule;
import org.koinon.federation.study.AdaptiveClip;
import org.koinon.federation.study.Member;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.Robust;
import org.koinon.federation.study.RobustRule;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.ServerRule;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyId;
import org.koinon.federation.study.StudyKind;
import org.koinon.federation.study.VectorSpec;
import org.koinon.federation.study.WeightMode;

/**
 * Every kind of entry, with and without each member that may be absent; for encoding, not rules.
 */
public final class TestEntries {
  private static final TestConsortium CONSORTIUM = TestConsortium.ofHospitals(3);
  private static final Study STUDY = CONSORTIUM.study();
  private static final StudyId ID = STUDY.id();
  private static final MemberId FIRST = CONSORTIUM.member(0);
  private static final MemberId SECOND = CONSORTIUM.member(1);
  private static final Digest PHASE = TestConsortium.digest("phase");
  private static final ModelId MODEL = ModelId.of(TestConsortium.digest("model"));
  private static final ModelId STATE = ModelId.of(TestConsortium.digest("optimiser state"));

  private final SequencedMap<String, Said> samples = new LinkedHashMap<>();

  private TestEntries() {}

  /** The consortium that they are of. */
  public static TestConsortium consortium() {
    return CONSORTIUM;
  }

  /** The samples by name; a name begins with the entry's type. */
  public static SequencedMap<String, Said> samples() {
    TestEntries entries = new TestEntries();
    entries.members();
    entries.studies();
    entries.opening();
    entries.pieces();
    entries.results();
    entries.masked();
    return entries.samples;
  }

  private void add(String variant, MemberId author, Entry entry) {
    samples.put(entry.type() + (variant.isEmpty() ? "" : " " + variant), new Said(author, entry));
  }

  private void members() {
    add("", FIRST, CONSORTIUM.genesis());
    Member member = TestConsortium.hospital("hospital-004");
    byte[] message = LedgerRules.joining(CONSORTIUM.id().value(), member);
    add("", SECOND, new Joined(4, member, TestConsortium.key("hospital-004").sign(message)));
    Member bound = TestConsortium.of(member, "Hospital4MSP");
    message = LedgerRules.joining(CONSORTIUM.id().value(), bound);
    add("bound", SECOND, new Joined(4, bound, TestConsortium.key("hospital-004").sign(message)));
    PublicKey key = TestConsortium.key(SECOND.value()).publicKey();
    PublicKey next = TestConsortium.key("next key").publicKey();
    add("add", FIRST, new KeyEvent(SECOND, 1, KeyAction.ADD, next, null));
    add("rotate", SECOND, new KeyEvent(SECOND, 2, KeyAction.ROTATE, key, next));
    add("revoke", FIRST, new KeyEvent(SECOND, 3, KeyAction.REVOKE, next, null));
  }

  private void studies() {
    add("training", FIRST, new Proposed(STUDY));
    add("statistics", SECOND, new Proposed(statistics()));
    add("", FIRST, new Approval(new Proposed(STUDY).bodyDigest()));
    add("", FIRST, new Enrolment(ID, 1, true));
    add("", FIRST, TestConsortium.consent(STUDY, FIRST, 1));
    add("", FIRST, new Withdrawal(ID, 1));
    Digest data = TestConsortium.digest("data");
    add(
        "",
        SECOND,
        new ConsortiumEntry.DatasetSnapshot(ID, 2, data, STUDY.schema(), CountBucket.MANY));
  }

  /** Differs from the usual study in all that may be absent. */
  private static Study statistics() {
    return new Study(
        new StudyId("sepsis-statistics"),
        3,
        StudyKind.STATISTICS,
        "Zähle \u20ac \"quoted\" \\ \u0001 \ud83d\ude00",
        "Broad consent,\n form 2",
        STUDY.privacy(),
        STUDY.vector(),
        null,
        new ServerOptimiser(
            ServerRule.FED_ADAM,
            new Decimal("0.01"),
            new Decimal("0.9"),
            new Decimal("0.99"),
            new Decimal("0.001")),
        STUDY.schema(),
        STUDY.code(),
        STUDY.initialModel(),
        MODEL,
        1,
        1_000_000,
        new AcceptanceRule("auc", new Decimal("-0.5")),
        STUDY.deadlines());
  }

  private void opening() {
    List<Seat> roster =
        CONSORTIUM.members().stream().map(m -> new Seat(m.id(), m.signingKey())).toList();
    Digest terms = new Proposed(STUDY).bodyDigest();
    add("first", FIRST, new RoundOpened(ID, 1, 1, null, 1, MODEL, null, terms, roster));
    add("retry", SECOND, new RoundOpened(ID, 4, 2, 3, 2, MODEL, STATE, terms, roster));
    add("", FIRST, new Ready(ID, 1, TestConsortium.digest("update"), 1, 2, STUDY.code()));
  }

  private void pieces() {
    Bitmap all = bitmap(0, 1, 2);
    add("", FIRST, new Committed(ID, 1, PHASE, TestConsortium.digest("pieces")));
    add("", FIRST, new Receipted(ID, 1, PHASE, List.of(new Receipt(0, all), new Receipt(2, all))));
    add("of nothing", SECOND, new Receipted(ID, 1, PHASE, List.of()));
    add("of few", SECOND, new Receipted(ID, 1, PHASE, List.of(new Receipt(1, bitmap(9)))));
    add("", SECOND, new ReceiptedExtra(ID, 1, PHASE, 2, FIRST));
  }

  private void masked() {
    Digest key = TestConsortium.digest("key");
    Digest root = TestConsortium.digest("sum");
    add("masked", FIRST, new Ready(ID, 1, PHASE, 1, 2, STUDY.code(), key, null));
    add("masked with units", FIRST, new Ready(ID, 1, PHASE, 1, 2, STUDY.code(), key, 512));
    add("", SECOND, new Keyed(ID, 1, PHASE, key, root, PHASE, bitmap(0, 1, 2)));
    add("", SECOND, new Missing(ID, 1, PHASE, CONSORTIUM.member(2), 1, FIRST));
    List<ShardRoot> sums = List.of(new ShardRoot(0, root), new ShardRoot(1, PHASE));
    add("", FIRST, new Opened(ID, 1, PHASE, sums));
    Attested open = new Attested(ID, 1, PHASE, MODEL, null, Vote.ACCEPT, new TreeMap<>());
    add("unmasked", FIRST, TestRound.with(open, new Unmasked(key, root, "00ff")));
    add("unmasked by another", SECOND, TestRound.with(open, new Unmasked(key, root, null)));
    List<CheckedFor> silent = List.of(new CheckedFor(CONSORTIUM.member(2), "00ff"));
    add(
        "speaking for another",
        SECOND,
        TestRound.with(open, new Unmasked(key, root, null, silent)));
    add("", SECOND, new Accusation(ID, 1, FIRST, AccusationKind.WRONG_SUM, "MQ=="));
    groups();
    add("of keyed", FIRST, new Overdue(ID, 1, Phase.KEYED, 1));
    Study hidden = TestConsortium.with(STUDY, privacy(Policy.PRIVATE_SUM, WeightMode.MASKED));
    add("masked", FIRST, new Proposed(hidden));
    add("grouped", FIRST, new Proposed(TestConsortium.grouped(STUDY, 15, 3, 1)));
    add("robust", FIRST, new Proposed(robust(new Robust(RobustRule.TRIMMED_MEAN, 1, null))));
    add("adaptive", FIRST, new Proposed(adaptive()));
    Decimal two = new Decimal("2");
    add("bounded", FIRST, new Proposed(robust(new Robust(RobustRule.NORM_BOUND, 1, two))));
  }

  private void groups() {
    Digest key = TestConsortium.digest("key");
    Bitmap all = bitmap(0, 1, 2);
    List<Digest> pairs = List.of(PHASE, key);
    add("grouped", SECOND, new Keyed(ID, 1, PHASE, key, PHASE, key, all, pairs));
    List<MaskSeed> seeds = List.of(MaskSeed.of(PHASE.bytes()), MaskSeed.of(key.bytes()));
    add("", FIRST, new Partitioned(ID, 1, PHASE, seeds));
    add("", SECOND, new Separated(ID, 1, PHASE, seeds));
  }

  private static Study.Privacy privacy(Policy policy, WeightMode weights) {
    return new Study.Privacy(policy, weights, 1000, 5, 2, 3, true);
  }

  /** Combines contributions by that rule. */
  private static Study robust(Robust rule) {
    Study uniform = TestConsortium.with(STUDY, privacy(Policy.OPEN, WeightMode.UNIFORM));
    return TestConsortium.with(uniform, "robust", RecordCodec.toJson(rule));
  }

  /** Learns the limit of its updates' norm. */
  private static Study adaptive() {
    VectorSpec vector =
        new VectorSpec(STUDY.vector().tensors(), List.of("loss", VectorSpec.WITHIN_LIMIT), 32, 32);
    AdaptiveClip clip =
        new AdaptiveClip(new Decimal("0.5"), new Decimal("0.2"), new Decimal("0.1"));
    SortedMap<String, Json> members = new TreeMap<>(RecordCodec.toJson(STUDY).members());
    members.put("vector", RecordCodec.toJson(vector));
    members.put("adaptiveClip", RecordCodec.toJson(clip));
    return RecordCodec.fromJson(Study.class, new Json.Obj(members), "study");
  }

  private static Bitmap bitmap(int... places) {
    BitSet set = new BitSet();
    for (int place : places) {
      set.set(place);
    }
    return Bitmap.of(set);
  }

  private void results() {
    Digest root = TestConsortium.digest("sum");
    add("", FIRST, new Sealed(ID, 1, PHASE, List.of(FIRST, SECOND, CONSORTIUM.member(2))));
    add("", FIRST, new ShardResult(ID, 1, PHASE, List.of(new ShardRoot(0, root))));
    add("", SECOND, new ShardResultExtra(ID, 1, PHASE, 2, root));
    add("", FIRST, new Attested(ID, 1, PHASE, MODEL, null, Vote.ABSTAIN, new TreeMap<>()));
    Map<String, Decimal> metrics = Map.of("auc", new Decimal("0.81"), "loss", new Decimal("0.4"));
    add(
        "with metrics",
        FIRST,
        new Attested(ID, 1, PHASE, MODEL, STATE, Vote.REJECT, new TreeMap<>(metrics)));
    add("", FIRST, new Finalised(ID, 1, MODEL, null, STUDY.initialModel(), PHASE));
    add("with state", FIRST, new Finalised(ID, 1, MODEL, STATE, STUDY.initialModel(), PHASE));
    add("", FIRST, new Rejected(ID, 1, MODEL));
    add("", FIRST, new Abandoned(ID, 1, AbandonReason.SHARD_DISPUTED, Phase.SHARD_RESULT));
    add("", FIRST, new Overdue(ID, 1, Phase.RECEIPTED, 2));
  }
}
