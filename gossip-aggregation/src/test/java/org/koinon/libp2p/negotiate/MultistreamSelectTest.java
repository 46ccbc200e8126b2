package org.koinon.libp2p.negotiate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koinon.libp2p.core.ProtocolId;
import org.koinon.libp2p.core.ProtocolNotSupportedException;
import org.koinon.libp2p.wire.WireException;

final class MultistreamSelectTest {
  private static final ProtocolId ONE = new ProtocolId("/one/1");
  private static final ProtocolId TWO = new ProtocolId("/two/1");
  private static final String HEADER = "\u0013/multistream/1.0.0\n";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void header_and_first_proposal_travel_together() throws IOException {
    ProtocolId agreed =
        MultistreamSelect.propose(in(HEADER + "\u0007/one/1\n"), out, List.of(ONE, TWO));
    assertThat(agreed).isEqualTo(ONE);
    assertThat(sent()).isEqualTo(HEADER + "\u0007/one/1\n");
  }

  @Test
  void the_next_proposal_follows_a_no() throws IOException {
    ProtocolId agreed =
        MultistreamSelect.propose(in(HEADER + "\3na\n\7/two/1\n"), out, List.of(ONE, TWO));
    assertThat(agreed).isEqualTo(TWO);
    assertThat(sent()).isEqualTo(HEADER + "\7/one/1\n\7/two/1\n");
  }

  @Test
  void only_noes_are_an_exception_that_names_the_proposals() {
    assertThatThrownBy(() -> MultistreamSelect.propose(in(HEADER + "\3na\n"), out, List.of(ONE)))
        .isInstanceOf(ProtocolNotSupportedException.class)
        .hasMessageContaining("/one/1");
  }

  @Test
  void an_answer_nobody_asked_for_is_refused_and_printed_harmlessly() {
    assertThatThrownBy(
            () -> MultistreamSelect.propose(in(HEADER + "\4\u001b[2\n"), out, List.of(ONE)))
        .isInstanceOf(WireException.class)
        .hasMessageContaining("\"?[2\"");
  }

  @Test
  void an_eager_dialler_may_have_sent_data_already() throws IOException {
    ByteArrayInputStream in = in(HEADER + "\7/tls/1\n\7/one/1\ndata");
    assertThat(MultistreamSelect.answer(in, out, ONE::equals)).isEqualTo(ONE);
    assertThat(sent()).isEqualTo(HEADER + "\3na\n\7/one/1\n");
    assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("data");
  }

  @Test
  void a_proposal_that_is_no_protocol_id_gets_a_no() throws IOException {
    assertThat(MultistreamSelect.answer(in(HEADER + "\3ls\n\7/one/1\n"), out, id -> true))
        .isEqualTo(ONE);
    assertThat(sent()).isEqualTo(HEADER + "\3na\n\7/one/1\n");
  }

  @Test
  void sixteen_bad_proposals_are_enough() {
    String proposals = "\7/two/1\n".repeat(17);
    assertThatThrownBy(() -> MultistreamSelect.answer(in(HEADER + proposals), out, ONE::equals))
        .isInstanceOf(WireException.class)
        .hasMessageContaining("16 proposals");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0013/multistream/2.0.0\n", // another version
        "\u0000", // no newline
        "\7/one/1x", // newline missing
        "\u0081\u0008", // 1,025 bytes
        "\u0093\u0000/multistream/1.0.0\n" // length not minimal
      })
  void a_broken_opening_is_refused(String opening) {
    assertThatThrownBy(() -> MultistreamSelect.answer(in(opening), out, ONE::equals))
        .isInstanceOf(WireException.class);
    assertThat(out.size()).isZero();
  }

  @Test
  void an_end_inside_a_token_is_an_end() {
    assertThatThrownBy(() -> MultistreamSelect.answer(in("\u0013/multi"), out, ONE::equals))
        .isInstanceOf(EOFException.class);
  }

  private String sent() {
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  private static ByteArrayInputStream in(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
