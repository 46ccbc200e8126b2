package org.koinon.libp2p.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SeenCacheTest {
  private static final Topic S = new Topic("s");

  private static SignedMessage message(int author, long seqno) {
    return SignedMessage.sign(Keys.key(author), S, seqno, new byte[] {1});
  }

  @Test
  void a_message_is_new_once() {
    SeenCache seen = new SeenCache(100, 10);
    assertThat(seen.add(message(1, 5), 0)).isTrue();
    assertThat(seen.add(message(1, 5), 1)).isFalse();
    assertThat(seen.add(message(2, 5), 1)).isTrue();
  }

  @Test
  void messages_of_one_author_may_overtake_each_other() {
    SeenCache seen = new SeenCache(100, 10);
    assertThat(seen.add(message(1, 7), 0)).isTrue();
    assertThat(seen.add(message(1, 6), 1)).isTrue();
  }

  @Test
  void a_forgotten_message_cannot_be_replayed() {
    SeenCache seen = new SeenCache(100, 10);
    seen.add(message(1, 5), 0);
    assertThat(seen.add(message(1, 6), 200)).isTrue();
    assertThat(seen.contains(message(1, 5).id())).isFalse();
    assertThat(seen.add(message(1, 5), 201)).isFalse();
    assertThat(seen.add(message(1, 4), 202)).isFalse();
  }

  @Test
  void a_full_cache_forgets_the_oldest_and_still_refuses_it() {
    SeenCache seen = new SeenCache(1_000_000, 3);
    for (int i = 1; i <= 5; i++) {
      assertThat(seen.add(message(1, i), i)).isTrue();
    }
    assertThat(seen.add(message(1, 1), 6)).isFalse();
    assertThat(seen.contains(message(1, 5))).isTrue();
  }

  @Test
  void sequence_numbers_are_unsigned() {
    SeenCache seen = new SeenCache(100, 10);
    seen.add(message(1, 5), 0);
    assertThat(seen.add(message(1, -1), 200)).isTrue();
  }
}
