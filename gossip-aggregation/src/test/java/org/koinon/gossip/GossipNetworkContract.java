package org.koinon.gossip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What every {@link GossipNetwork} does. The two nodes of {@link #left} and {@link #right} meet.
 */
public abstract class GossipNetworkContract {
  protected static final GossipTopic TOPIC = new GossipTopic("koinon/rounds");
  private static final GossipTopic OTHER = new GossipTopic("koinon/other");

  /** Topics that the nodes may use. */
  protected static final List<GossipTopic> TOPICS = List.of(TOPIC, OTHER);

  private record Heard(PeerAddress author, String text) {}

  private final BlockingQueue<Heard> atRight = new LinkedBlockingQueue<>();

  protected abstract GossipNetwork left();

  protected abstract GossipNetwork right();

  protected abstract PeerAddress leftAddress();

  /** Returns when a message that left publishes on the topic would reach right. */
  protected abstract void awaitRightHears(GossipTopic topic);

  private GossipSubscription hearAtRight(GossipTopic topic) {
    GossipSubscription subscription =
        right()
            .subscribe(
                topic,
                (author, message) -> {
                  atRight.add(new Heard(author, new String(message, UTF_8)));
                  return GossipVerdict.ACCEPT;
                });
    awaitRightHears(topic);
    return subscription;
  }

  private Heard next() throws InterruptedException {
    return requireNonNull(atRight.poll(20, TimeUnit.SECONDS), "no message within 20 s");
  }

  @Test
  void a_subscriber_hears_the_message_and_its_author() throws InterruptedException {
    hearAtRight(TOPIC);
    left().publish(TOPIC, "round 7 is open".getBytes(UTF_8));
    assertThat(next()).isEqualTo(new Heard(leftAddress(), "round 7 is open"));
  }

  @Test
  void topics_do_not_mix() throws InterruptedException {
    hearAtRight(TOPIC);
    left().publish(OTHER, "not for you".getBytes(UTF_8));
    left().publish(TOPIC, "for you".getBytes(UTF_8));
    assertThat(next().text()).isEqualTo("for you");
  }

  @Test
  void an_author_does_not_hear_itself() throws InterruptedException {
    hearAtRight(TOPIC);
    BlockingQueue<PeerAddress> atLeft = new LinkedBlockingQueue<>();
    left()
        .subscribe(
            TOPIC,
            (author, _) -> {
              atLeft.add(author);
              return GossipVerdict.ACCEPT;
            });
    left().publish(TOPIC, "echo?".getBytes(UTF_8));
    next();
    assertThat(atLeft).isEmpty();
  }

  @Test
  void a_failing_handler_does_not_end_the_subscription() throws InterruptedException {
    right()
        .subscribe(
            TOPIC,
            (author, message) -> {
              String text = new String(message, UTF_8);
              if (text.equals("bad")) {
                throw new IllegalStateException("thrown by the test's handler");
              }
              atRight.add(new Heard(author, text));
              return GossipVerdict.ACCEPT;
            });
    awaitRightHears(TOPIC);
    left().publish(TOPIC, "bad".getBytes(UTF_8));
    left().publish(TOPIC, "good".getBytes(UTF_8));
    assertThat(next().text()).isEqualTo("good");
  }

  @Test
  void the_longest_message_arrives_and_a_longer_one_is_refused() throws InterruptedException {
    hearAtRight(TOPIC);
    left().publish(TOPIC, new byte[GossipNetwork.MAX_MESSAGE_BYTES]);
    assertThat(next().text()).hasSize(GossipNetwork.MAX_MESSAGE_BYTES);
    byte[] longer = new byte[GossipNetwork.MAX_MESSAGE_BYTES + 1];
    assertThatThrownBy(() -> left().publish(TOPIC, longer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("send it as a piece");
  }

  @Test
  void a_topic_is_subscribed_once_at_a_time() {
    hearAtRight(TOPIC);
    assertThatThrownBy(() -> right().subscribe(TOPIC, (_, _) -> GossipVerdict.IGNORE))
        .isInstanceOf(IllegalStateException.class);
  }
}
