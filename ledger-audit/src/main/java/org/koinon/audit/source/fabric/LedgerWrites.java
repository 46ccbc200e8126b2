package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWrite;
import org.koinon.audit.finding.Rule;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.SignedEntry;

/**
 * The entry that a valid transaction put on the ledger. The contract writes one key per
 * transaction: the entry's own, with the entry as its value, and says so in its event.
 *
 * @param chaincode the contract's name on the channel
 */
record LedgerWrites(String chaincode) {
  private static final String EVENT = "admitted";

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
    checkKey(value, writes.getFirst().getKey(), transaction, index);
    return Optional.of(value.toByteArray());
  }

  private void checkKey(ByteString value, String key, EndorsedTransaction transaction, int index) {
    String own;
    try {
      own = SignedEntry.decode(value.toByteArray()).entryKey().value();
    } catch (FormatException e) {
      throw fault(index, "what it wrote is no entry: " + e.getMessage());
    }
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
