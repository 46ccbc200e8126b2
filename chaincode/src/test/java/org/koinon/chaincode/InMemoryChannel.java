package org.koinon.chaincode;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Fabric channel's semantics in memory: transactions are simulated on a snapshot, and a commit is
 * valid only if every key that was read still has the version that was read.
 */
final class InMemoryChannel {
  /**
   * A value with the number of the transaction that wrote it.
   *
   * @param transaction which
   * @param value UTF-8
   */
  record Versioned(long transaction, String value) {}

  /**
   * What a simulation read and wants to write.
   *
   * @param reads per key the transaction that had written it; -1 where there was no value
   * @param writes per key the new value
   * @param policies per key the endorsement policy that it is bound to from now on
   */
  record ReadWriteSet(
      Map<String, Long> reads, Map<String, String> writes, Map<String, ByteString> policies) {}

  private static final long ABSENT = -1;

  private final List<String> committed = new ArrayList<>();
  private final Map<String, ByteString> bound = new HashMap<>();
  private Map<String, Versioned> world = Map.of();

  /** The world state as it is now; later commits do not change it. */
  synchronized Map<String, Versioned> snapshot() {
    return world;
  }

  /**
   * Whether these organisations' peers may endorse it: a key that is bound takes what its policy
   * says; on all others this channel lets anybody write.
   */
  synchronized boolean isEndorsed(ReadWriteSet set, List<String> endorsers) {
    return Stream.concat(set.writes().keySet().stream(), set.policies().keySet().stream())
        .flatMap(key -> Stream.ofNullable(bound.get(key)))
        .allMatch(policy -> KeyPolicies.isSatisfied(policy, endorsers));
  }

  /** Commits, or finds an MVCC read conflict and changes nothing. */
  synchronized boolean commit(ReadWriteSet set) {
    boolean valid =
        set.reads().entrySet().stream()
            .allMatch(read -> version(world.get(read.getKey())) == read.getValue());
    if (valid) {
      Map<String, Versioned> next = new HashMap<>(world);
      set.writes().forEach((key, value) -> next.put(key, new Versioned(committed.size(), value)));
      committed.addAll(set.writes().values());
      bound.putAll(set.policies());
      world = next;
    }
    return valid;
  }

  /** The values that valid transactions wrote, in the order of the blocks. */
  synchronized List<String> written() {
    return List.copyOf(committed);
  }

  static long version(@Nullable Versioned value) {
    return value == null ? ABSENT : Objects.requireNonNull(value).transaction();
  }
}
