package org.koinon.federation.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.koinon.federation.encoding.Canonical;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.ledger.TestConsortium;

class MemberTest {
  private static final Member PLAIN = TestConsortium.hospital("athens");

  private static String json(Member member) {
    return new String(Canonical.encode(RecordCodec.toJson(member)), StandardCharsets.UTF_8);
  }

  @Test
  void an_organisation_on_fabric_stands_in_the_record_only_if_there_is_one() {
    Member bound = TestConsortium.of(PLAIN, "AthensMSP");

    assertThat(json(PLAIN)).doesNotContain("msp");
    assertThat(json(bound))
        .isEqualTo(json(PLAIN).replace(",\"peerId", ",\"msp\":\"AthensMSP\",\"peerId"));
    for (Member each : new Member[] {PLAIN, bound}) {
      assertThat(RecordCodec.fromJson(Member.class, RecordCodec.toJson(each), "")).isEqualTo(each);
    }
  }

  @Test
  void an_organisation_on_fabric_has_a_name_that_fabric_takes() {
    for (String bad : new String[] {"", "two words", "a/b", "a".repeat(201)}) {
      assertThatThrownBy(() -> TestConsortium.of(PLAIN, bad))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("msp has 1 to 200");
    }
    assertThat(TestConsortium.of(PLAIN, "Org_1.MSP-x").organisation()).contains("Org_1.MSP-x");
  }
}
