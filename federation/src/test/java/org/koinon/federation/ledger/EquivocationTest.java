package org.koinon.federation.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.Accusation;
import org.koinon.federation.round.AccusationKind;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.StudyId;

/** Who signed two messages that should have been one can be accused, and nobody else. */
class EquivocationTest {
  private static final MaskedStudy FOUR = MaskedStudy.of(4);
  private static final MemberId LIAR = FOUR.member(2);
  private static final TestBranch BEFORE = FOUR.at(Phase.COMMITTED);
  private static final Digest CONTEXT = FOUR.view(BEFORE).opened().context(FOUR.consortium().id());

  /** A body: a phase, then these bytes. */
  private static byte[] body(int... fields) {
    byte[] body = Arrays.copyOf(TestConsortium.digest("phase").bytes(), 32 + fields.length);
    for (int i = 0; i < fields.length; i++) {
      body[32 + i] = (byte) fields[i];
    }
    return body;
  }

  private static SignedMessage said(String type, byte[] body) {
    return said(type, CONTEXT, LIAR, LIAR, body);
  }

  private static SignedMessage said(
      String type, Digest context, MemberId author, MemberId signer, byte[] body) {
    return SignedMessage.sign(type, context, author, body, TestConsortium.key(signer.value()));
  }

  private static byte[] evidence(SignedMessage... messages) {
    ByteBuffer out = ByteBuffer.allocate(Accusation.PROOF_BYTES_MAX);
    for (SignedMessage message : messages) {
      out.putInt(message.encode().length).put(message.encode());
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  private static Admission accuse(MemberId accused, byte[] evidence) {
    String text = Base64.getEncoder().encodeToString(evidence);
    return BEFORE.say(
        FOUR.member(0), new Accusation(FOUR.id(), 1, accused, AccusationKind.EQUIVOCATION, text));
  }

  private static void assertProven(SignedMessage one, SignedMessage other) {
    assertThat(accuse(LIAR, evidence(one, other))).isEqualTo(new Admission.Admitted());
  }

  private static void assertNotProven(byte[] evidence) {
    assertThat(accuse(LIAR, evidence))
        .isEqualTo(new Admission.Refused(Refusal.NOT_PROVEN, "EQUIVOCATION"));
  }

  private static void assertNotProven(SignedMessage one, SignedMessage other) {
    assertNotProven(evidence(one, other));
  }

  @Test
  void two_messages_as_long_as_they_may_be_are_proof() {
    byte[] one = Arrays.copyOf(body(0, 1), SignedMessage.BODY_MAX);
    byte[] other = one.clone();
    other[other.length - 1] = 1;

    assertProven(said("shard-check-sums", one), said("shard-check-sums", other));
    assertThat(2 * (Integer.BYTES + SignedMessage.ENCODED_MAX))
        .isLessThanOrEqualTo(Accusation.PROOF_BYTES_MAX);
  }

  @Test
  void the_longest_evidence_of_the_longest_names_is_within_an_entry() {
    String longest = "a".repeat(40);
    String text = Base64.getEncoder().encodeToString(new byte[Accusation.PROOF_BYTES_MAX]);
    MemberId member = new MemberId(longest);
    for (AccusationKind kind : AccusationKind.values()) {
      Accusation accusation = new Accusation(new StudyId(longest), 1_000_000, member, kind, text);
      SignedEntry entry =
          SignedEntry.sign(
              new ConsortiumId(longest),
              member,
              TestConsortium.key(longest),
              new Seen((1L << 53) - 1, TestConsortium.digest("log")),
              accusation);

      assertThat(SignedEntry.decode(entry.encode())).isEqualTo(entry);
    }
    assertThatThrownBy(
            () -> new Accusation(FOUR.id(), 1, LIAR, AccusationKind.EQUIVOCATION, text + "AAAA"))
        .hasMessageContaining("at most 64800 characters");
  }

  @Test
  void two_keys_two_openings_and_two_releases_are_proof() {
    for (String type : new String[] {"key", "open-signature", "unmask"}) {
      assertProven(said(type, body(1, 2, 3)), said(type, body(1, 2, 4)));
    }
    byte[] other = TestConsortium.digest("another opening").bytes();
    assertProven(said("open-signature", body()), said("open-signature", other));
  }

  @Test
  void two_packs_for_one_holder_are_proof_and_for_two_holders_are_none() {
    for (String type : new String[] {"pair", "pack"}) {
      assertProven(said(type, body(0, 1, 7)), said(type, body(0, 1, 8)));
      assertNotProven(said(type, body(0, 1, 7)), said(type, body(0, 2, 7)));
      assertNotProven(said(type, body(0, 1, 7)), said(type, body(1, 1, 8)));
      assertNotProven(said(type, body(0)), said(type, body(0)));
      assertNotProven(said(type, body(0)), said(type, body(1)));
    }
  }

  @Test
  void two_values_of_one_share_are_proof_and_two_shares_are_none() {
    assertProven(said("share", body(0, 1, 0, 2, 0, 7)), said("share", body(0, 1, 0, 2, 0, 8)));
    assertNotProven(said("share", body(0, 1, 0, 2, 0, 7)), said("share", body(0, 1, 0, 2, 1, 8)));
    assertNotProven(said("share", body(0, 1, 0, 2, 0, 7)), said("share", body(0, 1, 0, 3, 0, 8)));
    assertNotProven(said("share", body(0, 1, 0, 2, 0, 7)), said("share", body(0, 4, 0, 2, 0, 8)));
  }

  @Test
  void the_same_twice_is_no_proof_and_neither_is_one_of_another_type() {
    assertNotProven(said("key", body(1)), said("key", body(1)));
    assertNotProven(said("key", body(1)), said("unmask", body(2)));
    assertNotProven(said("news", body(1)), said("news", body(2)));
  }

  @Test
  void what_another_said_or_signed_or_said_in_another_attempt_is_no_proof() {
    SignedMessage one = said("key", body(1));
    MemberId other = FOUR.member(1);
    assertNotProven(one, said("key", CONTEXT, other, other, body(2)));
    assertNotProven(one, said("key", CONTEXT, LIAR, other, body(2)));
    assertNotProven(one, said("key", TestConsortium.digest("ctx"), LIAR, LIAR, body(2)));
    assertThat(accuse(other, evidence(one, said("key", body(2)))))
        .isEqualTo(new Admission.Refused(Refusal.NOT_PROVEN, "EQUIVOCATION"));
  }

  @Test
  void evidence_that_is_not_exactly_two_messages_is_no_proof() {
    byte[] two = evidence(said("key", body(1)), said("key", body(2)));
    assertNotProven(new byte[0]);
    assertNotProven(evidence(said("key", body(1))));
    assertNotProven(evidence(said("key", body(1)), said("key", body(2)), said("key", body(3))));
    assertNotProven(Arrays.copyOf(two, two.length + 1));
    for (int length = 0; length < two.length; length += 7) {
      assertNotProven(Arrays.copyOf(two, length));
    }
    byte[] negative = two.clone();
    negative[0] = (byte) 0xff;
    assertNotProven(negative);
  }
}
