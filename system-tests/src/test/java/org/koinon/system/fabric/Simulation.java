package org.koinon.system.fabric;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVMetadataEntry;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVMetadataWrite;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRead;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWrite;
import org.hyperledger.fabric.protos.peer.ChaincodeEvent;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;
import org.hyperledger.fabric.protos.peer.GetState;
import org.hyperledger.fabric.protos.peer.PutState;
import org.hyperledger.fabric.protos.peer.PutStateMetadata;
import org.hyperledger.fabric.protos.peer.Response;

/**
 * One run of the chaincode on a snapshot: reads never see its own writes. Used by one thread at a
 * time.
 */
final class Simulation {
  /**
   * What came of it.
   *
   * @param response the chaincode's
   * @param reads and writes, by key
   * @param event the one that stands at the end
   */
  record Result(Response response, KVRWSet reads, ChaincodeEvent event) {}

  private final WorldState snapshot;
  private final Map<String, KVRead> reads = new TreeMap<>();
  private final Map<String, KVWrite> writes = new TreeMap<>();
  private final Map<String, KVMetadataWrite> policies = new TreeMap<>();
  private final CompletableFuture<Result> result = new CompletableFuture<>();

  Simulation(WorldState snapshot) {
    this.snapshot = snapshot;
  }

  CompletableFuture<Result> result() {
    return result;
  }

  /** What a peer answers to one message of the chaincode; empty bytes when it was the last. */
  ByteString answer(ChaincodeMessage message) throws InvalidProtocolBufferException {
    switch (message.getType()) {
      case GET_STATE -> {
        return read(GetState.parseFrom(message.getPayload()).getKey());
      }
      case PUT_STATE -> {
        PutState put = PutState.parseFrom(message.getPayload());
        writes.put(
            put.getKey(),
            KVWrite.newBuilder().setKey(put.getKey()).setValue(put.getValue()).build());
      }
      case PUT_STATE_METADATA -> {
        PutStateMetadata put = PutStateMetadata.parseFrom(message.getPayload());
        KVMetadataEntry entry =
            KVMetadataEntry.newBuilder()
                .setName(put.getMetadata().getMetakey())
                .setValue(put.getMetadata().getValue())
                .build();
        policies.put(
            put.getKey(),
            KVMetadataWrite.newBuilder().setKey(put.getKey()).addEntries(entry).build());
      }
      case COMPLETED -> {
        KVRWSet set =
            KVRWSet.newBuilder()
                .addAllReads(reads.values())
                .addAllWrites(writes.values())
                .addAllMetadataWrites(policies.values())
                .build();
        Response response = Response.parseFrom(message.getPayload());
        result.complete(new Result(response, set, message.getChaincodeEvent()));
      }
      default ->
          result.completeExceptionally(
              new IllegalStateException("the contract has no business with " + message.getType()));
    }
    return ByteString.EMPTY;
  }

  private ByteString read(String key) {
    KVRead.Builder read = KVRead.newBuilder().setKey(key);
    WorldState.Value value = snapshot.get(key);
    if (value != null) {
      read.setVersion(value.version());
    }
    reads.put(key, read.build());
    return value == null ? ByteString.EMPTY : value.bytes();
  }
}
