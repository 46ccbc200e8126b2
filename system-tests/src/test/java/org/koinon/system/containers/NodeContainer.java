package org.koinon.system.containers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.ContainerNetwork;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.koinon.cli.NodeEventJson;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.StudyId;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.images.builder.ImageFromDockerfile;
import tools.jackson.databind.JsonNode;

/** A hospital's node in a container; its events are read from its output. */
final class NodeContainer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(6);
  private static final String UP = "up";
  private static final String OVER = "over";
  private static final int ROUNDS_MAX = 100;

  private final MemberId member;
  private final Network network;
  private final GenericContainer<?> container;
  private final Map<String, CompletableFuture<JsonNode>> events = new ConcurrentHashMap<>();
  private final AtomicInteger latest = new AtomicInteger();
  private final Queue<String> said = new ConcurrentLinkedQueue<>();

  private NodeContainer(MemberId member, Network network, ImageFromDockerfile image) {
    this.member = member;
    this.network = network;
    this.container = new GenericContainer<>(image);
  }

  /**
   * Starts it.
   *
   * @param owner user and group that own the consortium's folder, as {@code 1000:1000}
   */
  static NodeContainer start(
      MemberId member, Path consortium, String owner, Network network, ImageFromDockerfile image) {
    NodeContainer node = new NodeContainer(member, network, image);
    String home = "/koinon/" + member;
    node.container
        .withNetwork(network)
        .withNetworkAliases(member.value())
        .withFileSystemBind(
            consortium.resolve(member.value()).toString(), home, BindMode.READ_WRITE)
        .withFileSystemBind(
            consortium.resolve("ledger").toString(), "/koinon/ledger", BindMode.READ_WRITE)
        .withEnv("DJL_CACHE_DIR", "/tmp/djl")
        .withEnv("HOME", "/tmp")
        .withCreateContainerCmdModifier(command -> command.withUser(owner))
        .withCommand("node", "run", "--config", home + "/node.yaml", "--json")
        .withLogConsumer(node::hear);
    for (String file : List.of("consortium.yaml", "genesis.json")) {
      node.container.withFileSystemBind(
          consortium.resolve(file).toString(), "/koinon/" + file, BindMode.READ_ONLY);
    }
    node.container.start();
    return node;
  }

  private void hear(OutputFrame frame) {
    for (String line : frame.getUtf8StringWithoutLineEnding().lines().toList()) {
      said.add(line);
      if (frame.getType() == OutputFrame.OutputType.STDOUT && line.startsWith("{")) {
        JsonNode event = NodeEventJson.parse(line);
        if (event.path("event").asString().equals(OVER)) {
          latest.accumulateAndGet(event.path("round").asInt(), Math::max);
        }
        event(name(event)).complete(event);
      }
    }
  }

  private static String name(JsonNode event) {
    String kind = event.path("event").asString();
    return switch (kind) {
      case OVER -> over(event.path("study").asString(), event.path("round").asInt());
      case "done" -> done(event.path("study").asString());
      default -> kind;
    };
  }

  private static String over(String study, int round) {
    return OVER + " " + study + " " + round;
  }

  private static String done(String study) {
    return "done " + study;
  }

  private CompletableFuture<JsonNode> event(String name) {
    return events.computeIfAbsent(name, ignored -> new CompletableFuture<>());
  }

  private JsonNode await(String name) {
    try {
      return event(name).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(
          member + " did not say '" + name + "' but:\n" + String.join("\n", said), e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  MemberId member() {
    return member;
  }

  /** Waits until it listens. */
  void awaitUp() {
    await(UP);
  }

  /** The number of the newest round that it said to be over. */
  int latest() {
    return latest.get();
  }

  /** Waits for the first round from this number on that has a result; its number. */
  int awaitFinal(StudyId study, int from) {
    for (int number = from; number < ROUNDS_MAX; number++) {
      JsonNode event = await(over(study.value(), number));
      if (event.path("outcome").asString().equals("final")) {
        return number;
      }
    }
    throw new AssertionError("no round came to a result:\n" + String.join("\n", said));
  }

  /** Waits until there are no more rounds; its last event of the study. */
  JsonNode awaitDone(StudyId study) {
    return await(done(study.value()));
  }

  /** Takes it off the network: packets to and from it go nowhere, its process goes on. */
  void disconnect() {
    client()
        .disconnectFromNetworkCmd()
        .withNetworkId(network.getId())
        .withContainerId(container.getContainerId())
        .exec();
  }

  /** Puts it back under its name. */
  void connect() {
    client()
        .connectToNetworkCmd()
        .withNetworkId(network.getId())
        .withContainerId(container.getContainerId())
        .withContainerNetwork(new ContainerNetwork().withAliases(member.value()))
        .exec();
  }

  /** How many networks it is on. */
  int networks() {
    return container.getCurrentContainerInfo().getNetworkSettings().getNetworks().size();
  }

  /** SIGKILL. */
  void kill() {
    client().killContainerCmd(container.getContainerId()).withSignal("KILL").exec();
  }

  boolean isRunning() {
    return container.isRunning();
  }

  /** SIGTERM, and a moment to end; its exit code. */
  long end() {
    client().stopContainerCmd(container.getContainerId()).withTimeout(20).exec();
    Long code = container.getCurrentContainerInfo().getState().getExitCodeLong();
    return code == null ? -1 : code;
  }

  private DockerClient client() {
    return container.getDockerClient();
  }

  @Override
  public void close() {
    container.close();
  }
}
