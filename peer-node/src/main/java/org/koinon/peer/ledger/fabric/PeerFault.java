package org.koinon.peer.ledger.fabric;

import io.grpc.Status;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.protos.gateway.ErrorDetail;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.LedgerException;
import org.koinon.federation.ledger.LedgerException.Advice;
import org.koinon.federation.ledger.Refusal;

/**
 * What a peer's gateway answered instead of a result.
 *
 * @param status the call's status
 * @param messages what it and each endorser said
 * @param cause as the client saw it
 */
record PeerFault(Status status, List<String> messages, Exception cause) {
  private static final Pattern REFUSED =
      Pattern.compile("chaincode response 500, ([A-Z_]+): (.*)", Pattern.DOTALL);
  private static final String ACCESS_DENIED = "access denied";
  private static final String EXPIRED = "identity expired";
  private static final List<String> CLOCKS =
      List.of("incorrect timestamp", "apart from current server time");

  private static final Set<Status.Code> AWAY =
      Set.of(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);

  PeerFault {
    messages = List.copyOf(messages);
  }

  static PeerFault of(GatewayException e) {
    List<String> messages =
        Stream.concat(
                Stream.of(String.valueOf(e.getStatus().getDescription())),
                e.getDetails().stream().map(PeerFault::sentence))
            .toList();
    return new PeerFault(e.getStatus(), messages, e);
  }

  private static String sentence(ErrorDetail detail) {
    return detail.getMspId() + " " + detail.getAddress() + ": " + detail.getMessage();
  }

  /** The chaincode's refusal, if that is what it was. */
  Optional<Admission.Refused> refusal() {
    for (String message : messages) {
      Matcher matcher = REFUSED.matcher(message);
      if (matcher.find()) {
        for (Refusal refusal : Refusal.values()) {
          if (refusal.name().equals(matcher.group(1))) {
            return Optional.of(new Admission.Refused(refusal, matcher.group(2)));
          }
        }
      }
    }
    return Optional.empty();
  }

  /** Whether the same call may do better later. */
  boolean mayPass() {
    boolean isOurs = says(ACCESS_DENIED) || says(EXPIRED) || saysClocksDiffer();
    return !isOurs
        && switch (status.getCode()) {
          case INVALID_ARGUMENT,
              NOT_FOUND,
              PERMISSION_DENIED,
              UNAUTHENTICATED,
              UNIMPLEMENTED,
              OUT_OF_RANGE ->
              false;
          case OK,
              CANCELLED,
              UNKNOWN,
              DEADLINE_EXCEEDED,
              ALREADY_EXISTS,
              RESOURCE_EXHAUSTED,
              FAILED_PRECONDITION,
              ABORTED,
              INTERNAL,
              UNAVAILABLE,
              DATA_LOSS ->
              true;
        };
  }

  private boolean saysClocksDiffer() {
    return CLOCKS.stream().anyMatch(this::says);
  }

  private boolean says(String text) {
    return messages.stream().anyMatch(message -> message.contains(text));
  }

  /** For whoever waits for it. */
  LedgerException exception(String what) {
    String said = messages.stream().map(PeerFault::firstLine).collect(Collectors.joining("; "));
    String mend = "";
    if (saysClocksDiffer()) {
      mend = ". Set this machine's clock, or the peer's";
    } else if (says(EXPIRED)) {
      mend = ". Have the identity's certificate renewed";
    } else if (says(ACCESS_DENIED)) {
      mend = ". The channel does not know this identity, or it was revoked";
    } else if (AWAY.contains(status.getCode())) {
      mend = ". Is the network up? koinon network status --fabric DIR";
    }
    return new LedgerException(
        mayPass() ? Advice.RETRY : Advice.STOP,
        what + ": " + status.getCode() + ": " + said + mend,
        cause);
  }

  /** The lines behind it are gRPC's own matter: the stack of its handlers. */
  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
