package org.koinon.chaincode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.hyperledger.fabric.shim.Chaincode.Response;
import org.junit.jupiter.api.Test;
import org.koinon.federation.ledger.Ledger;
import org.koinon.federation.ledger.LedgerContract;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.ledger.TestScribe;
import org.koinon.federation.ledger.VerifiedLog;

/** The chaincode obeys the port's contract, and Fabric's rules. */
class FederationContractTest extends LedgerContract {
  private final InMemoryChannel channel = new InMemoryChannel();
  private final ChannelLedger ledger = new ChannelLedger(channel);

  @Override
  protected Ledger open() {
    return new ChannelLedger(channel);
  }

  private InMemoryStub append(SignedEntry entry) {
    return ledger.transaction("append", new String(entry.encode(), StandardCharsets.UTF_8));
  }

  private InMemoryStub endorsed(SignedEntry entry) {
    InMemoryStub transaction = append(entry);
    assertThat(ChannelLedger.invoke(transaction).getStatus()).isEqualTo(Response.Status.SUCCESS);
    return transaction;
  }

  @Test
  void an_admitted_entry_writes_its_own_composite_key_and_sets_one_event() {
    SignedEntry genesis = consortium.sign(new VerifiedLog(), consortium.founding());

    InMemoryStub transaction = endorsed(genesis);

    assertThat(transaction.readWriteSet().writes())
        .containsExactly(
            Map.entry("\0Genesis\0", new String(genesis.encode(), StandardCharsets.UTF_8)));
    assertThat(transaction.event()).containsExactly(Map.entry("admitted", "Genesis"));
    assertThat(transaction.events()).isOne();
  }

  @Test
  void what_is_present_or_refused_writes_nothing_and_sets_no_event() {
    SignedEntry genesis = consortium.sign(new VerifiedLog(), consortium.founding());
    Said said = TestScribe.approval(consortium.member(0), 0);
    InMemoryStub early = append(consortium.sign(new VerifiedLog(), said));
    Response refused = ChannelLedger.invoke(early);
    assertThat(refused.getStatus()).isEqualTo(Response.Status.INTERNAL_SERVER_ERROR);
    assertThat(refused.getMessage()).isEqualTo("NO_GENESIS: Approval");
    assertThat(refused.getPayload()).asString().isEqualTo("NO_GENESIS");
    assertThat(early.readWriteSet().writes()).isEmpty();
    assertThat(early.event()).isEmpty();

    assertThat(channel.commit(endorsed(genesis).readWriteSet())).isTrue();
    InMemoryStub again = endorsed(genesis);
    assertThat(again.readWriteSet().writes()).isEmpty();
    assertThat(again.event()).isEmpty();
  }

  @Test
  void bytes_that_are_no_entry_are_refused_by_code() {
    for (String json : new String[] {"", "{}", "not json", "[1,2]", "{\"type\":\"Genesis\"}"}) {
      Response response = ChannelLedger.invoke(ledger.transaction("append", json));
      assertThat(response.getMessage()).as(json).startsWith("MALFORMED: ");
      assertThat(response.getPayload()).asString().isEqualTo("MALFORMED");
    }
  }

  @Test
  void bytes_that_are_no_text_are_refused_and_not_repaired() {
    byte[] entry = consortium.sign(new VerifiedLog(), consortium.founding()).encode();
    byte[] broken = entry.clone();
    broken[entry.length / 2] = (byte) 0xff;

    Response response = ChannelLedger.invoke(ledger.transaction("append", broken));

    assertThat(response.getPayload()).asString().isEqualTo("MALFORMED");
  }

  @Test
  void what_the_contract_does_not_offer_is_refused_by_code() {
    for (InMemoryStub transaction :
        new InMemoryStub[] {
          ledger.transaction("erase", "Genesis"),
          ledger.transaction("append"),
          ledger.transaction("get", "Genesis", "Genesis"),
          ledger.transaction("")
        }) {
      Response response = ChannelLedger.invoke(transaction);
      assertThat(response.getStatus()).isEqualTo(Response.Status.INTERNAL_SERVER_ERROR);
      assertThat(response.getPayload()).asString().isEqualTo("MALFORMED");
    }
  }

  @Test
  void a_failure_of_the_program_itself_is_told_without_details() {
    var damage =
        new InMemoryChannel.ReadWriteSet(Map.of(), Map.of("\0Genesis\0", "no entry"), Map.of());
    assertThat(channel.commit(damage)).isTrue();
    SignedEntry entry =
        consortium.sign(new VerifiedLog(), TestScribe.approval(consortium.member(0), 0));

    Response response = ChannelLedger.invoke(append(entry));

    assertThat(response.getStatus()).isEqualTo(Response.Status.INTERNAL_SERVER_ERROR);
    assertThat(response.getMessage()).isEqualTo("Unexpected error");
  }

  @Test
  void a_key_that_no_entry_can_have_is_refused_by_code() {
    for (String key : new String[] {"", "Genesis\0", "k".repeat(2000)}) {
      assertThat(ChannelLedger.invoke(ledger.transaction("get", key)).getMessage())
          .isEqualTo("MALFORMED: not the key of an entry");
    }
  }

  @Test
  void a_transaction_does_not_read_what_it_wrote_itself() {
    InMemoryStub transaction = ledger.transaction("get", "Genesis");
    var stub = transaction.stub();

    stub.putState("key", new byte[] {1});

    assertThat(stub.getState("key")).isEmpty();
  }

  @Test
  void entries_under_different_keys_do_not_conflict() {
    admit(ledger, consortium.setUp());
    VerifiedLog log = replay(ledger);
    InMemoryStub one = endorsed(consortium.sign(log, TestScribe.approval(consortium.member(0), 7)));
    InMemoryStub other =
        endorsed(consortium.sign(log, TestScribe.approval(consortium.member(1), 7)));

    assertThat(channel.commit(one.readWriteSet())).isTrue();
    assertThat(channel.commit(other.readWriteSet())).isTrue();
  }

  @Test
  void of_two_entries_under_one_key_that_were_endorsed_at_once_one_becomes_valid() {
    admit(ledger, consortium.setUp());
    SignedEntry entry =
        consortium.sign(replay(ledger), TestScribe.approval(consortium.member(0), 7));
    InMemoryStub one = endorsed(entry);
    InMemoryStub other = endorsed(entry);

    assertThat(channel.commit(one.readWriteSet())).isTrue();
    assertThat(channel.commit(other.readWriteSet())).isFalse();
    assertThat(channel.written()).hasSize(consortium.setUp().size() + 1);
  }
}
