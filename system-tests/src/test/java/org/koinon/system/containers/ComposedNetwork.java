package org.koinon.system.containers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.DockerImageName;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The services of a generated {@code compose.yaml}, each as it says, on an engine that need not
 * have Docker Compose. What the file has besides is refused.
 */
public final class ComposedNetwork implements AutoCloseable {
  private static final List<String> UNDERSTOOD =
      List.of(
          "image",
          "command",
          "environment",
          "networks",
          "ports",
          "volumes",
          "healthcheck",
          "restart",
          "read_only",
          "tmpfs",
          "security_opt",
          "cap_drop",
          "cap_add");
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long PULL_MINUTES = 5;

  private final Path folder;
  private final String project;
  private final DockerClient client;
  private final Network network = Network.newNetwork();
  private final Map<String, GenericContainer<?>> containers = new TreeMap<>();

  private ComposedNetwork(Path folder, String project, DockerClient client) {
    this.folder = folder;
    this.project = project;
    this.client = client;
  }

  /** Starts all services, and returns when all are healthy. */
  public static ComposedNetwork start(Path file) throws IOException, InterruptedException {
    DockerClient client = Engine.require();
    JsonNode compose = new YAMLMapper().readTree(Files.readString(file));
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
    ComposedNetwork composed = new ComposedNetwork(folder, compose.path("name").asString(), client);
    try {
      composed.removeVolumes(); // of a run that was killed
      for (Map.Entry<String, JsonNode> each : compose.path("services").properties()) {
        composed.add(each.getKey(), each.getValue());
      }
      Startables.deepStart(composed.containers.values()).join();
      return composed;
    } catch (InterruptedException | RuntimeException | Error e) {
      composed.close();
      throw e;
    }
  }

  private void add(String name, JsonNode service) throws InterruptedException {
    if (!UNDERSTOOD.containsAll(service.propertyNames())) {
      throw new IllegalArgumentException(name + " has more than this test knows: " + service);
    }
    String image = service.path("image").asString();
    requireImage(image);
    Map<String, String> environment = new HashMap<>();
    service.path("environment").properties().forEach(e -> environment.put(e.getKey(), text(e)));
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse(image))
            .withNetwork(network)
            .withNetworkAliases(name)
            .withCommand(strings(service.path("command")).toArray(String[]::new))
            .withEnv(environment)
            .withCreateContainerCmdModifier(command -> apply(service, command))
            .waitingFor(Wait.forHealthcheck().withStartupTimeout(PATIENCE));
    container.setPortBindings(strings(service.path("ports")));
    containers.put(name, container);
  }

  private static String text(Map.Entry<String, JsonNode> entry) {
    return entry.getValue().asString();
  }

  /** An image that is neither here nor to be had ends the test with its name. */
  private void requireImage(String image) throws InterruptedException {
    try {
      client.inspectImageCmd(image).exec();
    } catch (NotFoundException absent) {
      try {
        if (client.pullImageCmd(image).start().awaitCompletion(PULL_MINUTES, TimeUnit.MINUTES)) {
          return;
        }
      } catch (RuntimeException e) {
        absent.addSuppressed(e);
      }
      throw new IllegalStateException(
          "the image " + image + " is not here and cannot be had: docker pull " + image, absent);
    }
  }

  private void apply(JsonNode service, CreateContainerCmd command) {
    HostConfig host = Objects.requireNonNull(command.getHostConfig());
    host.withMounts(service.path("volumes").valueStream().map(this::mount).toList())
        .withReadonlyRootfs(service.path("read_only").asBoolean())
        .withSecurityOpts(strings(service.path("security_opt")))
        .withCapDrop(Capability.valueOf(only(service.path("cap_drop"))))
        .withCapAdd(Capability.valueOf(only(service.path("cap_add"))))
        .withTmpFs(Map.of(only(service.path("tmpfs")), ""));
    JsonNode check = service.path("healthcheck");
    command.withHealthcheck(
        new HealthCheck()
            .withTest(strings(check.path("test")))
            .withInterval(seconds(check, "interval"))
            .withTimeout(seconds(check, "timeout"))
            .withStartPeriod(seconds(check, "start_period"))
            .withRetries(check.path("retries").asInt()));
  }

  private Mount mount(JsonNode volume) {
    String source = volume.path("source").asString();
    boolean isBind = volume.path("type").asString().equals("bind");
    return new Mount()
        .withType(isBind ? MountType.BIND : MountType.VOLUME)
        .withSource(isBind ? folder.resolve(source).normalize().toString() : project + "_" + source)
        .withTarget(volume.path("target").asString())
        .withReadOnly(volume.path("read_only").asBoolean(false));
  }

  private static String only(JsonNode list) {
    List<String> all = strings(list);
    if (all.size() != 1) {
      throw new IllegalArgumentException("one value, not " + all);
    }
    return all.getFirst();
  }

  private static List<String> strings(JsonNode list) {
    return list.valueStream().map(JsonNode::asString).toList();
  }

  /** In nanoseconds, from {@code 5s}. */
  private static long seconds(JsonNode node, String key) {
    String text = node.path(key).asString();
    return TimeUnit.SECONDS.toNanos(Long.parseLong(text.substring(0, text.indexOf('s'))));
  }

  private String id(String service) {
    return Objects.requireNonNull(containers.get(service), service).getContainerId();
  }

  /** SIGKILL. */
  public void kill(String service) {
    client.killContainerCmd(id(service)).withSignal("KILL").exec();
  }

  /** Starts a killed one again, on its own volume. */
  public void startAgain(String service) {
    client.startContainerCmd(id(service)).exec();
  }

  /** Nothing that was started is left, nor any volume. */
  @Override
  public void close() {
    containers.values().forEach(GenericContainer::close);
    removeVolumes();
    network.close();
  }

  private void removeVolumes() {
    var volumes = client.listVolumesCmd().exec().getVolumes();
    if (volumes != null) {
      volumes.stream()
          .filter(each -> each.getName().startsWith(project + "_"))
          .forEach(each -> client.removeVolumeCmd(each.getName()).exec());
    }
  }
}
