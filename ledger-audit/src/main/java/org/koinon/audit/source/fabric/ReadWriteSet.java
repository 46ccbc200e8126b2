package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hyperledger.fabric.protos.ledger.rwset.CollectionHashedReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.NsReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.HashedRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVMetadataEntry;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVMetadataWrite;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.peer.MetaDataKeys;

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

    /** The endorsement policies that it binds public keys to; no bytes take a policy away. */
    Map<WorldState.Key, ByteString> policies() {
      Map<WorldState.Key, ByteString> policies = new LinkedHashMap<>();
      for (KVMetadataWrite write : keys.getMetadataWritesList()) {
        ByteString policy = ByteString.EMPTY;
        for (KVMetadataEntry entry : write.getEntriesList()) {
          policy = entry.getName().equals(POLICY) ? entry.getValue() : policy;
        }
        policies.put(WorldState.Key.open(chaincode, write.getKey()), policy);
      }
      return policies;
    }

    /** Whether it binds private keys to policies of their own. */
    boolean hasPrivatePolicies() {
      return collections.values().stream().anyMatch(each -> each.getMetadataWritesCount() > 0);
    }

    /** The public keys that it writes or binds. */
    Set<WorldState.Key> writtenKeys() {
      Set<WorldState.Key> written = new LinkedHashSet<>(policies().keySet());
      keys.getWritesList()
          .forEach(write -> written.add(WorldState.Key.open(chaincode, write.getKey())));
      return written;
    }
  }

  private static final String POLICY = MetaDataKeys.VALIDATION_PARAMETER.name();

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
