package org.koinon.network.fabric;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.koinon.network.node.HostPort;
import org.koinon.network.yaml.ConfigException;

/**
 * How nodes in containers become one channel, from outside: administrators dial published ports,
 * and the channel's first block names the hosts under which orderers dial each other.
 *
 * @param layout of the network as it is dialled from outside
 * @param administration of its nodes
 */
record ContainerJoining(NetworkLayout layout, Administration administration) {
  /** Returns when every peer serves the ledger. */
  void join(Path folder, Consumer<String> progress) {
    layout.orderers().forEach(each -> requireAnswer(each.name(), each.address()));
    layout.peers().forEach(each -> requireAnswer(each.name(), each.address()));
    Path genesis = folder.resolve("genesis.block");
    boolean isNew = !Files.exists(genesis);
    if (isNew) {
      progress.accept("making the channel " + layout.definition().channel());
      found(folder, genesis);
    }
    ChannelFounding founding = new ChannelFounding(layout, administration);
    List<Runnable> tasks = new ArrayList<>();
    layout.orderers().forEach(each -> tasks.add(() -> founding.join(each, genesis, isNew)));
    layout.peers().forEach(each -> tasks.add(() -> founding.join(each, genesis, isNew)));
    AtOnce.each(tasks, Runnable::run);
    founding.agreeOnChaincode(layout.orderers().getFirst(), isNew, progress);
    founding.awaitService(progress);
  }

  private static void requireAnswer(String node, HostPort address) {
    if (!Nodes.listens(address)) {
      throw new FabricException(
          "nothing answers at "
              + address
              + ", the port of "
              + node
              + ": start the containers, and wait until they are healthy");
    }
  }

  private void found(Path folder, Path genesis) {
    Path file = folder.resolve("configtx.yaml");
    try {
      Files.createDirectories(folder);
      Files.writeString(file, ConfigTx.yaml(layout.ownHosts()));
    } catch (IOException e) {
      throw new ConfigException(file.toString(), "cannot be written: " + e.getMessage(), e);
    }
    administration.makeGenesis(folder, genesis);
  }
}
