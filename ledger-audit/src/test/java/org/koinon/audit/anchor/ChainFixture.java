package org.koinon.audit.anchor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.Checkpoint;
import org.koinon.federation.study.ConsortiumId;

/** A real EVM node, a consortium of four keys of which three must sign, and who pays. */
final class ChainFixture implements AutoCloseable {
  static final ConsortiumId LEAGUE = new ConsortiumId("league");
  static final int THRESHOLD = 3;
  static final int CONFIRMATIONS = 3;
  private static final int LOOKS = 200;

  final Path folder;
  private final NodeProgram program;
  private final List<String> options;
  LocalChain chain;
  final List<AnchorKey> members = new ArrayList<>();
  final AnchorKey payer;
  final List<String> notes = new ArrayList<>();

  ChainFixture(Path folder, String... options) throws IOException {
    this(NodeProgram.ANVIL, folder, options);
  }

  ChainFixture(NodeProgram program, Path folder, String... options) throws IOException {
    this.folder = folder;
    this.program = program;
    this.options = new ArrayList<>(List.of(options));
    this.options.addAll(program.options(folder));
    this.chain = LocalChain.start(program.file(), folder.resolve("node.log"), this.options);
    for (int i = 0; i < 4; i++) {
      members.add(key("member-" + i));
    }
    this.payer = key("payer");
    program.fund(chain, payer.address(), 100);
  }

  AnchorKey key(String name) throws IOException {
    return AnchorKey.createBrief(folder.resolve(name + ".json"), passphrase(), new SecureRandom());
  }

  KeyPassphrase passphrase() throws IOException {
    Path file = folder.resolve("passphrase");
    if (!Files.exists(file)) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, "a test's passphrase\n");
    }
    return KeyPassphrase.read(file);
  }

  /** Starts the node that was stopped, where it was: with its blocks, without its pool. */
  void startAgain() {
    int port = chain.url().uri().getPort();
    try {
      chain = LocalChain.start(program.file(), folder.resolve("node.log"), port, options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A pace that makes blocks instead of waiting for them. */
  Pace mining() {
    int[] left = {LOOKS};
    return () -> {
      mine(1);
      return left[0]-- > 0;
    };
  }

  /** Makes empty blocks. */
  void mine(int blocks) {
    program.mine(chain, blocks);
  }

  /** A pace that does something at each look: how a test reaches into the middle of a wait. */
  static Pace doing(List<Runnable> steps) {
    int[] next = {0};
    return () -> {
      if (next[0] < steps.size()) {
        steps.get(next[0]++).run();
        return true;
      }
      return next[0]++ < LOOKS;
    };
  }

  AnchorWriter writer(Pace pace) {
    return writer(payer, FeePolicy.USUAL, pace);
  }

  AnchorWriter writer(AnchorKey paying, FeePolicy fees, Pace pace) {
    return AnchorWriter.open(
        chain.url(),
        chain.chain(),
        paying,
        new AnchorWriter.Manner(fees, CONFIRMATIONS, pace, notes::add));
  }

  EvmAddress deployed() {
    try (AnchorWriter writer = writer(mining())) {
      return writer.deploy(members.stream().map(AnchorKey::address).toList(), THRESHOLD).contract();
    }
  }

  List<AnchorSignature> signed(EvmAddress contract, Checkpoint checkpoint) {
    CheckpointMessage message = new CheckpointMessage(chain.chain(), contract, checkpoint);
    return members.stream()
        .limit(THRESHOLD)
        .map(key -> AnchorSignature.sign(message, key))
        .toList();
  }

  AnchorWriter.Outcome published(EvmAddress contract, Checkpoint checkpoint) {
    try (AnchorWriter writer = writer(mining())) {
      return writer.publish(contract, checkpoint, signed(contract, checkpoint));
    }
  }

  AnchorPoint point(EvmAddress contract) {
    return new AnchorPoint(chain.url(), contract, Optional.of(chain.chain()), CONFIRMATIONS);
  }

  AnchoredHistory history(EvmAddress contract) {
    return AnchorReader.read(point(contract), LEAGUE);
  }

  static Checkpoint checkpoint(long size) {
    return new Checkpoint(LEAGUE, size, Digest.tagged("test log of " + size));
  }

  @Override
  public void close() {
    chain.close();
  }
}
