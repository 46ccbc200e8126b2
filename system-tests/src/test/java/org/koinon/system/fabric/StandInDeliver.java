package org.koinon.system.fabric;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.orderer.SeekInfo;
import org.hyperledger.fabric.protos.peer.DeliverGrpc;
import org.hyperledger.fabric.protos.peer.DeliverResponse;

/** A peer's deliver service: whole blocks from a number on, as they are cut. */
final class StandInDeliver extends DeliverGrpc.DeliverImplBase {
  private final StandInChannel channel;
  private final Faults faults;
  private final List<Long> starts;

  /**
   * Of that channel.
   *
   * @param starts takes the number that each stream begins with
   */
  StandInDeliver(StandInChannel channel, Faults faults, List<Long> starts) {
    this.channel = channel;
    this.faults = faults;
    this.starts = starts;
  }

  @Override
  public StreamObserver<Envelope> deliver(StreamObserver<DeliverResponse> responses) {
    return new StreamObserver<>() {
      private volatile boolean ended;

      @Override
      public void onNext(Envelope request) {
        var _ = Thread.ofVirtual().name("deliver").start(() -> stream(request));
      }

      private void stream(Envelope request) {
        try {
          long next = start(request);
          starts.add(next);
          while (!ended) {
            Optional<Block> block = channel.awaitBlock(next);
            if (block.isEmpty()) {
              responses.onError(Status.UNAVAILABLE.asException());
              return;
            }
            send(block.get());
            next++;
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        } catch (InvalidProtocolBufferException | RuntimeException e) {
          if (!ended) {
            responses.onError(e);
          }
        }
      }

      private void send(Block block) {
        if (faults.strikes(Fault.STREAM_BREAKS)) {
          throw Status.UNAVAILABLE.withDescription("the stream broke").asRuntimeException();
        }
        if (faults.strikes(Fault.BLOCK_LEFT_OUT)) {
          return;
        }
        Block sent = faults.strikes(Fault.BLOCK_ALTERED) ? altered(block) : block;
        responses.onNext(DeliverResponse.newBuilder().setBlock(sent).build());
        if (faults.strikes(Fault.BLOCK_TWICE)) {
          responses.onNext(DeliverResponse.newBuilder().setBlock(sent).build());
        }
      }

      @Override
      public void onError(Throwable failure) {
        ended = true;
      }

      @Override
      public void onCompleted() {
        // The client has asked all it wants to; the answer goes on.
      }
    };
  }

  private static Block altered(Block block) {
    ByteString first = block.getData().getData(0);
    Block.Builder changed = block.toBuilder();
    changed.getDataBuilder().setData(0, first.concat(first));
    return changed.build();
  }

  private static long start(Envelope request) throws InvalidProtocolBufferException {
    Payload payload = Payload.parseFrom(request.getPayload());
    SignatureHeader signer = SignatureHeader.parseFrom(payload.getHeader().getSignatureHeader());
    if (!StandInIdentities.verifies(
        signer.getCreator(), request.getPayload(), request.getSignature())) {
      throw Status.PERMISSION_DENIED.asRuntimeException();
    }
    return SeekInfo.parseFrom(payload.getData()).getStart().getSpecified().getNumber();
  }
}
