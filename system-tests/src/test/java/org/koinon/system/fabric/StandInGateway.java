package org.koinon.system.fabric;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Code;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.BlockchainInfo;
import org.hyperledger.fabric.protos.gateway.CommitStatusRequest;
import org.hyperledger.fabric.protos.gateway.CommitStatusResponse;
import org.hyperledger.fabric.protos.gateway.EndorseRequest;
import org.hyperledger.fabric.protos.gateway.EndorseResponse;
import org.hyperledger.fabric.protos.gateway.ErrorDetail;
import org.hyperledger.fabric.protos.gateway.EvaluateRequest;
import org.hyperledger.fabric.protos.gateway.EvaluateResponse;
import org.hyperledger.fabric.protos.gateway.GatewayGrpc;
import org.hyperledger.fabric.protos.gateway.SignedCommitStatusRequest;
import org.hyperledger.fabric.protos.gateway.SubmitRequest;
import org.hyperledger.fabric.protos.gateway.SubmitResponse;
import org.hyperledger.fabric.protos.peer.Response;
import org.koinon.system.fabric.StandInEndorser.Proposed;

/** A peer's gateway service, with the statuses and details that Fabric's gateway answers. */
final class StandInGateway extends GatewayGrpc.GatewayImplBase {
  private static final int OK = 200;
  private static final int FIRST_ERROR = 400;
  private static final Status NO_COMBINATION =
      Status.FAILED_PRECONDITION.withDescription(
          "no combination of peers can be derived which satisfy the endorsement policy");

  private final StandInChannel channel;
  private final StandInEndorser endorser;
  private final Faults faults;

  StandInGateway(StandInChannel channel, StandInEndorser endorser, Faults faults) {
    this.channel = channel;
    this.endorser = endorser;
    this.faults = faults;
  }

  /** What a call gives, or the status it fails with. */
  private interface Call<T> {
    T answer() throws InvalidProtocolBufferException, InterruptedException;
  }

  private <T> void reply(Fault silence, StreamObserver<T> observer, Call<T> call) {
    if (faults.strikes(silence)) {
      return; // whoever asked waits as long as it likes
    }
    reply(observer, call);
  }

  private static <T> void reply(StreamObserver<T> observer, Call<T> call) {
    try {
      observer.onNext(call.answer());
      observer.onCompleted();
    } catch (InvalidProtocolBufferException e) {
      observer.onError(Status.INVALID_ARGUMENT.withDescription(e.toString()).asException());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      observer.onError(Status.CANCELLED.asException());
    } catch (RuntimeException e) {
      observer.onError(e);
    }
  }

  private void fail(Fault fault, Status status) {
    if (faults.strikes(fault)) {
      throw status.asRuntimeException();
    }
  }

  private RuntimeException detailed(Code code, String message, String detail) {
    ErrorDetail said =
        ErrorDetail.newBuilder()
            .setAddress("127.0.0.1:7051")
            .setMspId(endorser.msp())
            .setMessage(detail)
            .build();
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(code.getNumber())
            .setMessage(message)
            .addDetails(Any.pack(said))
            .build());
  }

  /** Why the peer denies a proposal; nothing if it does not. */
  private Optional<String> denied(Proposed proposed) throws InvalidProtocolBufferException {
    if (!endorser.knows(proposed)) {
      return Optional.of(denied(proposed, "creator org unknown, creator is malformed"));
    }
    return proposed.isSigned()
        ? Optional.empty()
        : Optional.of(denied(proposed, "creator org [" + proposed.creator().getMspid() + "]"));
  }

  private static String denied(Proposed proposed, String who) {
    return "error validating proposal: access denied: channel [%s] %s"
        .formatted(proposed.channel().getChannelId(), who);
  }

  private static boolean isElsewhere(Proposed proposed) {
    return !proposed.channel().getChannelId().equals(StandInNetwork.CHANNEL);
  }

  private RuntimeException notEvaluated(Code code, String said) {
    return detailed(code, "evaluate call to endorser returned error: " + said, said);
  }

  private RuntimeException notEndorsed(String said) {
    return detailed(
        Code.ABORTED, "failed to endorse transaction, see attached details for more info", said);
  }

  private static String said(Response response) {
    return "chaincode response " + response.getStatus() + ", " + response.getMessage();
  }

  @Override
  public void evaluate(EvaluateRequest request, StreamObserver<EvaluateResponse> observer) {
    reply(
        Fault.EVALUATE_SILENT,
        observer,
        () -> {
          Proposed proposed = Proposed.of(request.getProposedTransaction());
          if (isElsewhere(proposed)) {
            String name = proposed.channel().getChannelId();
            throw Status.UNAVAILABLE
                .withDescription("failed to get config for channel [" + name + "]: no such channel")
                .asRuntimeException();
          }
          Optional<String> denied = denied(proposed);
          if (denied.isPresent()) {
            throw notEvaluated(Code.FAILED_PRECONDITION, denied.get());
          }
          Response response =
              proposed.chaincodeName().equals("qscc")
                  ? chainInfo()
                  : endorser.simulate(proposed, channel.state()).response();
          if (response.getStatus() >= FIRST_ERROR) {
            throw notEvaluated(Code.UNKNOWN, said(response));
          }
          return EvaluateResponse.newBuilder().setResult(response).build();
        });
  }

  private Response chainInfo() {
    BlockchainInfo info = BlockchainInfo.newBuilder().setHeight(channel.height()).build();
    return Response.newBuilder().setStatus(OK).setPayload(info.toByteString()).build();
  }

  @Override
  public void endorse(EndorseRequest request, StreamObserver<EndorseResponse> observer) {
    reply(
        Fault.ENDORSE_SILENT,
        observer,
        () -> {
          fail(Fault.ENDORSE_UNAVAILABLE, Status.UNAVAILABLE.withDescription("no endorser"));
          fail(Fault.ENDORSE_NOT_READY, NO_COMBINATION);
          Proposed proposed = Proposed.of(request.getProposedTransaction());
          if (isElsewhere(proposed)) {
            throw NO_COMBINATION.asRuntimeException();
          }
          Optional<String> denied = denied(proposed);
          if (denied.isPresent()) {
            throw notEndorsed(denied.get());
          }
          WorldState snapshot =
              faults.strikes(Fault.ENDORSER_LAGS) ? channel.stateBefore() : channel.state();
          Simulation.Result result = endorser.simulate(proposed, snapshot);
          if (result.response().getStatus() >= FIRST_ERROR) {
            throw notEndorsed(said(result.response()));
          }
          if (faults.strikes(Fault.ENDORSEMENT_MISMATCH)) {
            throw detailed(
                Code.ABORTED,
                "failed to collect enough transaction endorsements, see attached details for more"
                    + " info",
                "ProposalResponsePayloads do not match");
          }
          return EndorseResponse.newBuilder()
              .setPreparedTransaction(endorser.endorse(proposed, result))
              .build();
        });
  }

  @Override
  public void submit(SubmitRequest request, StreamObserver<SubmitResponse> observer) {
    reply(
        Fault.SUBMIT_SILENT,
        observer,
        () -> {
          fail(Fault.SUBMIT_LOST, Status.UNAVAILABLE.withDescription("no orderers"));
          if (!ParsedTransaction.of(request.getPreparedTransaction()).isSigned()) {
            throw detailed(Code.ABORTED, "submit", "the transaction's signature is wrong");
          }
          channel.submit(request.getPreparedTransaction());
          fail(
              Fault.SUBMIT_ORDERED_THEN_UNAVAILABLE,
              Status.UNAVAILABLE.withDescription("the connection broke"));
          return SubmitResponse.getDefaultInstance();
        });
  }

  @Override
  public void commitStatus(
      SignedCommitStatusRequest request, StreamObserver<CommitStatusResponse> observer) {
    reply(
        observer,
        () -> {
          fail(Fault.STATUS_UNAVAILABLE, Status.UNAVAILABLE.withDescription("the peer stopped"));
          CommitStatusRequest asked = CommitStatusRequest.parseFrom(request.getRequest());
          if (!StandInIdentities.verifies(
              asked.getIdentity(), request.getRequest(), request.getSignature())) {
            throw Status.PERMISSION_DENIED.asRuntimeException();
          }
          return channel
              .awaitStatus(asked.getTransactionId())
              .orElseThrow(Status.UNAVAILABLE::asRuntimeException);
        });
  }
}
