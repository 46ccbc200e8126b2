package org.koinon.libp2p.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.koinon.libp2p.core.PeerId;

/** One router, its clock in the test's hand, its peers played by the test. */
final class MeshRouterTest {
  private static final Topic S = new Topic("s");
  private static final Topic UNKNOWN = new Topic("unknown");
  private static final GossipsubConfig CONFIG = GossipsubConfig.defaults().withFloodPublish(false);

  private record Sent(PeerId to, Rpc rpc) {}

  private final List<Sent> sent = new ArrayList<>();
  private final List<SignedMessage> toCheck = new ArrayList<>();
  private final SeenCache seen = new SeenCache(CONFIG.timing().seen().toNanos(), 1 << 16);
  private long now;
  private final MeshRouter router =
      new MeshRouter(
          Keys.peer(0),
          new RouterState(CONFIG, TopicFilter.of(Set.of(S)), new Random(1), () -> now),
          seen,
          new RouterOutput() {
            @Override
            public void send(PeerId to, Rpc rpc) {
              sent.add(new Sent(to, rpc));
            }

            @Override
            public boolean validate(PeerId from, SignedMessage message) {
              toCheck.add(message);
              return true;
            }
          });

  @BeforeEach
  void joins() {
    router.join(S);
  }

  private void connect(int from, int to, boolean weDialled) {
    for (int i = from; i <= to; i++) {
      router.addPeer(Keys.peer(i), weDialled);
      router.streamOpened(Keys.peer(i), true);
      receive(i, Rpc.subscriptions(List.of(new Rpc.SubscriptionChange(S, true))));
    }
  }

  private void receive(int from, Rpc rpc) {
    router.receive(Keys.peer(from), rpc);
  }

  private void graft(int from) {
    receive(from, Rpc.meshChange(List.of(S), List.of()));
  }

  private void prune(int from, Duration backoff) {
    receive(from, Rpc.meshChange(List.of(), List.of(new Rpc.Prune(S, backoff))));
  }

  private void beat(int times) {
    for (int i = 0; i < times; i++) {
      now += Duration.ofSeconds(1).toNanos();
      router.heartbeat();
    }
  }

  private List<Rpc> sentTo(int peer) {
    return sent.stream().filter(s -> s.to().equals(Keys.peer(peer))).map(Sent::rpc).toList();
  }

  private long prunesTo(int peer) {
    return sentTo(peer).stream().filter(rpc -> !rpc.control().prune().isEmpty()).count();
  }

  private static SignedMessage message(int author, long seqno, int bytes) {
    return SignedMessage.sign(Keys.key(author), S, seqno, new byte[bytes]);
  }

  private void accept(int from, SignedMessage message) {
    receive(from, Rpc.message(message));
    assertThat(seen.add(message, now)).isTrue();
    router.verified(Keys.peer(from), message);
    router.judged(Keys.peer(from), message, Verdict.ACCEPT);
  }

  @Test
  void too_small_a_mesh_is_filled_to_its_target() {
    connect(1, 10, false);
    beat(1);
    assertThat(router.mesh(S)).hasSize(CONFIG.mesh().target());
    for (PeerId member : router.mesh(S)) {
      assertThat(sent).contains(new Sent(member, Rpc.meshChange(List.of(S), List.of())));
    }
  }

  @Test
  void too_large_a_mesh_is_cut_to_its_target_and_keeps_dialled_peers() {
    connect(1, 10, false);
    connect(11, 20, true);
    for (int i = 1; i <= 20; i++) {
      graft(i);
    }
    assertThat(router.mesh(S).size()).isGreaterThan(CONFIG.mesh().high());
    beat(1);
    assertThat(router.mesh(S)).hasSize(CONFIG.mesh().target());
    long dialled = router.mesh(S).stream().filter(peer -> !firstTen().contains(peer)).count();
    assertThat(dialled).isGreaterThanOrEqualTo(CONFIG.mesh().outbound());
  }

  private static Set<PeerId> firstTen() {
    Set<PeerId> peers = new HashSet<>();
    for (int i = 1; i <= 10; i++) {
      peers.add(Keys.peer(i));
    }
    return peers;
  }

  @Test
  void diallers_cannot_push_the_mesh_above_its_limit() {
    connect(1, 30, false);
    for (int i = 1; i <= 30; i++) {
      graft(i);
    }
    assertThat(router.mesh(S)).hasSize(CONFIG.mesh().high());
    assertThat(prunesTo(30)).isEqualTo(1);
  }

  @Test
  void a_pruned_peer_is_not_grafted_before_its_backoff_has_passed() {
    connect(1, 1, false);
    graft(1);
    prune(1, Duration.ofSeconds(20));
    sent.clear();
    beat(19);
    assertThat(router.mesh(S)).isEmpty();
    beat(2);
    assertThat(router.mesh(S)).containsExactly(Keys.peer(1));
  }

  @Test
  void a_backoff_of_years_is_cut_to_an_hour() {
    connect(1, 1, false);
    graft(1);
    prune(1, Duration.ofSeconds(Integer.MAX_VALUE));
    now += Duration.ofMinutes(59).toNanos();
    beat(1);
    assertThat(router.mesh(S)).isEmpty();
    now += Duration.ofMinutes(1).toNanos();
    beat(1);
    assertThat(router.mesh(S)).containsExactly(Keys.peer(1));
  }

  @Test
  void a_backoff_is_honoured_when_a_topic_is_joined_again() {
    connect(1, 1, false);
    graft(1);
    router.leave(S);
    sent.clear();
    router.join(S);
    assertThat(router.mesh(S)).isEmpty();
    beat(9);
    assertThat(router.mesh(S)).isEmpty();
    beat(2);
    assertThat(router.mesh(S)).containsExactly(Keys.peer(1));
  }

  @Test
  void a_flood_of_grafts_in_a_backoff_leads_to_the_graylist() {
    connect(1, 1, false);
    graft(1);
    prune(1, Duration.ofSeconds(60));
    for (int i = 0; i < 3; i++) {
      graft(1);
    }
    assertThat(router.score(Keys.peer(1))).isLessThan(-80);
    assertThat(router.mesh(S)).isEmpty();
    receive(1, Rpc.message(message(9, 1, 5)));
    assertThat(toCheck).as("a graylisted peer is not listened to").isEmpty();
  }

  @Test
  void a_bad_score_outlives_the_connection() {
    connect(1, 1, false);
    graft(1);
    prune(1, Duration.ofSeconds(60));
    graft(1);
    graft(1);
    router.removePeer(Keys.peer(1));
    assertThat(router.score(Keys.peer(1))).isZero();
    router.addPeer(Keys.peer(1), false);
    assertThat(router.score(Keys.peer(1))).isNegative();
  }

  @Test
  void a_graft_for_a_topic_we_do_not_have_gets_no_answer() {
    connect(1, 1, false);
    sent.clear();
    receive(1, Rpc.meshChange(List.of(UNKNOWN), List.of()));
    assertThat(sent).isEmpty();
  }

  @Test
  void topics_outside_the_filter_are_not_remembered() {
    connect(1, 1, false);
    receive(1, Rpc.subscriptions(List.of(new Rpc.SubscriptionChange(UNKNOWN, true))));
    assertThat(router.subscribers(UNKNOWN)).isEmpty();
    assertThat(router.subscribers(S)).containsExactly(Keys.peer(1));
  }

  @Test
  void announced_messages_are_asked_for_once_and_within_the_cap() {
    connect(1, 1, false);
    sent.clear();
    for (int frame = 0; frame < 20; frame++) {
      List<MessageId> ids = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        ids.add(MessageId.of(new byte[] {(byte) frame, (byte) (i >> 8), (byte) i}));
      }
      receive(1, Rpc.ihave(List.of(new Rpc.IHave(S, ids))));
    }
    int asked = sentTo(1).stream().mapToInt(rpc -> rpc.control().iwant().size()).sum();
    assertThat(asked).isEqualTo(CONFIG.caps().ihaveIds());
  }

  @Test
  void more_announcements_than_allowed_per_heartbeat_are_not_looked_at() {
    connect(1, 1, false);
    sent.clear();
    for (int i = 0; i < 30; i++) {
      receive(1, announcement(i));
    }
    assertThat(sentTo(1)).hasSize(CONFIG.caps().ihaveMessages());
    beat(1);
    sent.clear();
    receive(1, announcement(31));
    assertThat(sentTo(1)).hasSize(1);
  }

  private static Rpc announcement(int number) {
    MessageId id = MessageId.of(new byte[] {7, (byte) number});
    return Rpc.ihave(List.of(new Rpc.IHave(S, List.of(id))));
  }

  @Test
  void announcing_what_one_does_not_deliver_costs_score() {
    connect(1, 1, false);
    for (int i = 0; i < 8; i++) {
      receive(1, announcement(i));
    }
    beat(2);
    assertThat(router.score(Keys.peer(1))).isNotNegative();
    beat(2);
    assertThat(router.score(Keys.peer(1))).isNegative();
  }

  @Test
  void a_promise_is_kept_by_whoever_delivers() {
    connect(1, 2, false);
    SignedMessage message = message(5, 1, 10);
    receive(1, Rpc.ihave(List.of(new Rpc.IHave(S, List.of(message.id())))));
    accept(2, message);
    beat(10);
    assertThat(router.score(Keys.peer(1))).isNotNegative();
  }

  @Test
  void one_peer_gets_one_message_three_times_at_most() {
    connect(1, 1, false);
    SignedMessage own = message(0, 1, 10);
    router.publish(own);
    sent.clear();
    for (int i = 0; i < 6; i++) {
      receive(1, Rpc.iwant(List.of(own.id(), own.id())));
    }
    assertThat(sentTo(1)).hasSize(CONFIG.lazy().retransmissions());
  }

  @Test
  void a_message_can_be_asked_for_until_the_history_ends() {
    connect(1, 1, false);
    SignedMessage own = message(0, 1, 10);
    router.publish(own);
    beat(CONFIG.lazy().historyWindows() - 1);
    sent.clear();
    receive(1, Rpc.iwant(List.of(own.id())));
    assertThat(sentTo(1)).containsExactly(Rpc.message(own));
    beat(1);
    sent.clear();
    receive(1, Rpc.iwant(List.of(own.id())));
    assertThat(sentTo(1)).isEmpty();
  }

  @Test
  void an_accepted_message_goes_to_the_mesh_but_not_back() {
    connect(1, 4, false);
    beat(1);
    sent.clear();
    SignedMessage message = message(4, 1, 10);
    accept(1, message);
    assertThat(sent)
        .containsExactlyInAnyOrder(
            new Sent(Keys.peer(2), Rpc.message(message)),
            new Sent(Keys.peer(3), Rpc.message(message)));
  }

  @Test
  void idontwant_keeps_a_forwarded_message_away_for_three_heartbeats() {
    connect(1, 3, false);
    beat(1);
    SignedMessage message = message(7, 1, 10);
    receive(2, Rpc.idontwant(List.of(message.id())));
    sent.clear();
    accept(1, message);
    assertThat(sentTo(2)).isEmpty();
    assertThat(sentTo(3)).containsExactly(Rpc.message(message));
    SignedMessage later = message(7, 2, 10);
    receive(2, Rpc.idontwant(List.of(later.id())));
    beat(3);
    sent.clear();
    accept(1, later);
    assertThat(sentTo(2)).containsExactly(Rpc.message(later));
  }

  @Test
  void idontwant_does_not_suppress_our_own_messages() {
    connect(1, 1, false);
    beat(1);
    SignedMessage own = message(0, 1, 2000);
    receive(1, Rpc.idontwant(List.of(own.id())));
    sent.clear();
    router.publish(own);
    assertThat(sentTo(1)).containsExactly(Rpc.message(own));
  }

  @Test
  void a_forged_message_costs_score_and_suppresses_nothing() {
    connect(1, 2, false);
    SignedMessage good = message(5, 1, 10);
    receive(1, Rpc.message(good));
    router.forged(Keys.peer(1), good);
    assertThat(router.score(Keys.peer(1))).isNegative();
    toCheck.clear();
    receive(2, Rpc.message(good));
    assertThat(toCheck).containsExactly(good);
  }

  @Test
  void a_rejected_message_is_not_forwarded_and_an_ignored_one_costs_nothing() {
    connect(1, 3, false);
    beat(1);
    sent.clear();
    router.judged(Keys.peer(1), message(5, 1, 10), Verdict.REJECT);
    router.judged(Keys.peer(2), message(5, 2, 10), Verdict.IGNORE);
    assertThat(sent).isEmpty();
    assertThat(router.score(Keys.peer(1))).isNegative();
    assertThat(router.score(Keys.peer(2))).isNotNegative();
  }

  @Test
  void a_peer_whose_score_falls_leaves_the_mesh() {
    connect(1, 6, false);
    beat(1);
    router.applicationScore(Keys.peer(1), -1);
    sent.clear();
    beat(1);
    assertThat(router.mesh(S)).doesNotContain(Keys.peer(1));
    assertThat(prunesTo(1)).isEqualTo(1);
  }

  @Test
  void one_peer_cannot_fill_the_queue_of_checks() {
    connect(1, 2, false);
    for (int i = 0; i < 200; i++) {
      receive(1, Rpc.message(message(5, i, 10)));
    }
    assertThat(toCheck).hasSize(CONFIG.caps().pendingValidations());
    receive(2, Rpc.message(message(6, 1, 10)));
    assertThat(toCheck).hasSize(CONFIG.caps().pendingValidations() + 1);
  }

  @Test
  void our_own_message_coming_back_is_dropped() {
    connect(1, 1, false);
    receive(1, Rpc.message(message(0, 77, 10)));
    assertThat(toCheck).isEmpty();
  }

  @Test
  void a_reopened_stream_repeats_the_grafts() {
    connect(1, 1, false);
    beat(1);
    sent.clear();
    router.streamOpened(Keys.peer(1), true);
    assertThat(sentTo(1)).containsExactly(Rpc.meshChange(List.of(S), List.of()));
  }

  @Test
  void a_mesh_of_dull_peers_takes_in_better_ones() {
    connect(1, 6, false);
    beat(1);
    Set<PeerId> before = router.mesh(S);
    connect(7, 8, false);
    router.applicationScore(Keys.peer(7), 5);
    beat(60);
    assertThat(before).doesNotContain(Keys.peer(7));
    assertThat(router.mesh(S)).contains(Keys.peer(7));
  }
}
