package org.koinon.system.fabric;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.hyperledger.fabric.protos.peer.ChaincodeGrpc;
import org.hyperledger.fabric.protos.peer.ChaincodeInput;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;
import org.hyperledger.fabric.protos.peer.SignedProposal;
import org.koinon.system.fabric.TestAuthority.Credentials;

/** The peer's end of one stream to the chaincode process. Safe for use by several threads. */
final class ChaincodeStream implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private final ManagedChannel channel;
  private final Map<String, Simulation> running = new ConcurrentHashMap<>();
  private final CompletableFuture<String> registered = new CompletableFuture<>();
  private final StreamObserver<ChaincodeMessage> toChaincode;

  /** Dials, and waits until the chaincode has said its name. */
  ChaincodeStream(ChaincodeProcess chaincode, Credentials peer) throws IOException {
    this.channel =
        dial(
            chaincode,
            TlsChannelCredentials.newBuilder()
                .keyManager(peer.certificateFile().toFile(), peer.keyFile().toFile()));
    this.toChaincode =
        ChaincodeGrpc.newStub(channel).withWaitForReady().connect(new FromChaincode());
    String name = await(registered);
    if (!name.equals(ChaincodeProcess.PACKAGE_ID)) {
      throw new IllegalStateException("the chaincode says it is " + name);
    }
    send(ChaincodeMessage.newBuilder().setType(ChaincodeMessage.Type.REGISTERED).build());
    send(ChaincodeMessage.newBuilder().setType(ChaincodeMessage.Type.READY).build());
  }

  /** A connection to the chaincode, which must show its own certificate. */
  static ManagedChannel dial(ChaincodeProcess chaincode, TlsChannelCredentials.Builder tls)
      throws IOException {
    tls.trustManager(chaincode.authority().file().toFile());
    return Grpc.newChannelBuilderForAddress("127.0.0.1", chaincode.port(), tls.build()).build();
  }

  /** Runs one transaction on a snapshot. */
  Simulation.Result run(
      WorldState snapshot, String channelId, String txId, ChaincodeInput input, SignedProposal by) {
    Simulation simulation = new Simulation(snapshot);
    running.put(txId, simulation);
    try {
      send(
          ChaincodeMessage.newBuilder()
              .setType(ChaincodeMessage.Type.TRANSACTION)
              .setChannelId(channelId)
              .setTxid(txId)
              .setPayload(input.toByteString())
              .setProposal(by)
              .build());
      return await(simulation.result());
    } finally {
      running.remove(txId);
    }
  }

  private static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the chaincode did not answer", e);
    }
  }

  private void send(ChaincodeMessage message) {
    synchronized (toChaincode) {
      toChaincode.onNext(message);
    }
  }

  private final class FromChaincode implements StreamObserver<ChaincodeMessage> {
    @Override
    public void onNext(ChaincodeMessage message) {
      if (message.getType() == ChaincodeMessage.Type.REGISTER) {
        registered.complete(name(message));
        return;
      }
      Simulation simulation = running.get(message.getTxid());
      if (simulation == null) {
        return;
      }
      try {
        ByteString answer = simulation.answer(message);
        if (message.getType() != ChaincodeMessage.Type.COMPLETED) {
          send(
              ChaincodeMessage.newBuilder()
                  .setType(ChaincodeMessage.Type.RESPONSE)
                  .setChannelId(message.getChannelId())
                  .setTxid(message.getTxid())
                  .setPayload(answer)
                  .build());
        }
      } catch (InvalidProtocolBufferException e) {
        simulation.result().completeExceptionally(e);
      }
    }

    private String name(ChaincodeMessage message) {
      try {
        return org.hyperledger.fabric.protos.peer.ChaincodeID.parseFrom(message.getPayload())
            .getName();
      } catch (InvalidProtocolBufferException e) {
        return e.toString();
      }
    }

    @Override
    public void onError(Throwable failure) {
      registered.completeExceptionally(failure);
      running.values().forEach(each -> each.result().completeExceptionally(failure));
    }

    @Override
    public void onCompleted() {
      onError(new IllegalStateException("the chaincode closed the stream"));
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
