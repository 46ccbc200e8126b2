package org.koinon.cli.demo;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import org.koinon.federation.study.MemberId;
import org.koinon.network.consortium.ConsortiumFile;
import org.koinon.network.consortium.ConsortiumFolder;
import org.koinon.network.fabric.FabricNetwork;
import org.koinon.network.fabric.FabricNetworkDefinition;
import org.koinon.network.fabric.FabricPrograms;
import org.koinon.network.fabric.LedgerSection;
import org.koinon.network.fabric.LedgerSection.Outcome;

/** The Fabric network of a demonstration: its processes end with it, its files stay. */
final class DemoNetwork implements AutoCloseable {
  /**
   * What it is made of.
   *
   * @param programs Fabric's own
   * @param chaincode the chaincode's jar
   */
  record Parts(FabricPrograms programs, Path chaincode) {}

  private final FabricNetwork network;

  private DemoNetwork(FabricNetwork network) {
    this.network = network;
  }

  /** Starts a network of a consortium's members, and has every node's file name its channel. */
  static DemoNetwork up(Path consortium, List<MemberId> members, Parts parts, Screen screen) {
    ConsortiumFile file = ConsortiumFile.read(consortium.resolve(ConsortiumFolder.CONSORTIUM));
    DemoNetwork demo =
        new DemoNetwork(
            FabricNetwork.create(
                consortium.resolve("fabric"),
                FabricNetworkDefinition.of(file).onFreePorts(),
                consortium,
                new SecureRandom(),
                InstantSource.system()));
    try {
      demo.network.up(parts.programs(), parts.chaincode(), screen::say);
      members.forEach(
          member -> demo.join(member, consortium.resolve(member.value(), ConsortiumFolder.NODE)));
      return demo;
    } catch (RuntimeException e) {
      demo.close();
      throw e;
    }
  }

  private void join(MemberId member, Path nodeFile) {
    Outcome outcome = new LedgerSection(nodeFile, network.connection(member)).write();
    if (outcome != Outcome.WRITTEN) {
      throw new IllegalStateException(nodeFile + " is not as it was founded: " + outcome);
    }
  }

  @Override
  public void close() {
    network.down();
  }
}
