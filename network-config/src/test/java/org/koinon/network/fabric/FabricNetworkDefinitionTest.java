package org.koinon.network.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Role;
import org.koinon.network.fabric.FabricNetworkDefinition.Organisation;
import org.koinon.network.node.HostPort;
import org.koinon.network.yaml.ConfigException;

final class FabricNetworkDefinitionTest {
  private static final String THREE = "organisations: [{id: a}, {id: b}, {id: c}]\n";

  private static FabricNetworkDefinition parse(String yaml) {
    return FabricNetworkDefinition.parse("channel: heart\n" + yaml, "fabric.yaml");
  }

  private static void refused(String yaml, String why) {
    assertThatThrownBy(() -> parse(yaml))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("fabric.yaml:")
        .hasMessageContaining(why);
  }

  @Test
  void a_channel_and_its_organisations_are_enough() {
    FabricNetworkDefinition network = parse(THREE);
    assertThat(network.consensus()).isEqualTo(Consensus.BFT);
    assertThat(network.orderers()).extracting(MemberId::value).containsExactly("a", "b", "c", "a");
    assertThat(network.batchTimeout()).isEqualTo(Duration.ofMillis(100));
    assertThat(network.endorsements()).isEqualTo(2);
    assertThat(parse("consensus: raft\n" + THREE).orderers()).hasSize(3);
  }

  @Test
  void who_is_no_hospital_runs_no_peer_and_does_not_count_among_the_endorsers() {
    FabricNetworkDefinition network =
        parse("organisations: [{id: r, role: regulator}, {id: a}, {id: b}, {id: c}, {id: d}]\n");
    assertThat(network.hospitals()).extracting(MemberId::value).containsExactly("a", "b", "c", "d");
    assertThat(network.endorsements()).isEqualTo(3);
    assertThat(network.orderers()).doesNotContain(new MemberId("r"));
    refused(
        "organisations: [{id: a}, {id: r, role: auditor}, {id: w, role: witness}]", "hospitals");
  }

  @Test
  void the_definition_that_is_written_is_the_one_that_is_read() {
    FabricNetworkDefinition network =
        parse(
            "base-port: 9000\nconsensus: raft\norderers: [b]\nbatch-timeout: 50ms\nfailover: 2s\n"
                + "organisations: [{id: a}, {id: b, certificates: 'it''s here'},"
                + " {id: '007', role: auditor}, {id: c}]\n");
    assertThat(FabricNetworkDefinition.parse(network.yaml(), "x")).isEqualTo(network);
  }

  @Test
  void a_member_that_joins_changes_nothing_that_stands() {
    FabricNetworkDefinition three = parse(THREE);
    FabricNetworkDefinition four = three.with(Organisation.of(new MemberId("d"), Role.HOSPITAL));
    assertThat(four.orderers()).isEqualTo(three.orderers());
    assertThat(four.endorsements()).isEqualTo(3);
    assertThat(three.isFoundingOf(four)).isTrue();
    assertThat(four.isFoundingOf(three)).isFalse();
    assertThat(parse("batch-timeout: 60ms\n" + THREE).isFoundingOf(four)).isFalse();
    assertThatThrownBy(() -> three.with(Organisation.of(new MemberId("a"), Role.HOSPITAL)))
        .isInstanceOf(FormatException.class)
        .hasMessage("organisations: a stands twice; remove one");
  }

  @Test
  void where_a_port_is_taken_the_next_ports_that_are_free_are_used() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    FabricNetworkDefinition wished = parse("base-port: 12000\n" + THREE).onFreePorts();
    NetworkLayout layout = new NetworkLayout(Path.of("x"), wished);
    HostPort last = layout.peer(new MemberId("c")).chaincode();
    try (ServerSocket taken = new ServerSocket(last.port(), 1, loopback)) {
      FabricNetworkDefinition other = wished.onFreePorts();

      assertThat(taken.isBound()).isTrue();
      assertThat(other.basePort()).isGreaterThan(last.port());
      assertThat(other.from(wished.basePort())).isEqualTo(wished);
      assertThat(other.onFreePorts()).isEqualTo(other);
    }
  }

  @Test
  void what_fabric_would_refuse_later_is_refused_at_once() {
    refused("organisations: [{id: a}, {id: b}]", "2 of them: a network has 3 to 40");
    refused("organisations: [{id: a}, {id: b}, {id: a}]", "a stands twice");
    refused("batch-timeout: 2s\n" + THREE, "batch-timeout: 2000ms is not in 50ms to 200ms");
    refused("failover: 1s\n" + THREE, "failover: 1000ms is not in 2000ms to 60000ms");
    refused("batch-size: 0\n" + THREE, "batch-size: 0 is not in 1 to 10000");
    refused("base-port: 80\n" + THREE, "base-port: 80 is not in 1024");
    refused("orderers: [a, b, c]\n" + THREE, "orderers: 3 of them: bft has 4 to 10");
    refused("consensus: raft\norderers: [a, b]\n" + THREE, "raft has an odd number");
    refused("orderers: [a, b, c, x]\n" + THREE, "x is not among the organisations");
    refused("host: 'no host'\n" + THREE, "host: 'no host' is no name");
    refused("batchsize: 3\n" + THREE, "unknown key 'batchsize'");
    assertThatThrownBy(() -> FabricNetworkDefinition.parse("channel: 1st\n" + THREE, "f"))
        .hasMessageContaining("'1st' is no channel");
  }
}
