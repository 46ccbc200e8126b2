package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWrite;
import org.koinon.audit.finding.Rule;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.ConsortiumEntry.Genesis;
import org.koinon.federation.ledger.ConsortiumEntry.Joined;
import org.koinon.federation.ledger.EntryKey;
import org.koinon.federation.ledger.KeyEndorsement;
import org.koinon.federation.ledger.Membership;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.study.Member;

/**
 * The entry that a valid transaction put on the ledger. The contract writes one key per
 * transaction: the entry's own, with the entry as its value, and says so in its event. It takes an
 * entry of a member that names its organisation from that one only, and binds a hospital's own
 * entry to its endorsement. Not thread-safe.
 */
final class LedgerWrites {
  private static final String EVENT = "admitted";

  private final String chaincode;
  private final Map<EntryKey, SignedEntry> members = new HashMap<>();

  /** Of the contract with that name on the channel. */
  LedgerWrites(String chaincode) {
    this.chaincode = chaincode;
  }

  String chaincode() {
    return chaincode;
  }

  /**
   * The entry's bytes; empty if the transaction wrote none.
   *
   * @param index of the transaction in its block
   * @throws BlockFault if it wrote something else
   */
  Optional<byte[]> entry(EndorsedTransaction transaction, int index) {
    Optional<ReadWriteSet.Space> space =
        transaction.changes().spaces().stream()
            .filter(each -> each.chaincode().equals(chaincode) && each.writes())
            .findFirst();
    if (space.isEmpty()) {
      return Optional.empty();
    }
    List<KVWrite> writes = space.get().keys().getWritesList();
    if (writes.size() != 1
        || writes.getFirst().getIsDelete()
        || space.get().collections().values().stream()
            .anyMatch(each -> each.getHashedWritesCount() > 0)
        || !transaction.chaincode().equals(chaincode)) {
      throw fault(index, "it wrote other keys than one entry's");
    }
    ByteString value = writes.getFirst().getValue();
    if (value.size() > SignedEntry.BYTES_MAX) {
      throw fault(index, "its entry has " + value.size() + " bytes");
    }
    SignedEntry entry = decoded(value, index);
    checkKey(entry.entryKey().value(), writes.getFirst().getKey(), transaction, index);
    checkSubmitter(entry, transaction, index);
    checkPolicy(entry, writes.getFirst().getKey(), space.get(), index);
    return Optional.of(value.toByteArray());
  }

  private SignedEntry decoded(ByteString value, int index) {
    try {
      SignedEntry entry = SignedEntry.decode(value.toByteArray());
      if (entry.entry() instanceof Genesis || entry.entry() instanceof Joined) {
        members.putIfAbsent(entry.entryKey(), entry);
      }
      return entry;
    } catch (FormatException e) {
      throw fault(index, "what it wrote is no entry: " + e.getMessage());
    }
  }

  /** Only who the rules admitted is there; whether they did is judged with the log. */
  private Optional<SignedEntry> member(EntryKey key) {
    return Optional.ofNullable(members.get(key));
  }

  private void checkSubmitter(SignedEntry entry, EndorsedTransaction transaction, int index) {
    Optional<String> own =
        new Membership(this::member).member(entry.author()).flatMap(Member::organisation);
    if (own.isEmpty() || own.get().equals(transaction.sender().msp())) {
      return;
    }
    List<String> endorsers =
        transaction.endorsements().stream()
            .flatMap(each -> Identity.of(each.identity()).stream())
            .map(Identity::msp)
            .distinct()
            .sorted()
            .toList();
    throw new BlockFault(
        Rule.TRANSACTION_SUBMITTER,
        index,
        "the entry "
            + entry.entryKey().value()
            + " is "
            + entry.author()
            + "'s, of "
            + own.get()
            + ", and "
            + transaction.sender().name()
            + " submitted it. The ledger's contract refuses that: "
            + String.join(" and ", endorsers)
            + " endorsed it with another program");
  }

  private void checkPolicy(SignedEntry entry, String key, ReadWriteSet.Space space, int index) {
    Optional<KeyEndorsement> due = KeyEndorsement.of(this::member, entry);
    Map<WorldState.Key, ByteString> bound = space.policies();
    String own = entry.entryKey().value();
    if (due.isEmpty() && !bound.isEmpty()) {
      throw fault(index, "it bound a key to a policy with the entry " + own);
    }
    WorldState.Key written = WorldState.Key.open(chaincode, key);
    if (due.isPresent() && !bound.equals(Map.of(written, KeyPolicy.of(due.get()).toByteString()))) {
      throw fault(
          index,
          "it did not bind the entry "
              + own
              + " to its hospital's endorsement with "
              + due.get().needed()
              + " of "
              + String.join(", ", due.get().others()));
    }
  }

  private void checkKey(String own, String key, EndorsedTransaction transaction, int index) {
    String composite = "\0" + String.join("\0", own.split("~", -1)) + "\0";
    if (!composite.equals(key)) {
      throw fault(index, "it wrote the entry " + own + " under another entry's key");
    }
    if (!transaction.event().getEventName().equals(EVENT)
        || !transaction.event().getPayload().equals(ByteString.copyFromUtf8(own))) {
      throw fault(index, "its event does not name the entry " + own);
    }
  }

  private BlockFault fault(int index, String what) {
    return new BlockFault(
        Rule.TRANSACTION_WRITES,
        index,
        "chaincode "
            + chaincode
            + " did what the ledger's contract never does: "
            + what
            + ". Its endorsers ran another program: ask them for it");
  }
}
