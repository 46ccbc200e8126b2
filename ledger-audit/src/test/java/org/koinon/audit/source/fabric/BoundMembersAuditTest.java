package org.koinon.audit.source.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.junit.jupiter.api.Test;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.finding.Rule;
import org.koinon.federation.ledger.ConsortiumEntry.ConsentSnapshot;
import org.koinon.federation.ledger.KeyEndorsement;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.VerifiedLog;

/** Members whose records name their organisations on Fabric, in blocks. */
class BoundMembersAuditTest {
  private static final TxValidationCode VALID = TxValidationCode.VALID;
  private static final TxValidationCode FAILURE = TxValidationCode.ENDORSEMENT_POLICY_FAILURE;
  private static final List<String> ORGANISATIONS = List.of("alpha", "beta", "gamma");
  private static final TestConsortium CONSORTIUM = TestConsortium.ofHospitals(3).of(ORGANISATIONS);
  private static final VerifiedLog LOG = CONSORTIUM.log(CONSORTIUM.setUp());

  private final TestChannel channel = TestChannel.bft();
  private final Map<String, TestIdentity> clients = new TreeMap<>();

  BoundMembersAuditTest() {
    ORGANISATIONS.forEach(each -> clients.put(each, channel.authority(each).issue("client")));
  }

  private TestIdentity client(String organisation) {
    return Objects.requireNonNull(clients.get(organisation));
  }

  private static String organisation(SignedEntry entry) {
    return CONSORTIUM.members().stream()
        .filter(each -> each.id().equals(entry.author()))
        .findFirst()
        .flatMap(each -> each.organisation())
        .orElseThrow();
  }

  private static String key(SignedEntry entry) {
    return "\0" + String.join("\0", entry.entryKey().value().split("~", -1)) + "\0";
  }

  private static Optional<SignaturePolicyEnvelope> policy(SignedEntry entry) {
    return KeyEndorsement.of(LOG, entry).map(KeyPolicy::of);
  }

  /** As the contract appends it. */
  private TestTransaction appending(SignedEntry entry) {
    TestTransaction transaction = channel.appending(entry);
    policy(entry).ifPresent(it -> transaction.binds(key(entry), it));
    return transaction.endorsedBy(channel.peers(0, 2));
  }

  private Envelope honest(SignedEntry entry) {
    return appending(entry).sentBy(client(organisation(entry)));
  }

  private List<SignedEntry> setUp() {
    LOG.entries().forEach(entry -> channel.cut(honest(entry)));
    return LOG.entries();
  }

  private SignedEntry first(Class<?> type) {
    return LOG.entries().stream()
        .filter(each -> type.isInstance(each.entry()))
        .findFirst()
        .orElseThrow();
  }

  /** Another entry that its author would put under the same key. */
  private static SignedEntry over(SignedEntry entry) {
    ConsentSnapshot said = (ConsentSnapshot) entry.entry();
    ConsentSnapshot other =
        new ConsentSnapshot(
            said.study(),
            said.number(),
            TestConsortium.digest("forged"),
            said.consenting(),
            said.basis());
    return CONSORTIUM.sign(LOG.seen(), entry.author(), other);
  }

  private ChannelVerifier verify() {
    ChannelVerifier verifier =
        new ChannelVerifier("blocks", channel.genesis(), TestChannel.CHAINCODE);
    for (Block block : channel.blocks()) {
      if (!verifier.take(block.toByteArray())) {
        break;
      }
    }
    return verifier;
  }

  private Finding.OfBlock only() {
    List<Finding> findings = verify().findings();
    assertThat(findings).hasSize(1);
    return (Finding.OfBlock) findings.getFirst();
  }

  @Test
  void entries_from_their_authors_organisations_are_an_honest_log() {
    List<SignedEntry> entries = setUp();
    assertThat(verify().findings()).isEmpty();
    assertThat(verify().entries()).hasSize(entries.size());
    assertThat(entries.stream().filter(each -> policy(each).isPresent())).hasSize(9);
  }

  @Test
  void an_entry_that_another_organisation_submitted_names_it_and_who_endorsed() {
    List<SignedEntry> entries = setUp();
    SignedEntry last = entries.getLast();
    channel.blocks().removeLast();
    channel.cut(appending(last).sentBy(client("alpha")));
    Finding.OfBlock finding = only();
    assertThat(finding.rule()).isEqualTo(Rule.TRANSACTION_SUBMITTER);
    assertThat(finding.sentence())
        .contains(last.entryKey().value() + " is hospital-003's, of gamma, and ")
        .contains(" of alpha submitted it")
        .contains("alpha and beta endorsed it with another program");
    assertThat(verify().entries()).hasSize(entries.size() - 1);
  }

  @Test
  void a_first_entry_that_another_organisation_submitted_is_found() {
    channel.cut(appending(LOG.at(0)).sentBy(client("beta")));
    assertThat(only().rule()).isEqualTo(Rule.TRANSACTION_SUBMITTER);
  }

  @Test
  void a_hospitals_own_entry_that_was_not_bound_or_to_another_policy_is_found() {
    setUp();
    SignedEntry last = LOG.entries().getLast();
    SignaturePolicyEnvelope ofAnother = policy(first(ConsentSnapshot.class)).orElseThrow();
    for (TestTransaction wrong :
        List.of(channel.appending(last), channel.appending(last).binds(key(last), ofAnother))) {
      channel.blocks().removeLast();
      channel.cut(wrong.endorsedBy(channel.peers(0, 2)).sentBy(client("gamma")));
      assertThat(only().rule()).isEqualTo(Rule.TRANSACTION_WRITES);
      assertThat(only().sentence())
          .contains("did not bind the entry " + last.entryKey().value())
          .contains("1 of alpha, beta");
    }
  }

  @Test
  void an_entry_of_all_that_was_bound_to_one_is_found() {
    SignedEntry genesis = LOG.at(0);
    TestTransaction bound =
        channel
            .appending(genesis)
            .binds(key(genesis), policy(first(ConsentSnapshot.class)).orElseThrow())
            .endorsedBy(channel.peers(0, 2));
    channel.cut(bound.sentBy(client("alpha")));
    assertThat(only().sentence()).contains("bound a key to a policy with the entry Genesis");
  }

  @Test
  void a_majority_does_not_write_over_a_consent_without_the_hospital() {
    setUp();
    SignedEntry consent = first(ConsentSnapshot.class);
    SignedEntry forged = over(consent);
    Envelope sent =
        new TestTransaction(TestChannel.NAME, TestChannel.CHAINCODE)
            .writes(key(forged), ByteString.copyFrom(forged.encode()))
            .says(forged.entryKey().value())
            .endorsedBy(channel.peers(1, 3))
            .sentBy(client("alpha"));
    channel.cut(List.of(sent), FAILURE);
    assertThat(verify().findings()).isEmpty();

    channel.blocks().removeLast();
    channel.cut(sent);
    Finding.OfBlock finding = only();
    assertThat(finding.rule()).isEqualTo(Rule.TRANSACTION_NOT_VALID);
    assertThat(finding.sentence())
        .contains("ENDORSEMENT_POLICY_FAILURE")
        .contains("the policy that key ~ConsentSnapshot~sepsis~hospital-001~1~ is bound to");
  }

  @Test
  void with_the_hospital_it_is_written_and_the_log_shows_both() {
    setUp();
    SignedEntry forged = over(first(ConsentSnapshot.class));
    Envelope sent =
        new TestTransaction(TestChannel.NAME, TestChannel.CHAINCODE)
            .writes(key(forged), ByteString.copyFrom(forged.encode()))
            .binds(key(forged), policy(forged).orElseThrow())
            .says(forged.entryKey().value())
            .endorsedBy(channel.peers(0, 2))
            .sentBy(client("alpha"));
    channel.cut(sent);
    assertThat(verify().findings()).isEmpty();
    assertThat(verify().entries()).hasSize(LOG.entries().size() + 1);
  }

  @Test
  void who_writes_a_key_after_it_was_bound_in_the_same_block_fails() {
    List<SignedEntry> entries = setUp();
    channel.blocks().removeLast();
    SignedEntry last = entries.getLast();
    channel.cut(List.of(honest(last), honest(last)), VALID, FAILURE);
    assertThat(verify().findings()).isEmpty();
    channel.blocks().removeLast();
    channel.cut(List.of(honest(last), honest(last)), VALID, TxValidationCode.MVCC_READ_CONFLICT);
    assertThat(only().sentence()).contains("binds the key").contains("ENDORSEMENT_POLICY_FAILURE");
  }

  @Test
  void a_key_that_is_bound_anew_without_a_write_takes_its_own_policy_and_is_not_judged() {
    setUp();
    SignedEntry consent = first(ConsentSnapshot.class);
    TestTransaction anew =
        new TestTransaction(TestChannel.NAME, TestChannel.CHAINCODE)
            .binds(key(consent), SignaturePolicyEnvelope.getDefaultInstance());
    channel.cut(List.of(anew.endorsedBy(channel.peers(1, 3)).sentBy(client("alpha"))), FAILURE);
    assertThat(verify().findings()).isEmpty();
    TestTransaction withOwner =
        new TestTransaction(TestChannel.NAME, TestChannel.CHAINCODE)
            .binds(key(consent), SignaturePolicyEnvelope.getDefaultInstance());
    channel.cut(withOwner.endorsedBy(channel.peers(0, 2)).sentBy(client("alpha")));
    assertThat(only().rule()).isEqualTo(Rule.TRANSACTION_UNJUDGED);
  }
}
