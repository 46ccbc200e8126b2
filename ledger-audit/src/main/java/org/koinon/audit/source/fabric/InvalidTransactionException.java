package org.koinon.audit.source.fabric;

import org.hyperledger.fabric.protos.peer.TxValidationCode;

/** A transaction that Fabric's rules find invalid, with the code that a peer gives it. */
final class InvalidTransactionException extends Exception {
  private final TxValidationCode code;

  InvalidTransactionException(TxValidationCode code, String why) {
    super(why);
    this.code = code;
  }

  TxValidationCode code() {
    return code;
  }

  String why() {
    return String.valueOf(getMessage());
  }
}
