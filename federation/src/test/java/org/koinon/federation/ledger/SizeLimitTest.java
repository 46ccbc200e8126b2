package org.koinon.federation.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.koinon.federation.contribution.Bitmap;
import org.koinon.federation.encoding.Canonical;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.Json;
import org.koinon.federation.ledger.ConsortiumEntry.Approval;
import org.koinon.federation.ledger.ConsortiumEntry.Enrolment;
import org.koinon.federation.ledger.ConsortiumEntry.Genesis;
import org.koinon.federation.ledger.ConsortiumEntry.Withdrawal;
import org.koinon.federation.ledger.RoundEntry.Overdue;
import org.koinon.federation.ledger.RoundEntry.Receipt;
import org.koinon.federation.ledger.RoundEntry.Receipted;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.Member;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.StudyId;
import org.koinon.federation.study.TensorSpec;

/** Absurd sizes and numbers from outside: refused by name, before they cost anything. */
class SizeLimitTest {
  private static final TestConsortium FOUR = TestConsortium.ofHospitals(4);
  private static final VerifiedLog SET_UP = FOUR.log(FOUR.setUp());
  private static final StudyId STUDY = FOUR.study().id();
  private static final MemberId FIRST = FOUR.member(0);

  private final TestBranch branch = TestBranch.of(FOUR, SET_UP);

  private static void assertRefused(Admission admission, Refusal refusal, String detail) {
    assertThat(admission)
        .isInstanceOfSatisfying(
            Admission.Refused.class,
            refused -> {
              assertThat(refused.refusal()).isEqualTo(refusal);
              assertThat(refused.detail()).contains(detail);
            });
  }

  /** The bytes of an entry with another body under its type. */
  private static byte[] withBody(SignedEntry entry, String member, Json value) {
    Json.Obj whole = (Json.Obj) Canonical.decode(entry.encode());
    SortedMap<String, Json> body =
        new TreeMap<>(
            ((Json.Obj) java.util.Objects.requireNonNull(whole.members().get("body"))).members());
    body.put(member, value);
    SortedMap<String, Json> members = new TreeMap<>(whole.members());
    members.put("body", new Json.Obj(body));
    return Canonical.encode(new Json.Obj(members));
  }

  private SignedEntry signed(Entry entry) {
    return FOUR.sign(branch.seen(), FIRST, entry);
  }

  @Test
  void an_entry_of_65536_bytes_is_read_and_of_one_more_is_not() {
    SignedEntry approval = signed(new Approval(TestConsortium.digest("subject")));
    int rest = withBody(approval, "zzz", new Json.Str("")).length;
    byte[] largest =
        withBody(approval, "zzz", new Json.Str("x".repeat(SignedEntry.BYTES_MAX - rest)));
    byte[] larger =
        withBody(approval, "zzz", new Json.Str("x".repeat(SignedEntry.BYTES_MAX - rest + 1)));

    assertThat(largest).hasSize(65536);
    assertRefused(
        LedgerRules.admit(branch, largest), Refusal.MALFORMED, "body.zzz: is not a known member");
    assertRefused(LedgerRules.admit(branch, larger), Refusal.MALFORMED, "65537 bytes exceed 65536");
    assertRefused(LedgerRules.admit(branch, new byte[10 << 20]), Refusal.MALFORMED, "exceed 65536");
  }

  @Test
  void a_consortium_has_3_to_200_founders() {
    List<Member> crowd =
        java.util.stream.IntStream.rangeClosed(1, 201)
            .mapToObj(i -> named(String.format("h-%03d", i)))
            .toList();
    for (int founders : new int[] {0, 1, 2, 201}) {
      assertThatThrownBy(() -> new Genesis(FOUR.id(), crowd.subList(0, founders), new TreeMap<>()))
          .isInstanceOf(FormatException.class)
          .hasMessage("a consortium has 3 to 200 founders");
    }
    assertThat(new Genesis(FOUR.id(), crowd.subList(0, 200), new TreeMap<>()).founders())
        .hasSize(200);
  }

  /** Members that share a key are enough to be counted. */
  private static Member named(String id) {
    Member usual = FOUR.members().getFirst();
    return new Member(new MemberId(id), id, usual.roles(), usual.signingKey(), usual.peerId());
  }

  @Test
  void founders_of_a_decoded_genesis_are_counted_too() {
    SignedEntry genesis = FOUR.sign(new VerifiedLog(), FOUR.founding());
    byte[] none = withBody(genesis, "founders", new Json.Arr(List.of()));

    assertRefused(
        LedgerRules.admit(branch, none),
        Refusal.MALFORMED,
        "body: a consortium has 3 to 200 founders");
  }

  @Test
  void a_bitmap_has_at_most_1024_places_and_one_form() {
    assertThat(new Bitmap("ff".repeat(128)).places().cardinality()).isEqualTo(1024);
    for (String bad :
        List.of("ff".repeat(129), "f".repeat(1 << 20), "0", "FF", "00", "0100", "zz")) {
      assertThatThrownBy(() -> new Bitmap(bad)).isInstanceOf(FormatException.class);
    }
  }

  private Admission receipt(Receipt... receipts) {
    branch.playUntil(
        STUDY, member -> true, view -> view.phase().filter(Phase.RECEIPTED::equals).isPresent());
    Digest phase = branch.view(STUDY).phaseHash(Phase.COMMITTED);
    return branch.say(FIRST, new Receipted(STUDY, 1, phase, List.of(receipts)));
  }

  @Test
  void a_receipt_names_places_and_shards_that_there_are() {
    BitSet places = new BitSet();
    places.set(1);
    Bitmap one = Bitmap.of(places);
    assertRefused(
        receipt(new Receipt(0, new Bitmap("ff".repeat(128)))), Refusal.UNKNOWN_PIECE, "ffff");
    assertRefused(receipt(new Receipt(0, new Bitmap("10"))), Refusal.UNKNOWN_PIECE, "10");
    for (int shard : new int[] {-1, 4, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertRefused(receipt(new Receipt(shard, one)), Refusal.UNKNOWN_PIECE, "shard " + shard);
    }
    assertRefused(receipt(new Receipt(0, one), new Receipt(0, one)), Refusal.UNKNOWN_PIECE, "0");
    assertThat(receipt(new Receipt(0, one))).isEqualTo(new Admission.Admitted());
    assertThat(receipt()).isEqualTo(new Admission.Admitted());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, RoundId.NUMBER_MAX + 1, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void a_round_has_a_number_from_1_to_a_million(int number) {
    SignedEntry overdue = signed(new Overdue(STUDY, 1, Phase.READY, 1));

    assertRefused(
        LedgerRules.admit(branch, withBody(overdue, "round", new Json.Int(number))),
        Refusal.MALFORMED,
        "a round's number is 1 to 1000000, not " + number);
  }

  @Test
  void the_last_round_there_could_be_is_not_open() {
    assertRefused(
        branch.say(FIRST, new Overdue(STUDY, RoundId.NUMBER_MAX, Phase.READY, 1)),
        Refusal.UNKNOWN_ROUND,
        "sepsis/1000000");
    RoundOpened next = Rounds.next(branch, STUDY).orElseThrow();
    RoundOpened far =
        new RoundOpened(
            STUDY,
            RoundId.NUMBER_MAX,
            1,
            null,
            1,
            next.baseModel(),
            null,
            next.terms(),
            next.roster());
    assertRefused(branch.say(FIRST, far), Refusal.NOT_COMPUTED, "sepsis/1000000");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 3, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void a_number_that_is_not_the_next_is_refused(int number) {
    assertRefused(
        branch.say(FIRST, new Enrolment(STUDY, number, false)), Refusal.NUMBER_NOT_NEXT, "after 1");
    assertRefused(
        branch.say(FIRST, TestConsortium.consent(FOUR.study(), FIRST, number)),
        Refusal.NUMBER_NOT_NEXT,
        "after 1");
    assertRefused(
        branch.say(FIRST, new Withdrawal(STUDY, number)),
        Refusal.UNKNOWN_SNAPSHOT,
        Integer.toString(number));
  }

  @Test
  void who_claims_to_have_seen_more_than_there_is_stops_a_reader() {
    Approval approval = new Approval(TestConsortium.digest("subject"));
    for (long size : new long[] {SET_UP.size() + 1, 1L << 53, Long.MAX_VALUE}) {
      Seen ahead = new Seen(size, SET_UP.root());
      LogFault fault = SET_UP.append(FOUR.sign(ahead, FIRST, approval).encode()).orElseThrow();
      assertThat(fault.kind()).isEqualTo(LogFault.Kind.SEEN_AHEAD);
      assertThat(fault.position()).isEqualTo(SET_UP.size());
    }
    Seen other = new Seen(SET_UP.size() - 1, SET_UP.root());
    assertThat(SET_UP.append(FOUR.sign(other, FIRST, approval).encode()).orElseThrow().kind())
        .isEqualTo(LogFault.Kind.SEEN_DIFFERS);
    assertThatThrownBy(() -> new Seen(-1, SET_UP.root())).isInstanceOf(FormatException.class);
  }

  @Test
  void an_attestation_has_at_most_16_metrics() {
    SortedMap<String, Decimal> metrics = new TreeMap<>();
    for (int i = 0; i < 17; i++) {
      metrics.put("metric " + i, new Decimal("0.5"));
    }
    var model = FOUR.study().initialModel();
    assertThatThrownBy(
            () ->
                new RoundEntry.Attested(
                    STUDY,
                    1,
                    FOUR.study().code(),
                    model,
                    null,
                    org.koinon.federation.round.Vote.ACCEPT,
                    metrics))
        .isInstanceOf(FormatException.class)
        .hasMessage("evaluation: at most 16 metrics");
  }

  @Test
  void sizes_of_a_tensor_do_not_wrap_around() {
    Decimal one = new Decimal("1");
    for (List<Integer> shape :
        List.of(
            List.of(65536, 65536),
            List.of(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE),
            List.of(1 << 16, 1 << 16, 1 << 16, 1 << 16),
            List.of(1, 1, 1, 1, 1, 1, 1),
            List.of(0),
            List.of(-1, -1),
            List.<Integer>of())) {
      assertThatThrownBy(() -> new TensorSpec("w", shape, one, one, 16))
          .as(shape.toString())
          .isInstanceOf(FormatException.class);
    }
    assertThat(new TensorSpec("w", List.of(1 << 14, 1 << 14), one, one, 16).elements())
        .isEqualTo(1 << 28);
  }

  @ParameterizedTest
  @CsvSource({
    "purpose, 1001, purpose has 1 to 1000 characters",
    "legalBasis, 1001, legalBasis has 1 to 1000 characters",
    "id, 41, use 1 to 40 of a-z"
  })
  void texts_of_a_study_have_limits(String member, int length, String complaint) {
    Json.Str text = new Json.Str("a".repeat(length));
    assertThatThrownBy(() -> TestConsortium.with(FOUR.study(), member, text))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(complaint);
  }

  @Test
  void a_long_text_is_not_repeated_in_a_message() {
    byte[] bytes =
        withBody(
            signed(new Overdue(STUDY, 1, Phase.READY, 1)),
            "phase",
            new Json.Str("x".repeat(60_000)));

    assertThat(LedgerRules.admit(branch, bytes))
        .isInstanceOfSatisfying(
            Admission.Refused.class,
            refused -> assertThat(refused.detail()).hasSizeLessThan(500).startsWith("body.phase"));
  }
}
