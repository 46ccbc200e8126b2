package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import org.hyperledger.fabric.protos.common.Metadata;

/** Signatures of blocks, mixed. */
final class TestSignatures {
  private TestSignatures() {}

  /** The first, with the last signature of the other. */
  static ByteString withLastOf(ByteString signatures, ByteString other) {
    try {
      Metadata good = Metadata.parseFrom(signatures);
      Metadata wrong = Metadata.parseFrom(other);
      int last = good.getSignaturesCount() - 1;
      return good.toBuilder().setSignatures(last, wrong.getSignatures(last)).build().toByteString();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
