package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import java.util.List;
import org.hyperledger.fabric.protos.peer.ChaincodeEvent;

/**
 * A chaincode's transaction, whose form, sender and hashes were checked.
 *
 * @param id its number on the channel
 * @param sender who submitted it
 * @param chaincode that was called
 * @param event that it set
 * @param changes what it read and wrote
 * @param endorsements over its result
 */
record EndorsedTransaction(
    String id,
    Identity sender,
    String chaincode,
    ChaincodeEvent event,
    ReadWriteSet changes,
    List<SignedData> endorsements) {
  EndorsedTransaction {
    endorsements = List.copyOf(endorsements);
  }

  /** The id that Fabric derives from who sent a transaction and its nonce. */
  static String id(ByteString nonce, ByteString creator) {
    return org.koinon.federation.encoding.Digest.sha256(nonce.concat(creator).toByteArray()).hex();
  }
}
