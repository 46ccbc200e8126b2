package org.koinon.network.fabric;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Role;
import org.koinon.network.fabric.FabricNetworkDefinition.Organisation;
import org.koinon.network.fabric.NetworkLayout.Orderer;
import org.koinon.network.pki.OrganisationFolder;

/**
 * The file {@code configtx.yaml}, from which Fabric's {@code configtxgen} makes the channel's first
 * block.
 *
 * <p>A member that runs an orderer stands twice, with one membership service: among the members and
 * among those who order; as the latter only its orderers may write.
 */
final class ConfigTx {
  /** The one profile of the file. */
  static final String PROFILE = "Koinon";

  private final NetworkLayout layout;
  private final FabricNetworkDefinition definition;
  private final @Nullable Orderer renewed;
  private final StringBuilder text = new StringBuilder();

  private ConfigTx(NetworkLayout layout, @Nullable Orderer renewed) {
    this.layout = layout;
    this.definition = layout.definition();
    this.renewed = renewed;
  }

  static String yaml(NetworkLayout layout) {
    return new ConfigTx(layout, null).yaml();
  }

  /** The same with the certificates that were prepared for this orderer. */
  static String yaml(NetworkLayout layout, Orderer renewed) {
    return new ConfigTx(layout, renewed).yaml();
  }

  private String yaml() {
    line("# Made from the network's definition; changes are lost.");
    line("Organizations:");
    definition.organisations().forEach(this::member);
    Set<MemberId> ordering = new HashSet<>();
    layout.orderers().stream()
        .filter(each -> ordering.add(each.member()))
        .forEach(each -> orderingMember(each.member()));
    line("Profiles:");
    line("  " + PROFILE + ":");
    line(
        "    Capabilities: {%s: true}"
            .formatted(definition.consensus() == Consensus.BFT ? "V3_0" : "V2_0"));
    metaPolicies("    ");
    application();
    orderer();
    return text.toString();
  }

  private void member(Organisation organisation) {
    MemberId id = organisation.id();
    line("  - &member-%s".formatted(id));
    identity(id);
    policy("      ", "Writers", "OR('%1$s.admin', '%1$s.client')".formatted(id));
    if (organisation.role() == Role.HOSPITAL) {
      policy("      ", "Endorsement", "OR('%s.peer')".formatted(id));
      line("    AnchorPeers:");
      var address = layout.peer(id).address();
      line(
          "      - {Host: %s, Port: %d}"
              .formatted(Template.quoted(address.host()), address.port()));
    }
  }

  private void orderingMember(MemberId id) {
    line("  - &orderers-%s".formatted(id));
    identity(id);
    policy("      ", "Writers", "OR('%s.orderer')".formatted(id));
    line("    OrdererEndpoints:");
    layout.orderers().stream()
        .filter(each -> each.member().equals(id))
        .forEach(each -> line("      - %s".formatted(Template.quoted(each.address().value()))));
  }

  private void identity(MemberId id) {
    line("    Name: %s".formatted(Template.quoted(id.value())));
    line("    ID: %s".formatted(Template.quoted(id.value())));
    line("    MSPDir: %s".formatted(path(layout.organisation(id).resolve("msp"))));
    line("    Policies:");
    policy("      ", "Readers", "OR('%s.member')".formatted(id));
    policy("      ", "Admins", "OR('%s.admin')".formatted(id));
  }

  private void application() {
    line("    Application:");
    line("      Capabilities: {V2_5: true}");
    metaPolicies("      ");
    String majority =
        "OutOf(%d, %s)"
            .formatted(
                definition.endorsements(),
                String.join(
                    ", ", definition.hospitals().stream().map(id -> "'" + id + ".peer'").toList()));
    policy("        ", "Endorsement", majority);
    policy("        ", "LifecycleEndorsement", majority);
    line("      Organizations:");
    definition.organisations().forEach(each -> line("        - *member-%s".formatted(each.id())));
  }

  private void orderer() {
    line("    Orderer:");
    line("      Capabilities: {V2_0: true}");
    metaPolicies("      ");
    line("        BlockValidation: {Type: ImplicitMeta, Rule: \"ANY Writers\"}");
    line("      BatchTimeout: %s".formatted(millis(definition.batchTimeout())));
    line("      BatchSize:");
    line("        MaxMessageCount: %d".formatted(definition.batchSize()));
    line("        AbsoluteMaxBytes: 10 MB");
    line("        PreferredMaxBytes: 2 MB");
    line("      Organizations:");
    definition.orderers().stream()
        .distinct()
        .forEach(each -> line("        - *orderers-%s".formatted(each)));
    switch (definition.consensus()) {
      case BFT -> bft();
      case RAFT -> raft();
    }
  }

  /** Whoever follows hands on at once what it got; a silent leader is replaced after failover. */
  private void bft() {
    Duration failover = definition.failover();
    line("      OrdererType: BFT");
    line("      SmartBFT:");
    line("        RequestBatchMaxInterval: %s".formatted(millis(definition.batchTimeout())));
    line("        RequestForwardTimeout: %s".formatted(millis(failover.dividedBy(10))));
    line("        RequestComplainTimeout: %s".formatted(millis(failover.multipliedBy(2))));
    line("        RequestAutoRemoveTimeout: 3m0s");
    line("        ViewChangeResendInterval: %s".formatted(millis(failover.dividedBy(5))));
    line("        ViewChangeTimeout: %s".formatted(millis(failover)));
    line("        LeaderHeartbeatTimeout: %s".formatted(millis(failover)));
    line("        LeaderHeartbeatCount: 10");
    line("        CollectTimeout: %s".formatted(millis(failover.dividedBy(5))));
    line("        IncomingMessageBufferSize: 200");
    line("        RequestPoolSize: 100000");
    line("      ConsenterMapping:");
    List<Orderer> orderers = layout.orderers();
    for (int i = 0; i < orderers.size(); i++) {
      Orderer each = orderers.get(i);
      line("        - ID: %d".formatted(i + 1));
      line("          MSPID: %s".formatted(Template.quoted(each.member().value())));
      line(
          "          Identity: %s"
              .formatted(path(identity(each).resolve("msp/signcerts/cert.pem"))));
      consenter(each);
    }
  }

  private void raft() {
    line("      OrdererType: etcdraft");
    line("      EtcdRaft:");
    line("        Options:");
    line("          TickInterval: %s".formatted(millis(definition.failover().dividedBy(10))));
    line("          ElectionTick: 10");
    line("          HeartbeatTick: 1");
    line("          MaxInflightBlocks: 5");
    line("          SnapshotIntervalSize: 16 MB");
    line("        Consenters:");
    for (Orderer each : layout.orderers()) {
      line("        -");
      consenter(each);
    }
  }

  private void consenter(Orderer orderer) {
    String certificate = path(identity(orderer).resolve("tls/tls.crt"));
    line("          Host: %s".formatted(Template.quoted(orderer.address().host())));
    line("          Port: %d".formatted(orderer.address().port()));
    line("          ClientTLSCert: %s".formatted(certificate));
    line("          ServerTLSCert: %s".formatted(certificate));
  }

  private Path identity(Orderer orderer) {
    String name = NetworkLayout.identity(orderer);
    return layout
        .organisation(orderer.member())
        .resolve(orderer.equals(renewed) ? OrganisationFolder.prepared(name) : name);
  }

  private void metaPolicies(String indent) {
    line("%sPolicies:".formatted(indent));
    line("%s  Readers: {Type: ImplicitMeta, Rule: \"ANY Readers\"}".formatted(indent));
    line("%s  Writers: {Type: ImplicitMeta, Rule: \"ANY Writers\"}".formatted(indent));
    line("%s  Admins: {Type: ImplicitMeta, Rule: \"MAJORITY Admins\"}".formatted(indent));
  }

  private void policy(String indent, String name, String rule) {
    line("%s%s: {Type: Signature, Rule: %s}".formatted(indent, name, Template.quoted(rule)));
  }

  private static String millis(Duration duration) {
    return duration.toMillis() + "ms";
  }

  private static String path(Path path) {
    return Template.quoted(path.toString());
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
