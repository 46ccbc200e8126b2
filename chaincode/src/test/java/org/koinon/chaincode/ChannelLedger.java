package org.koinon.chaincode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.hyperledger.fabric.shim.Chaincode.Response;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.EntryKey;
import org.koinon.federation.ledger.Ledger;
import org.koinon.federation.ledger.LedgerException;
import org.koinon.federation.ledger.LedgerException.Advice;
import org.koinon.federation.ledger.Refusal;
import org.koinon.federation.ledger.SignedEntry;

/** The port on the contract, called as Fabric's shim calls it. */
final class ChannelLedger implements Ledger {
  private static final int ATTEMPTS_MAX = 1000;
  private static final ChaincodeService SERVICE = new ChaincodeService("koinon:1");

  private final InMemoryChannel channel;
  private final String submitter;

  /** As somebody of an organisation that no member names. */
  ChannelLedger(InMemoryChannel channel) {
    this(channel, "anybody");
  }

  /** As somebody of that organisation. */
  ChannelLedger(InMemoryChannel channel, String submitter) {
    this.channel = channel;
    this.submitter = submitter;
  }

  @Override
  public Admission append(SignedEntry entry) {
    String json = new String(entry.encode(), StandardCharsets.UTF_8);
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      InMemoryStub transaction = transaction("append", json);
      Response response = SERVICE.invoke(transaction.stub());
      if (response.getStatus() != Response.Status.SUCCESS) {
        return refused(response);
      }
      if (channel.commit(transaction.readWriteSet())) {
        return text(response).equals("ADMITTED")
            ? new Admission.Admitted()
            : new Admission.Present();
      }
    }
    throw new LedgerException(Advice.RETRY, "a read conflict at each attempt", null);
  }

  /** A transaction on the state of now, not yet run. */
  InMemoryStub transaction(String function, String... arguments) {
    List<byte[]> words = new ArrayList<>();
    words.add(function.getBytes(StandardCharsets.UTF_8));
    for (String each : arguments) {
      words.add(each.getBytes(StandardCharsets.UTF_8));
    }
    return new InMemoryStub(channel.snapshot(), words, submitter);
  }

  /** The same with an argument that may be no text. */
  InMemoryStub transaction(String function, byte[] argument) {
    return new InMemoryStub(
        channel.snapshot(),
        List.of(function.getBytes(StandardCharsets.UTF_8), argument),
        submitter);
  }

  /** Runs it. */
  static Response invoke(InMemoryStub transaction) {
    return SERVICE.invoke(transaction.stub());
  }

  private static Admission refused(Response response) {
    String message = Objects.requireNonNull(response.getMessage());
    Refusal refusal = Refusal.valueOf(text(response));
    return new Admission.Refused(refusal, message.substring(refusal.name().length() + 2));
  }

  private static String text(Response response) {
    return new String(Objects.requireNonNull(response.getPayload()), StandardCharsets.UTF_8);
  }

  @Override
  public Optional<SignedEntry> get(EntryKey key) {
    String json = text(invoke(transaction("get", key.value())));
    return json.isEmpty()
        ? Optional.empty()
        : Optional.of(SignedEntry.decode(json.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public long size() {
    return channel.written().size();
  }

  @Override
  public List<byte[]> read(long from, int max) {
    if (from < 0 || max < 1) {
      throw new IllegalArgumentException("from " + from + ", max " + max);
    }
    return channel.written().stream()
        .skip(from)
        .limit(max)
        .map(json -> json.getBytes(StandardCharsets.UTF_8))
        .toList();
  }

  @Override
  public void close() {
    // The channel stays.
  }
}
