package org.koinon.libp2p.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.koinon.libp2p.interop.JsPeer;
import tools.jackson.databind.JsonNode;

/** Gossip with js-libp2p: a line js - ours - js, in which the two ends meet only through us. */
@Tag("interop")
final class JsGossipInteropTest {
  private static final String TOPIC = GossipNode.TOPIC.name();
  private static final int[] LENGTHS = {16, 60_000};

  static Stream<Arguments> lines() {
    return Stream.of(JsPeer.Generation.values())
        .flatMap(js -> Stream.of(Arguments.of(js, true), Arguments.of(js, false)));
  }

  @ParameterizedTest(name = "{0}, we dial: {1}")
  @MethodSource("lines")
  void messages_cross_us_both_ways(JsPeer.Generation generation, boolean weDial) throws Exception {
    try (SystemPubsubTimer timer = new SystemPubsubTimer();
        GossipNode ours = new GossipNode(1, timer);
        JsPeer left = JsPeer.start(generation);
        JsPeer right = JsPeer.start(generation)) {
      join(ours, left, weDial);
      join(ours, right, weDial);
      Eventually.holds(
          "both ends are in our mesh", () -> ours.gossipsub.mesh(GossipNode.TOPIC).size() == 2);
      for (int length : LENGTHS) {
        crosses(left, right, length);
        assertThat(ours.next().sizeBytes()).isEqualTo(length);
        crosses(right, left, length);
        assertThat(ours.next().sizeBytes()).isEqualTo(length);
        isHeard(ours, length, left, right);
      }
      assertThat(ours.gossipsub.score(left.peerId())).isNotNegative();
      assertThat(ours.gossipsub.score(right.peerId())).isNotNegative();
    }
  }

  private static void join(GossipNode ours, JsPeer js, boolean weDial) throws Exception {
    js.send("sub", Map.of("topic", TOPIC));
    js.await("subscribed");
    if (weDial) {
      ours.host.connect(js.address());
    } else {
      js.send("dial", Map.of("addr", ours.host.listenAddresses().getFirst().toString()));
      js.await("dialed");
    }
    js.await("subscriptions", event -> text(event, "peer").equals(ours.id().toString()));
    ours.awaitSubscriber(js.peerId());
  }

  private static void crosses(JsPeer from, JsPeer to, int length) throws Exception {
    from.send("pub", Map.of("topic", TOPIC, "length", length));
    String sha256 = text(from.await("published"), "sha256");
    JsonNode heard = to.await("message", event -> text(event, "sha256").equals(sha256));
    assertThat(heard.get("bytes").asInt()).isEqualTo(length);
    assertThat(text(heard, "from")).isEqualTo(from.peerId().toString());
  }

  private static void isHeard(GossipNode ours, int length, JsPeer... peers) throws Exception {
    byte[] data = new byte[length];
    new Random(length).nextBytes(data);
    ours.gossipsub.publish(GossipNode.TOPIC, data);
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
    for (JsPeer peer : peers) {
      JsonNode heard = peer.await("message", event -> text(event, "sha256").equals(sha256));
      assertThat(text(heard, "from")).isEqualTo(ours.id().toString());
    }
  }

  private static String text(JsonNode event, String field) {
    return event.get(field).asString();
  }
}
