package org.koinon.chaincode;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.hyperledger.fabric.shim.ChaincodeException;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.ConsortiumEntry;
import org.koinon.federation.ledger.EntryKey;
import org.koinon.federation.ledger.KeyEndorsement;
import org.koinon.federation.ledger.LedgerRules;
import org.koinon.federation.ledger.Refusal;
import org.koinon.federation.ledger.Seen;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.VerifiedLog;

/**
 * The contract on the channel: admits an entry by {@link LedgerRules} and holds it under its key.
 *
 * <p>It has no state, no counter and no clock of its own, so entries under different keys do not
 * conflict. A refusal is a {@link ChaincodeException} whose message begins with the stable code of
 * the {@link Refusal} and whose payload is that code. The position in the log is the order of valid
 * transactions in the channel's blocks.
 *
 * <p>Where a member's record names its organisation, the member's entries are taken from that
 * organisation alone, and the keys of those that outlast rounds are bound to its endorsement.
 */
final class FederationContract {
  /** Name of the one event that a transaction sets; its payload is the entry's key. */
  static final String ADMITTED_EVENT = "admitted";

  private static final Seen NOTHING = new VerifiedLog().seen();
  private static final int KEY_CHARS_MAX = 1024;

  /**
   * Judges an entry and stores it if it is admitted.
   *
   * @param stub of the transaction
   * @param bytes the entry's canonical JSON
   * @return ADMITTED, or PRESENT when the same stands already
   */
  String append(ChaincodeStub stub, byte[] bytes) {
    SignedEntry entry = decode(bytes);
    if (entry.entry() instanceof ConsortiumEntry.Genesis && !entry.seen().equals(NOTHING)) {
      throw refused(Refusal.SEEN_INVALID, "nothing precedes the first entry");
    }
    StubState state = new StubState(stub);
    return switch (LedgerRules.admit(state, entry, submitter(stub))) {
      case Admission.Admitted admitted -> {
        state.put(entry.entryKey(), bytes);
        KeyEndorsement.of(state, entry)
            .ifPresent(it -> state.bind(entry.entryKey(), KeyPolicy.bytes(it)));
        byte[] key = entry.entryKey().value().getBytes(StandardCharsets.UTF_8);
        stub.setEvent(ADMITTED_EVENT, key);
        yield "ADMITTED";
      }
      case Admission.Present present -> "PRESENT";
      case Admission.Refused(Refusal refusal, String detail) -> throw refused(refusal, detail);
    };
  }

  /** The canonical JSON of the entry under a key; empty if there is none. */
  String get(ChaincodeStub stub, String key) {
    if (key.isEmpty() || key.length() > KEY_CHARS_MAX || key.indexOf('\0') >= 0) {
      throw refused(Refusal.MALFORMED, "not the key of an entry");
    }
    return new StubState(stub)
        .bytes(new EntryKey(key))
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .orElse("");
  }

  /** The organisation whose certificate signed the proposal; the peer has checked the signature. */
  private static String submitter(ChaincodeStub stub) {
    try {
      return SerializedIdentity.parseFrom(stub.getCreator()).getMspid();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a peer hands over proposals of known identities only", e);
    }
  }

  private static SignedEntry decode(byte[] bytes) {
    try {
      return SignedEntry.decode(bytes);
    } catch (FormatException e) {
      throw refused(Refusal.MALFORMED, String.valueOf(e.getMessage()));
    }
  }

  /** The code stands in the message too, because gateway clients are not shown the payload. */
  static ChaincodeException refused(Refusal refusal, String detail) {
    return new ChaincodeException(refusal.name() + ": " + detail, refusal.name());
  }
}
