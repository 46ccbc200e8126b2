package org.koinon.peer.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.StudyId;
import org.koinon.peer.round.PeerLink.PieceName;

class PieceLabelTest {
  @Test
  void a_label_is_read_as_it_was_written() {
    PieceName name =
        new PieceName(new RoundId(new StudyId("sepsis-2"), 31), new MemberId("basel"), 7);

    assertThat(ExchangeLink.label(name)).isEqualTo("sepsis-2/31/basel/7");
    assertThat(ExchangeLink.name("sepsis-2/31/basel/7")).hasValue(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "sepsis/1/basel",
        "sepsis/1/basel/0/0",
        "sepsis/0/basel/0",
        "sepsis/-1/basel/0",
        "sepsis/99999999999/basel/0",
        "sepsis/1/basel/-1",
        "sepsis/1/basel/999999",
        "sepsis/1/../0",
        "Sepsis/1/basel/0",
        "sepsis/1//0",
        "sepsis/\u0661/basel/0",
        "sepsis/1/basel/0\n"
      })
  void other_labels_name_no_piece(String label) {
    assertThat(ExchangeLink.name(label)).isEmpty();
  }
}
