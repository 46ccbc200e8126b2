package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hyperledger.fabric.protos.ledger.rwset.CollectionHashedReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.NsReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.HashedRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;

/**
 * What a transaction read and wrote, by the chaincode whose keys they are.
 *
 * @param spaces in their order
 */
record ReadWriteSet(List<Space> spaces) {
  /**
   * Of one chaincode.
   *
   * @param chaincode its name
   * @param keys public ones
   * @param collections private ones, by their hashes
   */
  record Space(String chaincode, KVRWSet keys, Map<String, HashedRWSet> collections) {
    boolean writes() {
      return keys.getWritesCount() > 0
          || keys.getMetadataWritesCount() > 0
          || collections.values().stream().anyMatch(Space::writes);
    }

    private static boolean writes(HashedRWSet keys) {
      return keys.getHashedWritesCount() > 0 || keys.getMetadataWritesCount() > 0;
    }

    /** Whether it binds keys to policies of their own. */
    boolean hasKeyPolicies() {
      return keys.getMetadataWritesCount() > 0
          || collections.values().stream().anyMatch(each -> each.getMetadataWritesCount() > 0);
    }
  }

  ReadWriteSet {
    spaces = List.copyOf(spaces);
  }

  /** Reads the results that endorsers signed. */
  static ReadWriteSet of(ByteString results) throws InvalidProtocolBufferException {
    List<Space> spaces = new ArrayList<>();
    for (NsReadWriteSet each : TxReadWriteSet.parseFrom(results).getNsRwsetList()) {
      Map<String, HashedRWSet> collections = new LinkedHashMap<>();
      for (CollectionHashedReadWriteSet collection : each.getCollectionHashedRwsetList()) {
        HashedRWSet keys = HashedRWSet.parseFrom(collection.getHashedRwset());
        if (collections.put(collection.getCollectionName(), keys) != null) {
          throw new InvalidProtocolBufferException("a collection stands twice");
        }
      }
      spaces.add(new Space(each.getNamespace(), KVRWSet.parseFrom(each.getRwset()), collections));
    }
    return new ReadWriteSet(spaces);
  }
}
