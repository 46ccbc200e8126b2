package org.koinon.libp2p.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.koinon.libp2p.pubsub.PeerQueue.Outcome;

final class PeerQueueTest {
  private static final Topic S = new Topic("s");
  private static final Rpc GOSSIP =
      Rpc.ihave(List.of(new Rpc.IHave(S, List.of(MessageId.of(new byte[] {1})))));
  private static final Rpc GRAFT = Rpc.meshChange(List.of(S), List.of());

  private final PeerQueue queue = new PeerQueue();

  private static Rpc message(int number, int bytes) {
    return Rpc.message(SignedMessage.sign(Keys.key(1), S, number, new byte[bytes]));
  }

  private List<Rpc> drain() throws InterruptedException {
    List<Rpc> all = new ArrayList<>();
    while (queue.size() > 0) {
      all.add(queue.take().orElseThrow());
    }
    return all;
  }

  @Test
  void frames_leave_in_the_order_they_came() throws InterruptedException {
    List<Rpc> sent = List.of(GRAFT, message(1, 10), GOSSIP, message(2, 10));
    sent.forEach(queue::offer);
    assertThat(drain()).containsExactlyElementsOf(sent);
  }

  @Test
  void announcements_are_lost_first_then_the_oldest_messages() throws InterruptedException {
    queue.offer(message(0, 10));
    queue.offer(GRAFT);
    queue.offer(GOSSIP);
    for (int i = 3; i < PeerQueue.MAX_FRAMES; i++) {
      queue.offer(message(i, 10));
    }
    assertThat(queue.offer(GOSSIP)).isEqualTo(Outcome.LOST);
    Rpc second = message(1000, 10);
    Rpc third = message(1001, 10);
    assertThat(queue.offer(second)).isEqualTo(Outcome.QUEUED);
    assertThat(queue.offer(third)).isEqualTo(Outcome.QUEUED);
    List<Rpc> left = drain();
    assertThat(left).doesNotContain(GOSSIP).contains(GRAFT).endsWith(third);
    assertThat(left.getFirst()).isEqualTo(GRAFT);
  }

  @Test
  void bytes_are_limited_as_well_as_frames() throws InterruptedException {
    int each = 64 << 10;
    for (int i = 0; i < PeerQueue.MAX_BYTES / each; i++) {
      queue.offer(message(i, each));
    }
    int bytes = drain().stream().mapToInt(Rpc::sizeBytes).sum();
    assertThat(bytes).isBetween(PeerQueue.MAX_BYTES - 2 * each, PeerQueue.MAX_BYTES);
  }

  @Test
  void control_is_never_lost_until_the_peer_is_given_up() {
    for (int i = 0; i < PeerQueue.MAX_KEPT_FRAMES; i++) {
      assertThat(queue.offer(GRAFT)).isEqualTo(Outcome.QUEUED);
    }
    assertThat(queue.offer(message(1, 10))).isEqualTo(Outcome.LOST);
    assertThat(queue.offer(GRAFT)).isEqualTo(Outcome.STALLED);
    assertThat(queue.offer(GRAFT)).isEqualTo(Outcome.QUEUED);
  }

  @Test
  void a_woken_queue_gives_nothing_until_it_resumes() throws InterruptedException {
    queue.offer(GRAFT);
    queue.wake();
    assertThat(queue.take()).isEmpty();
    queue.resume();
    assertThat(queue.take()).contains(GRAFT);
  }
}
