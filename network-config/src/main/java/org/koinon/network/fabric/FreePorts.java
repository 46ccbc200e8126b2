package org.koinon.network.fabric;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.koinon.network.node.HostPort;

/** Looks for ports of this machine on which nobody listens. */
final class FreePorts {
  private static final int STRIDE = 200;
  private static final int ATTEMPTS_MAX = 50;

  private FreePorts() {}

  /**
   * The base port from which all ports of the network are free: its own, or the first after it in
   * steps of {@value #STRIDE}; its own too where there is none.
   */
  static int base(FabricNetworkDefinition definition) {
    return IntStream.range(0, ATTEMPTS_MAX)
        .map(attempt -> definition.basePort() + attempt * STRIDE)
        .takeWhile(base -> base <= FabricNetworkDefinition.BASE_PORT_MAX)
        .filter(base -> areFree(definition.from(base)))
        .findFirst()
        .orElse(definition.basePort());
  }

  private static boolean areFree(FabricNetworkDefinition definition) {
    NetworkLayout layout = new NetworkLayout(Path.of(""), definition);
    Stream<HostPort> orderers =
        layout.orderers().stream()
            .flatMap(each -> Stream.of(each.address(), each.admin(), each.health()));
    Stream<HostPort> peers =
        layout.peers().stream()
            .flatMap(
                each ->
                    Stream.of(each.address(), each.callback(), each.health(), each.chaincode()));
    return Stream.concat(orderers, peers).allMatch(FreePorts::isFree);
  }

  private static boolean isFree(HostPort address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address.host(), address.port()));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
