package org.koinon.chaincode;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hyperledger.fabric.shim.Chaincode.Response;
import org.junit.jupiter.api.Test;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.ConsortiumEntry.ConsentSnapshot;
import org.koinon.federation.ledger.ConsortiumEntry.Enrolment;
import org.koinon.federation.ledger.Entry;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.ledger.TestScribe;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.study.MemberId;

/** Members whose records name their organisations on Fabric, on the contract. */
class BoundMembersTest {
  private static final List<String> ORGANISATIONS = List.of("A", "B", "C", "D", "E");

  private final TestConsortium consortium = TestConsortium.ofHospitals(5).of(ORGANISATIONS);
  private final InMemoryChannel channel = new InMemoryChannel();

  private ChannelLedger as(String organisation) {
    return new ChannelLedger(channel, organisation);
  }

  private String organisation(MemberId member) {
    return consortium.members().stream()
        .filter(each -> each.id().equals(member))
        .findFirst()
        .flatMap(each -> each.organisation())
        .orElseThrow();
  }

  private void setUp() {
    for (Said said : consortium.setUp()) {
      ChannelLedger own = as(organisation(said.author()));
      assertThat(new TestScribe(consortium, own).say(said)).isEqualTo(new Admission.Admitted());
    }
  }

  private InMemoryStub transaction(String organisation, MemberId author, Entry entry) {
    SignedEntry signed = new TestScribe(consortium, as("any")).sign(new Said(author, entry));
    return as(organisation)
        .transaction("append", new String(signed.encode(), StandardCharsets.UTF_8));
  }

  private static void assertWrong(InMemoryStub transaction, String sentence) {
    Response response = ChannelLedger.invoke(transaction);
    assertThat(response.getMessage()).isEqualTo("WRONG_SUBMITTER: " + sentence);
    assertThat(response.getPayload()).asString().isEqualTo("WRONG_SUBMITTER");
    assertThat(transaction.readWriteSet().writes()).isEmpty();
    assertThat(transaction.policies()).isEmpty();
  }

  @Test
  void the_first_entry_is_its_authors_organisation_to_submit() {
    MemberId first = consortium.member(0);
    SignedEntry genesis = consortium.sign(new VerifiedLog(), consortium.founding());
    assertWrong(
        transaction("B", first, consortium.genesis()), "hospital-001 is of A, and B submitted it");
    assertThat(as("A").append(genesis)).isEqualTo(new Admission.Admitted());
    assertThat(as("B").append(genesis)).isEqualTo(new Admission.Present());
  }

  @Test
  void every_entry_is_its_authors_organisation_to_submit() {
    setUp();
    MemberId second = consortium.member(1);
    Entry approval = TestScribe.approval(second, 7).entry();
    assertWrong(transaction("A", second, approval), "hospital-002 is of B, and A submitted it");
    InMemoryStub own = transaction("B", second, approval);
    assertThat(ChannelLedger.invoke(own).getStatus()).isEqualTo(Response.Status.SUCCESS);
  }

  @Test
  void the_organisation_costs_no_read_of_the_state() {
    TestConsortium unbound = TestConsortium.ofHospitals(5);
    InMemoryChannel other = new InMemoryChannel();
    ChannelLedger plain = new ChannelLedger(other);
    for (Said said : unbound.setUp()) {
      assertThat(new TestScribe(unbound, plain).say(said)).isEqualTo(new Admission.Admitted());
    }
    setUp();
    MemberId first = consortium.member(0);
    Entry leaving = new Enrolment(consortium.study().id(), 2, false);
    SignedEntry signed = new TestScribe(unbound, plain).sign(new Said(first, leaving));
    InMemoryStub without =
        plain.transaction("append", new String(signed.encode(), StandardCharsets.UTF_8));
    InMemoryStub with = transaction("A", first, leaving);
    for (InMemoryStub each : List.of(without, with)) {
      assertThat(ChannelLedger.invoke(each).getStatus()).isEqualTo(Response.Status.SUCCESS);
    }
    assertThat(with.readWriteSet().reads().keySet())
        .isEqualTo(without.readWriteSet().reads().keySet());
    assertThat(with.policies().keySet()).isEqualTo(with.readWriteSet().writes().keySet());
    assertThat(without.policies()).isEmpty();
  }

  @Test
  void a_hospitals_own_entry_is_bound_to_it_and_a_majority_and_others_are_not() {
    setUp();
    MemberId third = consortium.member(2);
    ConsentSnapshot consent = TestConsortium.consent(consortium.study(), third, 2);
    InMemoryStub own = transaction("C", third, consent);
    assertThat(ChannelLedger.invoke(own).getStatus()).isEqualTo(Response.Status.SUCCESS);
    assertThat(own.policies().keySet())
        .isEqualTo(Set.of("\0ConsentSnapshot\0sepsis\0hospital-003\0" + "2\0"));
    ByteString policy = own.policies().values().iterator().next();

    assertThat(KeyPolicies.isSatisfied(policy, List.of("C", "A", "B"))).isTrue();
    assertThat(KeyPolicies.isSatisfied(policy, List.of("E", "C", "D"))).isTrue();
    assertThat(KeyPolicies.isSatisfied(policy, List.of("C", "A"))).as("no majority").isFalse();
    assertThat(KeyPolicies.isSatisfied(policy, List.of("C"))).as("the owner alone").isFalse();
    assertThat(KeyPolicies.isSatisfied(policy, List.of("A", "B", "D", "E")))
        .as("everybody but the owner")
        .isFalse();
    InMemoryStub approval = transaction("C", third, TestScribe.approval(third, 7).entry());
    assertThat(ChannelLedger.invoke(approval).getStatus()).isEqualTo(Response.Status.SUCCESS);
    assertThat(approval.policies()).isEmpty();
  }

  @Test
  void a_majority_that_writes_over_a_consent_is_not_enough_without_the_hospital() {
    setUp();
    String key = "\0ConsentSnapshot\0sepsis\0hospital-003\0" + "1\0";
    var over = new InMemoryChannel.ReadWriteSet(Map.of(), Map.of(key, "something else"), Map.of());
    var unbound =
        new InMemoryChannel.ReadWriteSet(Map.of(), Map.of(), Map.of(key, ByteString.EMPTY));

    assertThat(channel.isEndorsed(over, List.of("A", "B", "D", "E"))).isFalse();
    assertThat(channel.isEndorsed(unbound, List.of("A", "B", "D", "E"))).isFalse();
    assertThat(channel.isEndorsed(over, List.of("A", "B", "C"))).isTrue();
  }

  @Test
  void all_endorsers_compute_the_same_bytes() {
    setUp();
    MemberId third = consortium.member(2);
    ConsentSnapshot consent = TestConsortium.consent(consortium.study(), third, 2);
    InMemoryStub one = transaction("C", third, consent);
    InMemoryStub other = transaction("C", third, consent);
    assertThat(ChannelLedger.invoke(one).getStatus()).isEqualTo(Response.Status.SUCCESS);
    assertThat(ChannelLedger.invoke(other).getStatus()).isEqualTo(Response.Status.SUCCESS);
    assertThat(one.policies()).isEqualTo(other.policies());
  }
}
