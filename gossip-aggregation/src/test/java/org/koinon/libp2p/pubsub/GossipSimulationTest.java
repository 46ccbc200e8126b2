package org.koinon.libp2p.pubsub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.koinon.libp2p.pubsub.SimulatedSwarm.Node;
import org.koinon.testkit.Seeded;

/** What many routers do together, on a driven clock. */
final class GossipSimulationTest {
  private static final Duration SETTLED = Duration.ofSeconds(15);
  private static final GossipsubConfig MESH_ONLY =
      GossipsubConfig.defaults().withFloodPublish(false);

  private static List<Node> joined(SimulatedSwarm swarm, int count) {
    List<Node> nodes = swarm.add(0, count);
    nodes.forEach(node -> node.router.join(SimulatedSwarm.TOPIC));
    swarm.connectAll(nodes);
    swarm.run(SETTLED);
    return nodes;
  }

  private static int meshSize(Node node) {
    return node.router.mesh(SimulatedSwarm.TOPIC).size();
  }

  @Seeded(cases = 2)
  void every_message_reaches_every_subscriber_exactly_once(long seed) {
    SimulatedSwarm swarm = new SimulatedSwarm(seed, MESH_ONLY);
    List<Node> nodes = joined(swarm, 40);
    List<MessageId> sent = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      sent.add(nodes.get(i).publish(("message " + i).getBytes(UTF_8)));
      swarm.run(Duration.ofMillis(300));
    }
    swarm.run(Duration.ofSeconds(5));
    for (Node node : nodes) {
      List<MessageId> others =
          sent.stream().filter(id -> !id.equals(MessageId.of(node.id().toBytes(), 1))).toList();
      assertThat(node.delivered).containsExactlyInAnyOrderElementsOf(others);
    }
  }

  @Seeded(cases = 2)
  void the_mesh_settles_between_its_bounds_and_both_ends_agree(long seed) {
    SimulatedSwarm swarm = new SimulatedSwarm(seed, GossipsubConfig.defaults());
    List<Node> nodes = joined(swarm, 50);
    swarm.run(Duration.ofMinutes(2));
    GossipsubConfig.MeshSize size = GossipsubConfig.defaults().mesh();
    for (Node node : nodes) {
      // Between two heartbeats the quota of outbound peers may add some above the limit.
      assertThat(meshSize(node)).isBetween(size.low(), size.high() + size.outbound());
    }
    int oneSided = 0;
    for (Node node : nodes) {
      for (var peer : node.router.mesh(SimulatedSwarm.TOPIC)) {
        if (!swarm.node(peer).router.mesh(SimulatedSwarm.TOPIC).contains(node.id())) {
          oneSided++;
        }
      }
    }
    assertThat(oneSided).as("links that only one end has in its mesh").isLessThanOrEqualTo(2);
  }

  @Seeded(cases = 2)
  void nobody_is_blamed_in_an_honest_swarm(long seed) {
    SimulatedSwarm swarm = new SimulatedSwarm(seed, MESH_ONLY);
    List<Node> nodes = joined(swarm, 30);
    for (int i = 0; i < 60; i++) {
      nodes.get(i % nodes.size()).publish(new byte[2000]);
      swarm.run(Duration.ofSeconds(2));
    }
    for (Node node : nodes) {
      for (var peer : node.connected) {
        assertThat(node.router.score(peer)).isGreaterThanOrEqualTo(0);
      }
    }
  }

  @Seeded(cases = 2)
  void gossip_repairs_what_lost_frames_break(long seed) {
    SimulatedSwarm swarm = new SimulatedSwarm(seed, MESH_ONLY);
    List<Node> nodes = joined(swarm, 25);
    swarm.loseFrames(0.2);
    MessageId id = nodes.getFirst().publish("through the storm".getBytes(UTF_8));
    swarm.run(Duration.ofSeconds(10));
    for (Node node : nodes.subList(1, nodes.size())) {
      assertThat(node.delivered).containsExactly(id);
    }
  }

  @Seeded(cases = 2)
  void a_peer_that_joins_late_asks_for_what_it_missed(long seed) {
    SimulatedSwarm swarm = new SimulatedSwarm(seed, MESH_ONLY);
    List<Node> nodes = joined(swarm, 20);
    Node late = swarm.add(1000);
    late.router.join(SimulatedSwarm.TOPIC);
    MessageId id = nodes.getFirst().publish("before you came".getBytes(UTF_8));
    swarm.run(Duration.ofMillis(500));
    nodes.forEach(node -> swarm.connect(node, late));
    swarm.run(Duration.ofSeconds(4));
    assertThat(late.delivered).containsExactly(id);
  }

  @Seeded(cases = 2)
  void a_sparse_line_carries_messages_end_to_end(long seed) {
    SimulatedSwarm swarm = new SimulatedSwarm(seed, MESH_ONLY);
    List<Node> nodes = swarm.add(0, 20);
    nodes.forEach(node -> node.router.join(SimulatedSwarm.TOPIC));
    for (int i = 1; i < nodes.size(); i++) {
      swarm.connect(nodes.get(i - 1), nodes.get(i));
    }
    swarm.run(SETTLED);
    MessageId id = nodes.getFirst().publish("pass it on".getBytes(UTF_8));
    swarm.run(Duration.ofSeconds(5));
    assertThat(nodes.getLast().delivered).containsExactly(id);
  }

  @Seeded(cases = 2)
  void a_publisher_outside_the_topic_reaches_it_by_fanout(long seed) {
    SimulatedSwarm swarm = new SimulatedSwarm(seed, MESH_ONLY);
    List<Node> nodes = joined(swarm, 20);
    Node outside = swarm.add(1000);
    nodes.forEach(node -> swarm.connect(outside, node));
    swarm.run(Duration.ofSeconds(1));
    MessageId id = outside.publish("from outside".getBytes(UTF_8));
    swarm.run(Duration.ofSeconds(5));
    for (Node node : nodes) {
      assertThat(node.delivered).containsExactly(id);
    }
  }

  @Seeded(cases = 2)
  void large_messages_travel_less_often_thanks_to_idontwant(long seed) {
    long[] copies = new long[2];
    for (int large = 0; large < 2; large++) {
      SimulatedSwarm swarm = new SimulatedSwarm(seed, MESH_ONLY);
      List<Node> nodes = joined(swarm, 30);
      nodes.forEach(node -> node.messagesFrom.clear());
      for (int i = 0; i < 20; i++) {
        nodes.get(i).publish(new byte[large == 0 ? 1000 : 1100]);
        swarm.run(Duration.ofSeconds(1));
      }
      for (Node node : nodes) {
        copies[large] += node.messagesFrom.values().stream().mapToInt(n -> n).sum();
      }
    }
    assertThat(copies[1]).isLessThan(copies[0]);
  }

  @Seeded(cases = 2)
  void one_seed_is_one_run(long seed) {
    List<Long> frames = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      SimulatedSwarm swarm = new SimulatedSwarm(seed, MESH_ONLY);
      List<Node> nodes = joined(swarm, 20);
      Collections.shuffle(nodes, new Random(seed));
      nodes.getFirst().publish(new byte[] {1});
      swarm.run(Duration.ofSeconds(30));
      frames.add(swarm.framesSent);
    }
    assertThat(new HashSet<>(frames)).hasSize(1);
  }
}
