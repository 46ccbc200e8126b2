package org.koinon.system.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.containers.Network;
import org.testcontainers.images.builder.ImageFromDockerfile;

/** A consortium's nodes in containers on a network of their own. */
final class RunningConsortium implements AutoCloseable {
  private final ContainerConsortium consortium;
  private final ImageFromDockerfile image;
  private final Network network;
  private final List<NodeContainer> nodes = new ArrayList<>();
  private final List<NodeContainer> ended = new ArrayList<>();

  private RunningConsortium(ContainerConsortium consortium, ImageFromDockerfile image) {
    this.consortium = consortium;
    this.image = image;
    this.network = Network.newNetwork();
  }

  /** Builds the image and starts every node; {@code work} takes what the image is made of. */
  static RunningConsortium start(ContainerConsortium consortium, Path work)
      throws IOException, InterruptedException {
    RunningConsortium running = new RunningConsortium(consortium, NodeImage.build(work));
    try {
      for (int i = 0; i < consortium.members().size(); i++) {
        running.nodes.add(running.start(i));
      }
      running.nodes.forEach(NodeContainer::awaitUp);
      return running;
    } catch (IOException | RuntimeException | Error e) {
      running.close();
      throw e;
    }
  }

  private NodeContainer start(int peer) throws IOException {
    return NodeContainer.start(
        consortium.members().get(peer), consortium.folder(), owner(), network, image);
  }

  private String owner() throws IOException {
    return Files.getAttribute(consortium.folder(), "unix:uid")
        + ":"
        + Files.getAttribute(consortium.folder(), "unix:gid");
  }

  NodeContainer node(int peer) {
    return nodes.get(peer);
  }

  /** A new container for a node that was killed, on the files that it left. */
  void startAgain(int peer) throws IOException {
    ended.add(nodes.get(peer));
    NodeContainer again = start(peer);
    nodes.set(peer, again);
    again.awaitUp();
  }

  /** Stops all cleanly. */
  void end() {
    // 143: ended by SIGTERM, after its files were closed
    nodes.forEach(node -> assertThat(node.end()).as("%s", node.member()).isIn(0L, 143L));
  }

  @Override
  public void close() {
    nodes.forEach(NodeContainer::close);
    ended.forEach(NodeContainer::close);
    network.close();
  }
}
