package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.koinon.audit.finding.Rule;
import org.koinon.federation.encoding.Digest;

/**
 * What Fabric's peers hold after the blocks that were read: the version of every key, public or
 * private, the endorsement policies that keys are bound to, and the values that define chaincodes.
 * Not thread-safe.
 */
final class WorldState {
  /** The chaincode whose keys define the others. */
  static final String LIFECYCLE = "_lifecycle";

  private static final int KEYS_MAX = 4_000_000;
  private static final int DEFINITIONS_MAX = 100_000;

  /**
   * Which transaction wrote a key last.
   *
   * @param block its number
   * @param transaction its place in the block
   */
  record Version(long block, long transaction) {}

  /**
   * Names a key.
   *
   * @param chaincode whose
   * @param collection of a private key; empty for a public one
   * @param key its bytes; of a private one the hash
   */
  record Key(String chaincode, String collection, ByteString key) {
    static Key open(String chaincode, String key) {
      return new Key(chaincode, "", ByteString.copyFromUtf8(key));
    }

    /** For people. */
    String text() {
      return key.toStringUtf8().replace('\0', '~');
    }

    private Digest digest() {
      return Digest.tagged(
          "koinon/state-key/v1",
          chaincode.getBytes(StandardCharsets.UTF_8),
          collection.getBytes(StandardCharsets.UTF_8),
          key.toByteArray());
    }
  }

  private final Map<Digest, Version> versions = new HashMap<>();
  private final Map<Digest, ByteString> policies = new HashMap<>();
  private final Map<ByteString, ByteString> distinctPolicies = new HashMap<>();
  private final Map<String, ByteString> definitions = new HashMap<>();

  /** The version of a key; empty if it is not there. */
  Optional<Version> version(Key key) {
    return Optional.ofNullable(versions.get(key.digest()));
  }

  /** The endorsement policy that the key is bound to; no bytes if it has none of its own. */
  ByteString policy(Key key) {
    return policies.getOrDefault(key.digest(), ByteString.EMPTY);
  }

  /** A value of the chaincode definitions; empty if it is not there. */
  Optional<ByteString> definition(String key) {
    return Optional.ofNullable(definitions.get(key));
  }

  /** Takes a write; an empty value deletes, and no bytes of a policy are no policy. */
  void put(Key key, ByteString value, ByteString policy, Version version) {
    if (value.isEmpty() || policy.isEmpty()) {
      policies.remove(key.digest());
    } else {
      policies.put(key.digest(), distinctPolicies.computeIfAbsent(policy, same -> same));
    }
    boolean isDefinition = key.chaincode().equals(LIFECYCLE) && key.collection().isEmpty();
    if (value.isEmpty()) {
      versions.remove(key.digest());
      if (isDefinition) {
        definitions.remove(key.key().toStringUtf8());
      }
      return;
    }
    versions.put(key.digest(), version);
    if (isDefinition) {
      definitions.put(key.key().toStringUtf8(), value);
    }
    if (versions.size() > KEYS_MAX || definitions.size() > DEFINITIONS_MAX) {
      throw new BlockFault(
          Rule.TRANSACTION_UNJUDGED, "the channel has over " + KEYS_MAX + " keys: too many here");
    }
  }
}
