package org.koinon.chaincode;

import com.google.protobuf.ByteString;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.hyperledger.fabric.shim.ledger.CompositeKey;
import org.jspecify.annotations.Nullable;

/**
 * One transaction's stub on a snapshot of an {@link InMemoryChannel}: reads do not see the
 * transaction's own writes; whatever the contract has no business with throws.
 */
final class InMemoryStub {
  private final Map<String, InMemoryChannel.Versioned> snapshot;
  private final List<byte[]> arguments;
  private final String submitter;
  private final Map<String, Long> reads = new HashMap<>();
  private final Map<String, String> writes = new HashMap<>();
  private final Map<String, ByteString> policies = new HashMap<>();
  private final Map<String, String> event = new HashMap<>();
  private int events;

  /** Proposed by somebody of that organisation. */
  InMemoryStub(
      Map<String, InMemoryChannel.Versioned> snapshot, List<byte[]> arguments, String submitter) {
    this.snapshot = snapshot;
    this.arguments = arguments;
    this.submitter = submitter;
  }

  /** As the shim's interface. */
  ChaincodeStub stub() {
    return (ChaincodeStub)
        Proxy.newProxyInstance(
            ChaincodeStub.class.getClassLoader(),
            new Class<?>[] {ChaincodeStub.class},
            (proxy, method, parameters) -> call(method, parameters));
  }

  /** What it read and wrote. */
  InMemoryChannel.ReadWriteSet readWriteSet() {
    return new InMemoryChannel.ReadWriteSet(Map.copyOf(reads), Map.copyOf(writes), policies());
  }

  /** The policies that it binds keys to. */
  Map<String, ByteString> policies() {
    return Map.copyOf(policies);
  }

  /** The event that stands at the end: name and payload. */
  Map<String, String> event() {
    return Map.copyOf(event);
  }

  /** How often the contract set one: of several, Fabric keeps the last without a word. */
  int events() {
    return events;
  }

  private @Nullable Object call(Method method, Object @Nullable [] parameters) {
    Object[] p = parameters == null ? new Object[0] : parameters;
    return switch (method.getName()) {
      case "getState" -> read((String) p[0]);
      case "putState" -> {
        writes.put((String) p[0], new String((byte[]) p[1], StandardCharsets.UTF_8));
        yield null;
      }
      case "setStateValidationParameter" -> {
        policies.put((String) p[0], ByteString.copyFrom((byte[]) p[1]));
        yield null;
      }
      case "getCreator" ->
          SerializedIdentity.newBuilder().setMspid(submitter).build().toByteArray();
      case "setEvent" -> {
        events++;
        event.clear();
        event.put((String) p[0], new String((byte[]) p[1], StandardCharsets.UTF_8));
        yield null;
      }
      case "createCompositeKey" -> new CompositeKey((String) p[0], (String[]) p[1]);
      case "getFunction" -> new String(arguments.getFirst(), StandardCharsets.UTF_8);
      case "getArgs" -> arguments;
      default -> throw new UnsupportedOperationException(method.toString());
    };
  }

  private byte[] read(String key) {
    InMemoryChannel.Versioned value = snapshot.get(key);
    reads.put(key, InMemoryChannel.version(value));
    return value == null ? new byte[0] : value.value().getBytes(StandardCharsets.UTF_8);
  }
}
