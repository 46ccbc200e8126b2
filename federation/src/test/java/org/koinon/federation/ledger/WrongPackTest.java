package org.koinon.federation.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.Accusation;
import org.koinon.federation.ledger.RoundEntry.Keyed;
import org.koinon.federation.round.AccusationKind;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;

/** Who signed a pack that is not the one of its Keyed can be accused, and nobody else. */
class WrongPackTest {
  private static final MaskedStudy FOUR = MaskedStudy.of(4);
  private static final MemberId DEALER = FOUR.member(2);
  private static final int TABLE_BYTES = 32 * 4 + 16;
  private static final byte[] TABLE = ByteBuffer.allocate(TABLE_BYTES).putInt(9).array();
  private static final TestBranch BEFORE = keyed();
  private static final RoundView VIEW = FOUR.view(BEFORE);
  private static final Digest CONTEXT = VIEW.opened().context(FOUR.consortium().id());
  private static final Keyed SAID = Objects.requireNonNull(VIEW.keyed().get(DEALER));
  private static final Digest OTHER = TestConsortium.digest("other");

  /** All have said Keyed, the dealer with the hash of this table. */
  private static TestBranch keyed() {
    TestBranch branch = FOUR.at(Phase.KEYED);
    RoundView view = FOUR.view(branch);
    for (MemberId member : view.ready().keySet()) {
      Keyed said = TestRound.keyed(view, member);
      branch.write(
          member,
          member.equals(DEALER)
              ? new Keyed(
                  said.study(),
                  said.round(),
                  said.phase(),
                  said.packRoot(),
                  said.selfHash(),
                  Digest.sha256(TABLE),
                  said.packs())
              : said);
    }
    return branch;
  }

  /** Phase, holder, root, hash of b, table, and shares that nobody else can open. */
  private static byte[] body(Digest phase, Digest root, Digest selfHash, byte[] table) {
    return ByteBuffer.allocate(98 + table.length + 81)
        .put(phase.bytes())
        .putShort((short) 1)
        .put(root.bytes())
        .put(selfHash.bytes())
        .put(table)
        .array();
  }

  private static byte[] packOf(Digest root, Digest selfHash, byte[] table) {
    return body(SAID.phase(), root, selfHash, table);
  }

  private static byte[] wrong() {
    return packOf(OTHER, SAID.selfHash(), TABLE);
  }

  private static byte[] signed(byte[] body) {
    return signed("pack", CONTEXT, DEALER, DEALER, body);
  }

  private static byte[] signed(
      String type, Digest context, MemberId author, MemberId signer, byte[] body) {
    return SignedMessage.sign(type, context, author, body, TestConsortium.key(signer.value()))
        .encode();
  }

  private static Admission accuse(TestBranch branch, MemberId accused, byte[] evidence) {
    String text = Base64.getEncoder().encodeToString(evidence);
    return branch.say(
        FOUR.member(0), new Accusation(FOUR.id(), 1, accused, AccusationKind.WRONG_PACK, text));
  }

  private static void assertProven(byte[] evidence) {
    assertThat(accuse(BEFORE, DEALER, evidence)).isEqualTo(new Admission.Admitted());
  }

  private static void assertNotProven(byte[] evidence) {
    assertThat(accuse(BEFORE, DEALER, evidence))
        .isEqualTo(new Admission.Refused(Refusal.NOT_PROVEN, "WRONG_PACK"));
  }

  @Test
  void a_pack_of_another_root_hash_or_table_convicts_its_dealer() {
    byte[] table = TABLE.clone();
    table[TABLE_BYTES - 1] ^= 1;

    assertProven(signed(wrong()));
    assertProven(signed(packOf(SAID.packRoot(), OTHER, TABLE)));
    assertProven(signed(packOf(SAID.packRoot(), SAID.selfHash(), table)));
  }

  @Test
  void the_pack_of_its_keyed_convicts_nobody() {
    assertNotProven(signed(packOf(SAID.packRoot(), SAID.selfHash(), TABLE)));
  }

  @Test
  void what_another_signed_or_for_another_view_or_attempt_or_of_another_type_is_no_proof() {
    MemberId other = FOUR.member(1);
    assertNotProven(signed("pack", CONTEXT, other, other, wrong()));
    assertNotProven(signed("pack", CONTEXT, DEALER, other, wrong()));
    assertNotProven(signed("pack", OTHER, DEALER, DEALER, wrong()));
    assertNotProven(signed("pair", CONTEXT, DEALER, DEALER, wrong()));
    assertNotProven(signed(body(OTHER, OTHER, SAID.selfHash(), TABLE)));
    assertThat(accuse(BEFORE, other, signed(wrong())))
        .isEqualTo(new Admission.Refused(Refusal.NOT_PROVEN, "WRONG_PACK"));
  }

  @Test
  void evidence_that_is_no_whole_pack_is_no_proof() {
    byte[] whole = signed(wrong());
    assertNotProven(new byte[0]);
    assertNotProven(ByteBuffer.allocate(whole.length + 1).put(whole).array());
    assertNotProven(signed(new byte[0]));
    assertNotProven(signed(java.util.Arrays.copyOf(wrong(), 98 + TABLE_BYTES - 1)));
  }

  @Test
  void who_has_not_said_keyed_cannot_be_accused_of_it() {
    assertThat(accuse(FOUR.at(Phase.KEYED), DEALER, signed(wrong())))
        .isEqualTo(new Admission.Refused(Refusal.NOT_PROVEN, "WRONG_PACK"));
  }
}
