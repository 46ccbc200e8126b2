package org.koinon.cli;

import java.nio.file.Path;
import org.koinon.peer.node.NodeHome;
import picocli.CommandLine.Option;

/** The option that says which member's node speaks. */
final class NodeOption {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "NODE.YAML",
      description = "The configuration of this member's node.")
  private Path config = Path.of("node.yaml");

  Path file() {
    return config;
  }

  NodeHome home() {
    return NodeHome.read(config);
  }
}
