package org.koinon.peer.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.study.MemberId;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Another implementation computes the same addresses: {@code check_private_sum.py} reads this file
 * too.
 */
class AddressVectorsTest {
  private static final String FILE = "/vectors/addresses.json";

  private JsonNode vectors = JsonMapper.shared().createObjectNode();

  @BeforeEach
  void read() throws IOException {
    try (InputStream in = AddressVectorsTest.class.getResourceAsStream(FILE)) {
      vectors = JsonMapper.shared().readTree(Objects.requireNonNull(in, FILE));
    }
  }

  private static Digest digest(JsonNode row, String field) {
    return new Digest(row.path(field).asString());
  }

  @Test
  void a_message_is_found_by_attempt_author_type_and_subject() {
    assertThat(vectors.path("messages").size()).isEqualTo(5);
    for (JsonNode row : vectors.path("messages")) {
      Digest address =
          Mailbox.address(
              digest(row, "context"),
              new MemberId(row.path("author").asString()),
              row.path("type").asString(),
              row.path("subject").asString());
      assertThat(address).isEqualTo(digest(row, "address"));
    }
  }

  @Test
  void a_piece_and_a_sum_are_found_by_root_and_shard() {
    for (JsonNode row : vectors.path("pieces")) {
      assertThat(RoundArchive.pieceAddress(digest(row, "root"), row.path("shard").asInt()))
          .isEqualTo(digest(row, "address"));
    }
    for (JsonNode row : vectors.path("sums")) {
      assertThat(RoundArchive.sumAddress(digest(row, "root"), row.path("shard").asInt()))
          .isEqualTo(digest(row, "address"));
    }
    assertThat(vectors.path("pieces").size() + vectors.path("sums").size()).isEqualTo(4);
  }
}
