package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.HashedRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWrite;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWriteHash;
import org.koinon.audit.finding.Rule;
import org.koinon.federation.encoding.Digest;

/**
 * What the valid transactions of one block write, the last one of each key, in the order in which
 * Fabric's peers hash it.
 */
final class BlockUpdates {
  private static final ByteString NOTHING_HASH =
      ByteString.copyFrom(Digest.sha256(new byte[0]).bytes());

  private record Write(ByteString value, ByteString policy, WorldState.Version version) {}

  private final WorldState state;

  private final TreeMap<WorldState.Key, Write> writes =
      new TreeMap<>(
          Comparator.comparing(
                  (WorldState.Key key) -> ByteString.copyFromUtf8(key.chaincode()),
                  ByteString.unsignedLexicographicalComparator())
              .thenComparing(
                  key -> ByteString.copyFromUtf8(key.collection()),
                  ByteString.unsignedLexicographicalComparator())
              .thenComparing(WorldState.Key::key, ByteString.unsignedLexicographicalComparator()));

  /** Over the state before the block. */
  BlockUpdates(WorldState state) {
    this.state = state;
  }

  /** Whether a transaction before in the block wrote the key. */
  boolean touches(WorldState.Key key) {
    return writes.containsKey(key);
  }

  /**
   * Takes what a valid transaction writes; an empty value deletes, as in Fabric. A key keeps the
   * policy it is bound to, unless the transaction binds it to another.
   *
   * @throws BlockFault if it binds a key that stands and does not write it
   */
  void take(ReadWriteSet changes, WorldState.Version version) {
    for (ReadWriteSet.Space space : changes.spaces()) {
      Map<WorldState.Key, ByteString> bound = new HashMap<>(space.policies());
      for (KVWrite write : space.keys().getWritesList()) {
        WorldState.Key key = WorldState.Key.open(space.chaincode(), write.getKey());
        ByteString value = write.getIsDelete() ? ByteString.EMPTY : write.getValue();
        ByteString policy = Optional.ofNullable(bound.remove(key)).orElseGet(() -> policy(key));
        writes.put(key, new Write(value, policy, version));
      }
      for (WorldState.Key key : bound.keySet()) {
        if (stands(key)) {
          throw new BlockFault(
              Rule.TRANSACTION_UNJUDGED,
              Math.toIntExact(version.transaction()),
              space.chaincode()
                  + " binds a key anew and does not write it. The transaction, and what follows it,"
                  + " cannot be judged here");
        }
      }
      space.collections().forEach((name, keys) -> take(space.chaincode(), name, keys, version));
    }
  }

  private ByteString policy(WorldState.Key key) {
    Write before = writes.get(key);
    return before == null ? state.policy(key) : before.policy();
  }

  private boolean stands(WorldState.Key key) {
    Write before = writes.get(key);
    return before == null ? state.version(key).isPresent() : !before.value().isEmpty();
  }

  private void take(
      String chaincode, String collection, HashedRWSet keys, WorldState.Version version) {
    for (KVWriteHash write : keys.getHashedWritesList()) {
      boolean isDelete = write.getIsDelete() || write.getValueHash().equals(NOTHING_HASH);
      ByteString value = isDelete ? ByteString.EMPTY : write.getValueHash();
      writes.put(
          new WorldState.Key(chaincode, collection, write.getKeyHash()),
          new Write(value, ByteString.EMPTY, version));
    }
  }

  /** Has the state take them. */
  void apply() {
    writes.forEach((key, write) -> state.put(key, write.value(), write.policy(), write.version()));
  }

  /**
   * Fabric's commit hash: over the verdicts, these writes and the commit hash before.
   *
   * @param verdicts one byte for each transaction
   * @param previous of the block before; empty for the first that has one
   */
  Digest commitHash(ByteString verdicts, ByteString previous) {
    MessageDigest sha = Digest.sha256();
    try {
      ByteArrayOutputStream length = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(length);
      out.writeUInt32NoTag(verdicts.size());
      out.flush();
      sha.update(length.toByteArray());
      sha.update(verdicts.asReadOnlyByteBuffer());
      sha.update(encoded());
      sha.update(previous.asReadOnlyByteBuffer());
      return Digest.of(sha.digest());
    } catch (IOException e) {
      throw new IllegalStateException("nothing is written outside memory", e);
    }
  }

  private byte[] encoded() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(all);
    String chaincode = "";
    String collection = "";
    for (Map.Entry<WorldState.Key, Write> write : writes.entrySet()) {
      WorldState.Key key = write.getKey();
      boolean isNewChaincode = !key.chaincode().equals(chaincode);
      boolean isNewCollection = isNewChaincode || !key.collection().equals(collection);
      chaincode = key.chaincode();
      collection = key.collection();
      out.writeByteArray(
          1,
          encoded(
              isNewChaincode ? chaincode : "",
              isNewCollection ? collection : "",
              key.key(),
              write.getValue()));
    }
    out.flush();
    return all.toByteArray();
  }

  private static byte[] encoded(String chaincode, String collection, ByteString key, Write write)
      throws IOException {
    ByteArrayOutputStream one = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(one);
    if (!chaincode.isEmpty()) {
      out.writeString(1, chaincode);
    }
    if (!collection.isEmpty()) {
      out.writeString(2, collection);
    }
    if (!key.isEmpty()) {
      out.writeBytes(3, key);
    }
    if (write.value().isEmpty()) {
      out.writeBool(4, true);
    } else {
      out.writeBytes(5, write.value());
    }
    byte[] block = ordered(write.version().block());
    byte[] transaction = ordered(write.version().transaction());
    out.writeBytes(6, ByteString.copyFrom(block).concat(ByteString.copyFrom(transaction)));
    out.flush();
    return one.toByteArray();
  }

  /** A number as its length and its bytes, so that the order of bytes is that of numbers. */
  private static byte[] ordered(long number) {
    int size = (Long.SIZE - Long.numberOfLeadingZeros(number) + Byte.SIZE - 1) / Byte.SIZE;
    byte[] bytes = new byte[size + 1];
    bytes[0] = (byte) size;
    for (int i = 0; i < size; i++) {
      bytes[size - i] = (byte) (number >>> (Byte.SIZE * i));
    }
    return bytes;
  }
}
