package org.koinon.peer.ledger.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.LedgerException.Advice;
import org.koinon.federation.ledger.Refusal;

/** What a gateway's answers mean. */
class PeerFaultTest {
  private static PeerFault fault(Status.Code code, String... messages) {
    return new PeerFault(code.toStatus(), List.of(messages), code.toStatus().asException());
  }

  @ParameterizedTest
  @EnumSource
  void every_refusal_of_the_chaincode_is_known_again(Refusal refusal) {
    PeerFault fault =
        fault(
            Status.Code.ABORTED,
            "failed to endorse transaction, see attached details for more info",
            "alpha 127.0.0.1:7051: chaincode response 500, " + refusal + ": why: and where");

    assertThat(fault.refusal()).contains(new Admission.Refused(refusal, "why: and where"));
  }

  @Test
  void what_only_looks_like_a_refusal_is_none() {
    assertThat(fault(Status.Code.ABORTED, "chaincode response 500, NEVER_HEARD: x").refusal())
        .isEmpty();
    assertThat(fault(Status.Code.ABORTED, "chaincode response 500, Unexpected error").refusal())
        .isEmpty();
  }

  @Test
  void a_network_that_comes_up_or_disagrees_may_do_better_later() {
    assertThat(fault(Status.Code.FAILED_PRECONDITION, "no combination of peers").mayPass())
        .isTrue();
    assertThat(fault(Status.Code.UNAVAILABLE, "").mayPass()).isTrue();
    assertThat(fault(Status.Code.ABORTED, "ProposalResponsePayloads do not match").mayPass())
        .isTrue();
    assertThat(fault(Status.Code.UNAVAILABLE, "gone").exception("x").advice())
        .isEqualTo(Advice.RETRY);
  }

  @Test
  void a_certificate_that_expired_is_for_a_person() {
    assertThat(fault(Status.Code.ABORTED, "proposal client identity expired").exception("writing"))
        .hasMessageContaining("renewed");
  }

  @Test
  void an_identity_that_is_not_known_and_a_wrong_clock_are_for_a_person() {
    PeerFault denied =
        fault(
            Status.Code.FAILED_PRECONDITION, "access denied: channel [audit] creator org [alpha]");
    assertThat(denied.exception("reading").advice()).isEqualTo(Advice.STOP);
    assertThat(denied.exception("reading")).hasMessageContaining("revoked");

    PeerFault late =
        fault(
            Status.Code.ABORTED,
            "request unauthorized due to incorrect timestamp 2026-11-21T10:00:00Z, peer time"
                + " 2026-11-21T10:20:00Z");
    assertThat(late.exception("writing").advice()).isEqualTo(Advice.STOP);
    assertThat(late.exception("writing")).hasMessageContaining("clock");
  }

  @Test
  void a_peer_that_is_away_is_told_in_one_line_with_what_to_look_at() {
    PeerFault away =
        fault(Status.Code.UNAVAILABLE, "io exception\nChannel Pipeline: [SslHandler#0, Http2#0]");
    assertThat(away.exception("the peer at 127.0.0.1:7051 does not answer"))
        .hasMessage(
            "the peer at 127.0.0.1:7051 does not answer: UNAVAILABLE: io exception. Is the network"
                + " up? koinon network status --fabric DIR");
    assertThat(fault(Status.Code.DEADLINE_EXCEEDED, "deadline exceeded").exception("reading"))
        .hasMessageContaining("koinon network status");
  }
}
