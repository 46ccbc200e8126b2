package org.koinon.network.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.koinon.network.fabric.FabricContainer;
import org.koinon.network.yaml.ConfigException;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A chart of <a href="https://helm.sh">Helm</a> for Kubernetes with the values of one network: a
 * stateful set for each orderer and peer, a deployment for each chaincode, services, configuration
 * and secrets. The chart is the same for all networks; keys are in a file of values of their own,
 * which may be left out where Kubernetes gets its secrets from elsewhere.
 */
public final class HelmChart {
  /** Folder of the chart. */
  public static final String CHART = "chart";

  /** File of the values that are no secrets. */
  public static final String VALUES = "values.yaml";

  /** File of the secret ones. */
  public static final String SECRETS = "secrets.yaml";

  /** The chart's files. */
  static final List<String> FILES =
      List.of(
          "Chart.yaml",
          "values.schema.json",
          "templates/configuration.yaml",
          "templates/nodes.yaml",
          "templates/secrets.yaml",
          "templates/services.yaml");

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private HelmChart() {}

  /**
   * Writes the chart and the network's values.
   *
   * @param folder that is made, or whose files are replaced
   * @param chaincodeJar is copied beside the folder, with how to make an image of it
   * @return the folder
   */
  public static Path write(
      Path folder, List<FabricContainer> containers, ContainerImages images, Path chaincodeJar) {
    ContainerFiles.writeChaincode(folder.resolveSibling("chaincode"), chaincodeJar, images);
    for (String name : FILES) {
      ContainerFiles.write(folder.resolve(CHART).resolve(name), resource(name));
    }
    ContainerFiles.write(folder.resolve(VALUES), ContainerFiles.yaml(values(containers, images)));
    ContainerFiles.writeSecret(folder.resolve(SECRETS), ContainerFiles.yaml(secrets(containers)));
    return folder;
  }

  /** A file of the chart. */
  static String resource(String name) {
    try (InputStream in = HelmChart.class.getResourceAsStream("/helm/" + name)) {
      if (in == null) {
        throw new IllegalStateException("no resource /helm/" + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode values(List<FabricContainer> containers, ContainerImages images) {
    ObjectNode values = JSON.objectNode();
    values
        .putObject("images")
        .put("orderer", images.orderer())
        .put("peer", images.peer())
        .put("chaincode", images.chaincode());
    values.putObject("storage").put("size", "10Gi");
    containers.forEach(each -> values.withArray("nodes").add(node(each)));
    return values;
  }

  private static ObjectNode node(FabricContainer container) {
    ObjectNode node = JSON.objectNode();
    node.put("name", container.name());
    node.put("kind", container.kind().name().toLowerCase(Locale.ROOT));
    node.put("member", container.member().value());
    container.command().forEach(node.putArray("command")::add);
    ObjectNode environment = node.putObject("environment");
    container.environment().forEach(environment::put);
    container
        .ports()
        .forEach(
            port ->
                node.withArray("ports")
                    .addObject()
                    .put("name", port.name())
                    .put("number", port.number()));
    container.check().forEach(node.putArray("check")::add);
    node.putArray("files");
    container
        .files()
        .forEach(
            (path, text) ->
                node.withArray("files")
                    .addObject()
                    .put("key", key(path))
                    .put("path", path)
                    .put("text", text));
    node.putArray("secrets");
    secretFiles(container)
        .keySet()
        .forEach(
            path -> node.withArray("secrets").addObject().put("key", key(path)).put("path", path));
    container.data().forEach(path -> node.put("data", path));
    return node;
  }

  private static ObjectNode secrets(List<FabricContainer> containers) {
    ObjectNode tree = JSON.objectNode();
    ObjectNode secrets = tree.putObject("secrets");
    for (FabricContainer each : containers) {
      ObjectNode own = secrets.putObject(each.name());
      secretFiles(each)
          .forEach(
              (path, text) ->
                  own.put(
                      key(path),
                      Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))));
    }
    return tree;
  }

  /** Keys of secrets and of configurations hold no slashes. */
  private static String key(String path) {
    return path.substring(1).replace('/', '.');
  }

  /** What a node must keep to itself, and the certificates that belong to it, by their paths. */
  private static SortedMap<String, String> secretFiles(FabricContainer container) {
    SortedMap<String, String> all = new TreeMap<>(container.secrets());
    Path source = container.identity().source();
    try (Stream<Path> files = Files.walk(source)) {
      files
          .filter(Files::isRegularFile)
          .forEach(
              file ->
                  all.put(
                      container.identity().target() + "/" + source.relativize(file),
                      ContainerFiles.read(file)));
      return all;
    } catch (IOException e) {
      throw new ConfigException(source.toString(), "cannot be read: " + e.getMessage(), e);
    }
  }
}
