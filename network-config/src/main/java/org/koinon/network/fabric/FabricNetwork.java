package org.koinon.network.fabric;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Role;
import org.koinon.network.fabric.FabricNetworkDefinition.Organisation;
import org.koinon.network.fabric.NetworkLayout.Orderer;
import org.koinon.network.fabric.NetworkLayout.Peer;
import org.koinon.network.node.HostPort;
import org.koinon.network.pki.OrganisationFolder;
import org.koinon.network.yaml.ConfigException;

/**
 * A Fabric network of all members on this machine: orderers, a peer and a chaincode for each
 * hospital, as processes that outlive this one.
 *
 * <p>Everything of it is in one folder; {@link #up} brings it from whatever state it is in to the
 * one where it serves, and does nothing twice. Not for use by several threads at once; a second
 * process is refused while one works on the folder.
 */
public final class FabricNetwork {
  /** File of the definition, in the network's folder. */
  public static final String DEFINITION = "network.yaml";

  private final NetworkLayout layout;
  private final Identities identities;
  private final NodeProcesses processes;
  private final Nodes nodes;
  private final SecureRandom random;
  private final InstantSource clock;

  private FabricNetwork(NetworkLayout layout, SecureRandom random, InstantSource clock) {
    this.layout = layout;
    this.random = random;
    this.clock = clock;
    this.identities = new Identities(layout, random, clock);
    this.processes = new NodeProcesses(layout.folder().resolve("run"));
    this.nodes = new Nodes(layout, processes);
  }

  /**
   * Makes the network's folder, which must not exist, with the keys of all organisations; it stands
   * complete or not at all. Nothing is started.
   *
   * @param definitionFolder that paths in the definition are relative to
   */
  public static FabricNetwork create(
      Path folder,
      FabricNetworkDefinition definition,
      Path definitionFolder,
      SecureRandom random,
      InstantSource clock) {
    Path target = folder.toAbsolutePath().normalize();
    if (Files.exists(target)) {
      throw new ConfigException(
          folder.toString(), 0, "exists already and is not overwritten: name a new folder");
    }
    try {
      Path parent = java.util.Objects.requireNonNull(target.getParent());
      Files.createDirectories(parent);
      Path draft =
          Files.createTempDirectory(
              parent,
              "." + target.getFileName() + ".",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      try {
        var issuing = new Identities(new NetworkLayout(draft, definition), random, clock);
        AtOnce.each(definition.organisations(), each -> issuing.create(each, definitionFolder));
        Files.writeString(draft.resolve(DEFINITION), definition.yaml());
        Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        NetworkFiles.deleteTree(draft);
      }
    } catch (IOException e) {
      throw new ConfigException(folder.toString(), "cannot be created: " + e.getMessage(), e);
    }
    return open(folder, random, clock);
  }

  /** The network in this folder. */
  public static FabricNetwork open(Path folder, SecureRandom random, InstantSource clock) {
    Path file = folder.resolve(DEFINITION);
    if (!Files.exists(file)) {
      throw new ConfigException(
          folder.toString(), 0, "holds no Fabric network: run koinon network up --fabric first");
    }
    return new FabricNetwork(
        new NetworkLayout(folder, FabricNetworkDefinition.read(file)), random, clock);
  }

  /** What the network is. */
  public FabricNetworkDefinition definition() {
    return layout.definition();
  }

  /** How a member's node reaches the ledger. */
  public FabricConnection connection(MemberId member) {
    OrganisationFolder own = identities.of(member);
    MemberId serving =
        definition().organisation(member).role() == Role.HOSPITAL
            ? member
            : definition().hospitals().getFirst();
    return new FabricConnection(
        member,
        definition().channel(),
        ChaincodePackage.NAME,
        layout.peer(serving).address(),
        identities.of(serving).tls(Identities.PEER).resolve("ca.crt"),
        own.certificate(Identities.CLIENT),
        own.key(Identities.CLIENT));
  }

  /**
   * Starts what does not run, and returns when every peer and its chaincode serve the ledger.
   *
   * @param chaincodeJar the chaincode with all it needs in one file
   * @param progress told of each step, from several threads
   */
  public void up(FabricPrograms programs, Path chaincodeJar, Consumer<String> progress) {
    if (!Files.isRegularFile(chaincodeJar)) {
      throw new ConfigException(
          chaincodeJar.toString(), 0, "there is no such file: build the module chaincode first");
    }
    locked(() -> start(programs, chaincodeJar, progress));
  }

  private void start(FabricPrograms programs, Path chaincodeJar, Consumer<String> progress) {
    Administration administration = new Administration(layout, programs);
    NetworkFiles.write(layout);
    boolean isNew = !Files.exists(layout.genesis());
    if (isNew) {
      progress.accept("making the channel " + definition().channel());
      administration.makeGenesis(layout.folder(), layout.genesis());
    }
    progress.accept(
        "starting %d orderers, %d peers and their chaincode"
            .formatted(layout.orderers().size(), layout.peers().size()));
    ChannelFounding founding = new ChannelFounding(layout, administration);
    List<Runnable> channel = new ArrayList<>();
    layout.orderers().forEach(each -> channel.add(() -> start(programs, founding, each)));
    layout.peers().forEach(each -> channel.add(() -> start(programs, founding, each)));
    // Members can agree on a chaincode that does not run yet: the programs start meanwhile.
    AtOnce.each(
        List.<Runnable>of(
            () -> AtOnce.each(layout.peers(), each -> nodes.startChaincode(chaincodeJar, each)),
            () -> {
              AtOnce.each(channel, Runnable::run);
              founding.agreeOnChaincode(runningOrderer(), isNew, progress);
            }),
        Runnable::run);
    founding.awaitService(progress);
  }

  private void start(FabricPrograms programs, ChannelFounding founding, Orderer orderer) {
    boolean isNew = !Files.exists(orderer.ledger());
    nodes.start(programs, orderer);
    founding.join(orderer, layout.genesis(), isNew);
  }

  private void start(FabricPrograms programs, ChannelFounding founding, Peer peer) {
    boolean isNew = !Files.exists(peer.ledger());
    nodes.start(programs, peer);
    founding.join(peer, layout.genesis(), isNew);
  }

  /**
   * Makes an organisation a member of the running network: its identities, its place on the channel
   * (signed by more than half of the administrators), and for a hospital its peer and chaincode. A
   * call that was cut off may be repeated.
   *
   * @param definitionFolder that a path to brought certificates is relative to
   * @return the network with the member
   */
  public FabricNetwork addMember(
      FabricPrograms programs,
      Path chaincodeJar,
      Organisation added,
      Path definitionFolder,
      Consumer<String> progress) {
    FabricNetwork grown =
        new FabricNetwork(
            new NetworkLayout(layout.folder(), definition().with(added)), random, clock);
    locked(
        () -> {
          Orderer orderer = runningOrderer();
          if (!Files.exists(layout.organisation(added.id()))) {
            grown.createIdentities(added, definitionFolder);
          }
          NetworkFiles.write(grown.layout);
          Administration administration = new Administration(grown.layout, programs);
          progress.accept("the members sign that " + added.id() + " joins the channel");
          List<MemberId> members =
              definition().organisations().stream().map(Organisation::id).toList();
          new ChannelChange(grown.layout, administration, orderer)
              .add(added.id(), members.subList(0, members.size() / 2 + 1));
          NetworkFiles.write(layout.folder().resolve(DEFINITION), grown.definition().yaml());
          grown.start(programs, chaincodeJar, progress);
        });
    return grown;
  }

  private void createIdentities(Organisation added, Path definitionFolder) {
    Path home = layout.folder().resolve("joining");
    try {
      NetworkFiles.deleteTree(home);
      NetworkLayout draft = new NetworkLayout(home, definition());
      new Identities(draft, random, clock).create(added, definitionFolder);
      Files.move(
          draft.organisation(added.id()),
          layout.organisation(added.id()),
          StandardCopyOption.ATOMIC_MOVE);
      NetworkFiles.deleteTree(home);
    } catch (IOException e) {
      throw new ConfigException(home.toString(), "cannot be written: " + e.getMessage(), e);
    }
  }

  /** Revokes an identity of a member ({@code client}, {@code peer}) on the running channel. */
  public void revoke(FabricPrograms programs, MemberId member, String identity) {
    if (identity.equals(Identities.ADMIN)) {
      throw new ConfigException(
          identity, 0, "signs the revocation itself: rotate it, which revokes the old one");
    }
    if (identity.startsWith(Rotation.ORDERER)) {
      throw new ConfigException(
          identity, 0, "would order no more: rotate 'orderer', which revokes the old one");
    }
    Path certificate = identities.of(member).certificate(identity);
    locked(() -> revoke(programs, member, certificate));
  }

  private void revoke(FabricPrograms programs, MemberId member, Path certificate) {
    Orderer orderer = runningOrderer();
    identities.of(member).revoke(certificate);
    renew(programs, member, orderer);
  }

  /** Puts a revocation list of the member's own authority on the running channel. */
  public void revokeByList(FabricPrograms programs, MemberId member, Path list) {
    locked(
        () -> {
          Orderer orderer = runningOrderer();
          identities.of(member).bringRevocationList(list);
          renew(programs, member, orderer);
        });
  }

  private void renew(FabricPrograms programs, MemberId member, Orderer orderer) {
    new ChannelChange(layout, new Administration(layout, programs), orderer).renew(member);
  }

  /**
   * Gives a member new keys and certificates, and has the running channel refuse the old ones:
   * {@code admin}, {@code client} or {@code peer}; {@code orderer}, the signing keys of all its
   * orderers; or {@code tls}, which its orderers and its peer show to who dials them. Nodes are
   * started anew one at a time; the ledger goes on.
   */
  public void rotate(FabricPrograms programs, MemberId member, String identity) {
    Rotation rotation = new Rotation(layout, identities, nodes, programs);
    rotation.check(member, identity);
    locked(() -> rotation.rotate(member, identity, runningOrderer()));
  }

  private Orderer runningOrderer() {
    return layout.orderers().stream()
        .filter(each -> processes.running(each.name()).isPresent())
        .findFirst()
        .orElseThrow(
            () ->
                new FabricException(
                    "no orderer runs: start the network with koinon network up --fabric"));
  }

  /** Ends all of the network's processes: chaincode, then peers, then orderers. */
  public void down() {
    locked(
        () -> {
          List<String> names = processes.names();
          for (String kind : List.of("chaincode.", "peer.", "orderer-")) {
            AtOnce.each(
                names.stream().filter(name -> name.startsWith(kind)).toList(), processes::stop);
          }
        });
  }

  /** What has to run, for engines that run each node in a container of its own. */
  public List<FabricContainer> containers() {
    return Containers.of(layout);
  }

  /** Where files for containers belong, in the network's folder. */
  public Path containerFolder() {
    return layout.folder().resolve("containers");
  }

  /**
   * Makes nodes that run in containers one channel with an agreed chaincode; what is done already
   * is not done twice. They must be up, and their ports published on the definition's host.
   *
   * @param progress told of each step, from several threads
   */
  public void joinContainers(FabricPrograms programs, Consumer<String> progress) {
    locked(
        () -> {
          requireNoProcess();
          NetworkFiles.write(layout);
          Administration administration = new Administration(layout, programs);
          new ContainerJoining(layout, administration).join(containerFolder(), progress);
        });
  }

  private void requireNoProcess() {
    for (NodeStatus each : status()) {
      if (each.isRunning()) {
        throw new FabricException(
            each.name() + " runs as a process here: end it with koinon network down --fabric");
      }
    }
  }

  /** Every node, in the order orderers, peers, chaincode. */
  public List<NodeStatus> status() {
    List<NodeStatus> all = new ArrayList<>();
    layout.orderers().forEach(each -> all.add(status(each.name(), each.address())));
    layout.peers().forEach(each -> all.add(status(each.name(), each.address())));
    layout.peers().forEach(each -> all.add(status(each.chaincodeName(), each.chaincode())));
    return all;
  }

  private NodeStatus status(String name, HostPort address) {
    OptionalLong processId =
        processes.running(name).stream().mapToLong(ProcessHandle::pid).findFirst();
    return new NodeStatus(name, address, processId, nodes.log(name));
  }

  /** How many blocks a hospital's peer has; the peer must run. */
  public long height(FabricPrograms programs, MemberId hospital) {
    return new Administration(layout, programs).height(layout.peer(hospital));
  }

  /** Ends one node at once, as a power failure would. */
  public void kill(String node) {
    requireNode(node);
    processes.kill(node);
  }

  private void requireNode(String node) {
    if (status().stream().noneMatch(each -> each.name().equals(node))) {
      throw new ConfigException(
          node,
          0,
          "is no node of this network; they are "
              + String.join(", ", status().stream().map(NodeStatus::name).toList()));
    }
  }

  private void locked(Runnable work) {
    Path file = layout.folder().resolve("lock");
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        throw busy();
      }
      work.run();
    } catch (OverlappingFileLockException e) {
      throw busy();
    } catch (IOException e) {
      throw new FabricException("cannot lock " + file + ": " + e.getMessage(), e);
    }
  }

  private FabricException busy() {
    return new FabricException(
        "another command is at work on " + layout.folder() + ": wait for it to end");
  }
}
