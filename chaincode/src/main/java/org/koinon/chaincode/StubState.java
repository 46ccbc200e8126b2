package org.koinon.chaincode;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.koinon.federation.ledger.EntryKey;
import org.koinon.federation.ledger.LedgerState;
import org.koinon.federation.ledger.SignedEntry;

/**
 * The world state as the rules read it: an entry's canonical bytes under a composite key made of
 * the parts of its {@link EntryKey}.
 *
 * <p>For one transaction: what was read once is kept, since a transaction reads one snapshot.
 */
final class StubState implements LedgerState {
  private static final DecodedEntries DECODED = new DecodedEntries();

  private final ChaincodeStub stub;
  private final Map<EntryKey, Optional<SignedEntry>> read = new HashMap<>();

  StubState(ChaincodeStub stub) {
    this.stub = stub;
  }

  @Override
  public Optional<SignedEntry> get(EntryKey key) {
    return read.computeIfAbsent(key, absent -> bytes(key).map(DECODED::of));
  }

  /** The canonical bytes under the key. */
  Optional<byte[]> bytes(EntryKey key) {
    byte[] value = stub.getState(composite(key));
    return value == null || value.length == 0 ? Optional.empty() : Optional.of(value);
  }

  void put(EntryKey key, byte[] entry) {
    stub.putState(composite(key), entry);
  }

  /** From the block after this one on, who writes the key needs these endorsements. */
  void bind(EntryKey key, byte[] policy) {
    stub.setStateValidationParameter(composite(key), policy);
  }

  private String composite(EntryKey key) {
    String[] parts = key.value().split("~", -1);
    return stub.createCompositeKey(parts[0], Arrays.copyOfRange(parts, 1, parts.length)).toString();
  }
}
