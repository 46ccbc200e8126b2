package org.koinon.audit.source.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.junit.jupiter.api.Test;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.finding.Rule;
import org.koinon.audit.verify.Histories;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.testkit.Seeded;

class ChannelVerifierTest {
  private static final TxValidationCode VALID = TxValidationCode.VALID;
  private static final List<SignedEntry> ENTRIES = Histories.small().entries();
  private static final int FIRST = 2;

  private static TestChannel channel(int entries) {
    return TestChannel.bft().append(ENTRIES.subList(0, entries));
  }

  private static ChannelVerifier verify(TestChannel channel) {
    ChannelVerifier verifier =
        new ChannelVerifier("blocks", channel.genesis(), TestChannel.CHAINCODE);
    for (Block block : channel.blocks()) {
      if (!verifier.take(block.toByteArray())) {
        break;
      }
    }
    return verifier;
  }

  private static Finding.OfBlock only(TestChannel channel) {
    List<Finding> findings = verify(channel).findings();
    assertThat(findings).hasSize(1);
    return (Finding.OfBlock) findings.getFirst();
  }

  private static void assertNotValid(
      TestChannel channel, Envelope transaction, TxValidationCode code, String... words) {
    long block = channel.cut(transaction).getHeader().getNumber();
    Finding.OfBlock finding = only(channel);
    assertThat(finding.rule()).isEqualTo(Rule.TRANSACTION_NOT_VALID);
    assertThat(finding.block()).isEqualTo(block);
    assertThat(finding.transaction()).isZero();
    assertThat(finding.sentence())
        .startsWith("block " + block + ", transaction 0: the peer counted it as valid")
        .contains(code.name())
        .satisfies(sentence -> assertThat(words).allMatch(sentence::contains));
    Block last = channel.blocks().removeLast();
    channel.blocks().add(TestChannel.judged(last, code));
    assertThat(verify(channel).findings()).as("said to be invalid, as it is").isEmpty();
  }

  @Test
  void an_honest_channel_gives_its_log_and_no_finding() {
    TestChannel channel = TestChannel.bft().append(ENTRIES);
    ChannelVerifier verifier = verify(channel);
    assertThat(verifier.findings()).isEmpty();
    assertThat(verifier.entries())
        .usingElementComparator(Arrays::compare)
        .containsExactlyElementsOf(ENTRIES.stream().map(SignedEntry::encode).toList());
    assertThat(verifier.summary())
        .hasValueSatisfying(
            summary -> {
              assertThat(summary.blocks()).isEqualTo(ENTRIES.size() + FIRST);
              assertThat(summary.ordering()).contains("3 of 4 orderers");
              assertThat(summary.endorsement())
                  .startsWith("2 of alpha.peer, beta.peer, gamma.peer");
            });
  }

  @Test
  void a_channel_that_one_orderer_leads_is_verified_by_its_policy() {
    TestChannel channel = TestChannel.raft().append(ENTRIES.subList(0, 3));
    assertThat(verify(channel).findings()).isEmpty();
    Block last = channel.blocks().removeLast();
    channel.blocks().add(channel.signed(last, List.of()));
    assertThat(only(channel).rule()).isEqualTo(Rule.BLOCK_QUORUM);
  }

  @Test
  void another_first_block_is_another_channel() {
    ChannelVerifier verifier =
        new ChannelVerifier("blocks", channel(0).genesis(), TestChannel.CHAINCODE);
    assertThat(verifier.take(channel(1).blocks().getFirst().toByteArray())).isFalse();
    assertThat(verifier.findings()).extracting(Finding::rule).containsOnly(Rule.CHANNEL_DIFFERS);
    assertThat(verifier.entries()).isEmpty();
  }

  @Test
  void a_missing_block_is_named_and_what_stands_before_it_is_kept() {
    TestChannel channel = channel(4);
    channel.blocks().remove(FIRST + 1);
    Finding.OfBlock finding = only(channel);
    assertThat(finding.rule()).isEqualTo(Rule.BLOCK_MISSING);
    assertThat(finding.block()).isEqualTo(FIRST + 1);
    assertThat(verify(channel).entries()).hasSize(1);
  }

  @Test
  void a_block_that_stands_twice_is_named() {
    TestChannel channel = channel(2);
    channel.blocks().add(channel.blocks().getLast());
    assertThat(only(channel).rule()).isEqualTo(Rule.BLOCK_NOT_LINKED);
  }

  @Test
  void a_whole_block_of_another_history_is_not_linked() {
    TestChannel channel = channel(2);
    Block last = channel.blocks().removeLast();
    Block.Builder moved = last.toBuilder();
    moved.getHeaderBuilder().setPreviousHash(ByteString.copyFrom(new byte[32]));
    channel.blocks().add(channel.signed(moved.build(), List.of(1, 2, 3)));
    assertThat(only(channel).rule()).isEqualTo(Rule.BLOCK_NOT_LINKED);
  }

  @Test
  void transactions_that_are_exchanged_are_not_those_of_the_header() {
    TestChannel channel = channel(2);
    Block last = channel.blocks().removeLast();
    Block.Builder changed = last.toBuilder();
    changed.getDataBuilder().setData(0, channel.blocks().getLast().getData().getData(0));
    channel.blocks().add(changed.build());
    assertThat(only(channel).rule()).isEqualTo(Rule.BLOCK_CHANGED);
  }

  @Test
  void two_of_four_orderers_are_too_few() {
    TestChannel channel = channel(1);
    Block last = channel.blocks().removeLast();
    channel.blocks().add(channel.signed(last, List.of(1, 4)));
    Finding.OfBlock finding = only(channel);
    assertThat(finding.rule()).isEqualTo(Rule.BLOCK_QUORUM);
    assertThat(finding.sentence()).contains("signed by orderer 1, 4", "takes 3 of 4");
  }

  @Test
  void one_orderer_that_signs_twice_counts_once() {
    TestChannel channel = channel(1);
    Block last = channel.blocks().removeLast();
    channel.blocks().add(channel.signed(last, List.of(1, 2, 2)));
    Finding.OfBlock finding = only(channel);
    assertThat(finding.rule()).isEqualTo(Rule.BLOCK_QUORUM);
    assertThat(finding.sentence()).contains("orderer 2 more than once");
  }

  @Test
  void a_signature_that_does_not_hold_is_named_even_if_there_are_enough() {
    TestChannel channel = channel(2);
    Block good = channel.signed(channel.blocks().getLast(), List.of(1, 2, 3, 4));
    Block other = channel.signed(channel.blocks().get(FIRST), List.of(1, 2, 3, 4));
    Block.Builder mixed = good.toBuilder();
    ByteString signatures = good.getMetadata().getMetadata(0);
    ByteString wrong = other.getMetadata().getMetadata(0);
    mixed.getMetadataBuilder().setMetadata(0, TestSignatures.withLastOf(signatures, wrong));
    channel.blocks().removeLast();
    channel.blocks().add(mixed.build());
    Finding.OfBlock finding = only(channel);
    assertThat(finding.rule()).isEqualTo(Rule.BLOCK_SIGNATURE);
    assertThat(finding.sentence()).contains("does not hold");
  }

  @Test
  void the_greater_of_two_equal_signatures_is_refused() {
    TestIdentity someone = channel(0).client();
    ByteString message = ByteString.copyFromUtf8("message");
    var key = someone.certificate().getPublicKey();
    assertThat(EcdsaP256.verifies(key, message, someone.sign(message))).isTrue();
    assertThat(EcdsaP256.verifies(key, message, someone.signWithHighS(message))).isFalse();
    assertThat(EcdsaP256.verifies(key, message, someone.sign(message).concat(message))).isFalse();
    assertThat(EcdsaP256.verifies(key, message, message)).isFalse();
  }

  @Test
  void endorsements_of_one_organisation_are_too_few() {
    TestChannel channel = channel(1);
    Envelope lonely =
        channel.appending(ENTRIES.get(1)).endorsedBy(channel.peers(0, 1)).sentBy(channel.client());
    assertNotValid(channel, lonely, TxValidationCode.ENDORSEMENT_POLICY_FAILURE, "peer of alpha");
  }

  @Test
  void two_peers_of_one_organisation_are_one_organisation() {
    TestChannel channel = channel(1);
    List<TestIdentity> both = new ArrayList<>(channel.peers(0, 1));
    both.add(channel.authority("alpha").issue("peer"));
    assertNotValid(
        channel,
        channel.appending(ENTRIES.get(1)).endorsedBy(both).sentBy(channel.client()),
        TxValidationCode.ENDORSEMENT_POLICY_FAILURE);
  }

  @Test
  void one_endorsement_that_stands_twice_is_one() {
    TestChannel channel = channel(1);
    List<TestIdentity> twice =
        List.of(channel.peers(0, 1).getFirst(), channel.peers(0, 1).getFirst());
    assertNotValid(
        channel,
        channel.appending(ENTRIES.get(1)).endorsedBy(twice).sentBy(channel.client()),
        TxValidationCode.ENDORSEMENT_POLICY_FAILURE,
        "1 more do not hold or stand twice");
  }

  @Test
  void a_forged_endorsement_counts_for_nothing() {
    TestChannel channel = channel(1);
    Envelope forged =
        channel
            .appending(ENTRIES.get(1))
            .endorsedBy(channel.peers(0, 1))
            .forgedBy(channel.peers(1, 2).getFirst())
            .sentBy(channel.client());
    assertNotValid(channel, forged, TxValidationCode.ENDORSEMENT_POLICY_FAILURE);
  }

  @Test
  void a_client_is_no_endorser_and_a_stranger_is_no_peer() {
    TestChannel channel = channel(1);
    List<TestIdentity> wrong =
        List.of(
            channel.peers(0, 1).getFirst(),
            channel.authority("beta").issue("client"),
            new TestAuthority("beta").issue("peer"),
            channel.authority("alpha").issue("gamma", "peer"));
    assertNotValid(
        channel,
        channel.appending(ENTRIES.get(1)).endorsedBy(wrong).sentBy(channel.client()),
        TxValidationCode.ENDORSEMENT_POLICY_FAILURE);
  }

  @Test
  void endorsements_of_another_proposal_are_none() {
    TestChannel channel = channel(1);
    Envelope other =
        channel
            .appending(ENTRIES.get(1))
            .ofAnotherProposal()
            .endorsedBy(channel.peers(0, 2))
            .sentBy(channel.client());
    assertNotValid(channel, other, TxValidationCode.INVALID_ENDORSER_TRANSACTION);
  }

  @Test
  void another_senders_signature_does_not_hold() {
    TestChannel channel = channel(1);
    Envelope honest = channel.append(ENTRIES.get(1));
    Envelope changed =
        honest.toBuilder().setSignature(channel.client().sign(honest.getSignature())).build();
    assertNotValid(channel, changed, TxValidationCode.BAD_CREATOR_SIGNATURE, "does not hold");
  }

  @Test
  void a_stranger_sends_nothing() {
    TestChannel channel = channel(1);
    TestIdentity stranger = new TestAuthority("alpha").issue("client");
    assertNotValid(
        channel,
        channel.appending(ENTRIES.get(1)).endorsedBy(channel.peers(0, 2)).sentBy(stranger),
        TxValidationCode.BAD_CREATOR_SIGNATURE,
        "no authority of alpha issued it");
  }

  @Test
  void a_revoked_client_sends_nothing_after_the_revocation_and_what_it_sent_before_stands() {
    TestChannel channel = channel(1);
    channel.revoke("alpha", List.of(channel.client()), channel.admins().subList(0, 2));
    assertThat(verify(channel).findings()).isEmpty();
    assertThat(verify(channel).entries()).hasSize(1);
    assertNotValid(
        channel,
        channel.append(ENTRIES.get(1)),
        TxValidationCode.BAD_CREATOR_SIGNATURE,
        "it was revoked");
  }

  @Test
  void a_revoked_orderer_signs_nothing() {
    TestChannel channel = channel(1);
    channel.revoke("beta", channel.orderers().subList(1, 2), channel.admins().subList(1, 2));
    channel.cut(channel.append(ENTRIES.get(1)));
    Finding.OfBlock finding = only(channel);
    assertThat(finding.rule()).isEqualTo(Rule.BLOCK_SIGNATURE);
    assertThat(finding.sentence()).contains("orderer 2", "it was revoked");
  }

  @Test
  void only_a_members_own_administrator_changes_its_membership() {
    TestChannel channel = channel(1);
    channel.revoke("alpha", List.of(channel.client()), channel.admins().subList(1, 3));
    Finding.OfBlock finding = only(channel);
    assertThat(finding.rule()).isEqualTo(Rule.CONFIG_UNAUTHORISED);
    assertThat(finding.sentence()).contains("/Channel/").contains("alpha");
  }

  @Test
  void nobody_changes_the_configuration_without_a_signature() {
    TestChannel channel = channel(1);
    channel.revoke("alpha", List.of(channel.client()), List.of());
    assertThat(only(channel).rule()).isEqualTo(Rule.CONFIG_UNAUTHORISED);
  }

  @Test
  void of_two_writers_of_one_key_the_second_is_not_valid() {
    TestChannel channel = channel(1);
    List<Envelope> both = List.of(channel.append(ENTRIES.get(1)), channel.append(ENTRIES.get(1)));
    channel.cut(both, VALID, TxValidationCode.MVCC_READ_CONFLICT);
    assertThat(verify(channel).findings()).isEmpty();
    channel.blocks().removeLast();
    channel.cut(both, VALID, VALID);
    Finding.OfBlock finding = only(channel);
    assertThat(finding.transaction()).isEqualTo(1);
    assertThat(finding.sentence()).contains("MVCC_READ_CONFLICT");
    assertNotValidAlone(channel);
  }

  private static void assertNotValidAlone(TestChannel channel) {
    channel.blocks().removeLast();
    channel.cut(channel.append(ENTRIES.get(0)));
    assertThat(only(channel).sentence()).contains("MVCC_READ_CONFLICT");
  }

  @Test
  void an_old_version_of_a_key_is_a_conflict_and_the_standing_one_is_none() {
    TestChannel channel = channel(0);
    TestTransaction first = other(channel).writes("k", ByteString.copyFromUtf8("1"));
    channel.cut(sent(channel, first));
    TestTransaction old = other(channel).reads("k", 1, 0);
    assertNotValid(channel, sent(channel, old), TxValidationCode.MVCC_READ_CONFLICT);
    TestTransaction standing = other(channel).reads("k", FIRST, 0);
    channel.cut(sent(channel, standing));
    assertThat(verify(channel).findings()).isEmpty();
  }

  /** Of the chaincode that defines the others, whose keys are everybody's to name here. */
  private static TestTransaction other(TestChannel channel) {
    assertThat(channel.blocks()).isNotEmpty();
    return new TestTransaction(TestChannel.NAME, WorldState.LIFECYCLE);
  }

  private static Envelope sent(TestChannel channel, TestTransaction transaction) {
    return transaction.endorsedBy(channel.peers(1, 3)).sentBy(channel.client());
  }

  @Test
  void a_transaction_does_not_count_twice() {
    TestChannel channel = channel(1);
    Envelope sent =
        sent(channel, other(channel).withNonce("one").writes("k", ByteString.copyFromUtf8("1")));
    channel.cut(List.of(sent, sent), VALID, TxValidationCode.DUPLICATE_TXID);
    assertThat(verify(channel).findings()).isEmpty();
    assertNotValid(channel, sent, TxValidationCode.DUPLICATE_TXID);
  }

  @Test
  void a_chaincode_that_the_members_never_agreed_on_writes_nothing() {
    TestChannel channel = channel(0);
    TestTransaction strange =
        new TestTransaction(TestChannel.NAME, "other").writes("k", ByteString.copyFromUtf8("1"));
    assertNotValid(channel, sent(channel, strange), TxValidationCode.INVALID_CHAINCODE);
  }

  @Test
  void a_valid_transaction_that_the_peer_left_out_is_found() {
    TestChannel channel = channel(1);
    channel.cut(
        List.of(channel.append(ENTRIES.get(1))), TxValidationCode.ENDORSEMENT_POLICY_FAILURE);
    Finding.OfBlock finding = only(channel);
    assertThat(finding.rule()).isEqualTo(Rule.TRANSACTION_NOT_INVALID);
    assertThat(finding.sentence()).contains("and it is valid");
  }

  @Test
  void the_ledgers_chaincode_writes_entries_under_their_own_keys_only() {
    TestChannel channel = channel(1);
    SignedEntry entry = ENTRIES.get(1);
    ByteString value = ByteString.copyFrom(entry.encode());
    TestTransaction wrongKey =
        new TestTransaction(TestChannel.NAME, TestChannel.CHAINCODE)
            .writes("\0other\0", value)
            .says(entry.entryKey().value());
    channel.cut(sent(channel, wrongKey));
    assertThat(only(channel).rule()).isEqualTo(Rule.TRANSACTION_WRITES);
    channel.blocks().removeLast();
    TestTransaction through =
        channel.appending(entry).says("").into(TestChannel.CHAINCODE).writes("\0more\0", value);
    channel.cut(sent(channel, through));
    assertThat(only(channel).rule()).isEqualTo(Rule.TRANSACTION_WRITES);
    channel.blocks().removeLast();
    TestTransaction fromAnother =
        other(channel).into(TestChannel.CHAINCODE).writes("k", ByteString.copyFromUtf8("1"));
    channel.cut(sent(channel, fromAnother));
    assertThat(only(channel).sentence()).contains("other keys than one entry");
  }

  @Test
  void bytes_behind_a_block_or_a_transaction_are_found() {
    TestChannel channel = channel(1);
    Block last = channel.blocks().getLast();
    byte[] longer =
        last.toByteString().concat(ByteString.copyFrom(new byte[] {0x22, 0})).toByteArray();
    ChannelVerifier verifier =
        new ChannelVerifier("blocks", channel.genesis(), TestChannel.CHAINCODE);
    channel
        .blocks()
        .subList(0, FIRST)
        .forEach(b -> assertThat(verifier.take(b.toByteArray())).isTrue());
    assertThat(verifier.take(longer)).isFalse();
    assertThat(verifier.findings()).extracting(Finding::rule).containsOnly(Rule.BLOCK_MALFORMED);
    assertThat(verifier.take(last.toByteArray())).as("nothing behind it").isFalse();
  }

  @Seeded(cases = 3)
  void no_byte_of_a_block_can_be_changed(long seed) {
    TestChannel channel = channel(2);
    byte[] bytes = channel.blocks().getLast().toByteArray();
    Random random = new Random(seed);
    for (int i = 0; i < 25; i++) {
      byte[] changed = bytes.clone();
      int at = random.nextInt(bytes.length);
      changed[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      ChannelVerifier verifier =
          new ChannelVerifier("blocks", channel.genesis(), TestChannel.CHAINCODE);
      channel
          .blocks()
          .subList(0, FIRST + 1)
          .forEach(block -> assertThat(verifier.take(block.toByteArray())).isTrue());
      assertThat(verifier.take(changed)).as("byte " + at).isFalse();
      assertThat(((Finding.OfBlock) verifier.findings().getFirst()).block()).isEqualTo(FIRST + 1);
    }
  }
}
