package org.koinon.network.container;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.koinon.network.fabric.ChannelName;
import org.koinon.network.fabric.FabricContainer;
import org.koinon.network.fabric.FabricContainer.Kind;
import org.koinon.network.fabric.FabricContainer.Port;
import org.koinon.network.fabric.FabricContainer.Reach;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The file {@code compose.yaml} of a network, by the <a
 * href="https://github.com/compose-spec/compose-spec">Compose specification</a>. It names files
 * beside it and holds no secret; keys stay where they are and are mounted.
 */
public final class ComposeFile {
  /** Its name. */
  public static final String NAME = "compose.yaml";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String NETWORK = "ledger";

  private final Path folder;
  private final ContainerImages images;

  private ComposeFile(Path folder, ContainerImages images) {
    this.folder = folder;
    this.images = images;
  }

  /**
   * Writes it with all that it names.
   *
   * @param folder that is made, or whose files are replaced
   * @param chaincodeJar is copied
   * @return the file
   */
  public static Path write(
      Path folder,
      ChannelName channel,
      List<FabricContainer> containers,
      ContainerImages images,
      Path chaincodeJar) {
    ContainerFiles.writeChaincode(folder.resolve("chaincode"), chaincodeJar, images);
    containers.forEach(each -> ContainerFiles.writeNode(nodeFolder(folder, each), each));
    Path file = folder.resolve(NAME);
    ObjectNode tree = new ComposeFile(folder, images).tree(channel, containers);
    ContainerFiles.write(file, ContainerFiles.yaml(tree));
    return file;
  }

  private static Path nodeFolder(Path folder, FabricContainer container) {
    return folder.resolve("nodes").resolve(container.name());
  }

  private ObjectNode tree(ChannelName channel, List<FabricContainer> containers) {
    ObjectNode tree = JSON.objectNode();
    tree.put("name", "koinon-" + channel.value().replace('.', '-'));
    ObjectNode services = tree.putObject("services");
    containers.forEach(each -> services.set(each.name(), service(each)));
    tree.putObject("networks").putObject(NETWORK).put("driver", "bridge");
    ObjectNode volumes = tree.putObject("volumes");
    containers.stream()
        .filter(each -> !each.data().isEmpty())
        .forEach(each -> volumes.putObject(each.name()));
    return tree;
  }

  private ObjectNode service(FabricContainer container) {
    ObjectNode service = JSON.objectNode();
    service.put("image", images.of(container.kind()));
    strings(service, "command", container.command());
    ObjectNode environment = service.putObject("environment");
    container.environment().forEach(environment::put);
    strings(service, "networks", List.of(NETWORK));
    List<String> published =
        container.ports().stream()
            .filter(each -> each.reach() != Reach.NOBODY)
            .map(ComposeFile::published)
            .toList();
    strings(service, "ports", published);
    mounts(service, container);
    check(service, container);
    service.put("restart", "unless-stopped");
    service.put("read_only", true);
    strings(service, "tmpfs", List.of("/tmp"));
    strings(service, "security_opt", List.of("no-new-privileges:true"));
    strings(service, "cap_drop", List.of("ALL"));
    // Keys can be read by their owner alone, who is somebody else in the container.
    strings(service, "cap_add", List.of("DAC_OVERRIDE"));
    return service;
  }

  private static String published(Port port) {
    String pair = port.number() + ":" + port.number();
    return switch (port.reach()) {
      case NOBODY -> throw new IllegalArgumentException(port + " is not published");
      case MACHINE -> "127.0.0.1:" + pair;
      case EVERYBODY -> pair;
    };
  }

  private void mounts(ObjectNode service, FabricContainer container) {
    bind(service, container.identity().source(), container.identity().target());
    SortedSet<String> folders = new TreeSet<>();
    container.files().keySet().forEach(each -> folders.add(parent(each)));
    container.secrets().keySet().forEach(each -> folders.add(parent(each)));
    Path node = nodeFolder(folder, container);
    folders.forEach(each -> bind(service, ContainerFiles.below(node, each), each));
    if (container.kind() == Kind.CHAINCODE) {
      bind(service, folder.resolve("chaincode"), FabricContainer.CHAINCODE_FOLDER);
    }
    for (String each : container.data()) {
      service
          .withArray("volumes")
          .addObject()
          .put("type", "volume")
          .put("source", container.name())
          .put("target", each);
    }
  }

  private static String parent(String path) {
    return Objects.requireNonNull(Path.of(path).getParent()).toString();
  }

  private void bind(ObjectNode service, Path source, String target) {
    ObjectNode mount = service.withArray("volumes").addObject();
    mount.put("type", "bind").put("source", relative(source)).put("target", target);
    mount.put("read_only", true);
    mount.putObject("bind").put("create_host_path", false);
  }

  /** Compose takes a path for one of the file's folder if it begins with a dot. */
  private String relative(Path source) {
    Path base = folder.toAbsolutePath().normalize();
    return "./" + base.relativize(source.toAbsolutePath().normalize());
  }

  private static void check(ObjectNode service, FabricContainer container) {
    ObjectNode check = service.putObject("healthcheck");
    check.putArray("test").add("CMD");
    // A dollar sign would be a variable of Compose.
    container.check().forEach(word -> check.withArray("test").add(word.replace("$", "$$")));
    check.put("interval", "5s").put("timeout", "5s").put("retries", 5).put("start_period", "30s");
  }

  private static void strings(ObjectNode service, String key, List<String> values) {
    if (!values.isEmpty()) {
      values.forEach(service.putArray(key)::add);
    }
  }
}
