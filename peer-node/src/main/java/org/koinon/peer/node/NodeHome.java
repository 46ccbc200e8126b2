package org.koinon.peer.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.koinon.aggregation.masking.KemPublicKey;
import org.koinon.aggregation.masking.OpeningKeyText;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.Ledger;
import org.koinon.federation.ledger.Membership;
import org.koinon.federation.ledger.Refusal;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.study.Member;
import org.koinon.libp2p.crypto.IdentityKey;
import org.koinon.network.consortium.ConsortiumFile;
import org.koinon.network.consortium.ConsortiumFolder;
import org.koinon.network.keys.KeyFile;
import org.koinon.network.keys.Passphrase;
import org.koinon.network.node.FabricConfig;
import org.koinon.network.node.NodeConfig;
import org.koinon.network.yaml.ConfigException;
import org.koinon.peer.dataset.DatasetSource;
import org.koinon.peer.dataset.TableLimits;
import org.koinon.peer.dataset.TableSchema;
import org.koinon.peer.ledger.LedgerFollower;
import org.koinon.peer.ledger.NodeLedger;
import org.koinon.peer.ledger.embedded.EmbeddedLedger;
import org.koinon.peer.ledger.fabric.FabricLedger;
import org.koinon.peer.round.Keeping;
import org.koinon.peer.round.OpeningVault;
import org.koinon.peer.round.Pen;
import org.koinon.peer.round.Retention;
import org.koinon.peer.round.RoundArchive;
import org.koinon.peer.round.SealedOpenings;

/**
 * A member's node on disk: what its configuration file names, opened when asked for.
 *
 * @param config the configuration
 */
public record NodeHome(NodeConfig config) {
  /** The home that this file describes. */
  public static NodeHome read(Path configFile) {
    return new NodeHome(NodeConfig.read(configFile));
  }

  /** The consortium's public records. */
  public ConsortiumFile consortium() {
    return ConsortiumFile.read(config.consortium());
  }

  private Optional<Passphrase> passphrase() {
    return config.keys().passphrase().map(Passphrase::read);
  }

  /** Who writes on the ledger for this member. */
  public Pen.Author author() {
    SigningKey key = KeyFile.read(config.keys().signing(), passphrase());
    return new Pen.Author(consortium().id(), config.member(), key);
  }

  /** Who the node is on the wire. */
  public IdentityKey transportKey() {
    return IdentityKey.fromSeed(KeyFile.seed(config.keys().transport(), passphrase()));
  }

  /** The key that encrypts the journal: derived from the signing key, never the same. */
  byte[] journalKey() {
    return Digest.tagged(
            "koinon/journal-key/v1", KeyFile.seed(config.keys().signing(), passphrase()))
        .bytes();
  }

  /** Opens the ledger; the first to come writes the Genesis entry that lies by the consortium. */
  public NodeLedger ledger() {
    return ledger(config.journal().resolve("ledger.pin"));
  }

  /** The same with its own memory of how far it had verified: for a look beside a running node. */
  public NodeLedger ledger(Path pin) {
    Ledger ledger = openLedger();
    try {
      if (ledger.size() == 0) {
        found(ledger, SignedEntry.decode(Files.readAllBytes(genesisFile())));
      }
      Files.createDirectories(config.journal());
      NodeLedger verified = new NodeLedger(ledger, new LedgerFollower(ledger, pin));
      verified.poll();
      requireMember(verified);
      return verified;
    } catch (IOException e) {
      ledger.close();
      throw new ConfigException(
          genesisFile().toString(),
          "the ledger is empty and its first entry cannot be read: " + e.getMessage(),
          e);
    } catch (RuntimeException e) {
      ledger.close();
      throw e;
    }
  }

  /** On Fabric only its author may submit it; who comes before the author waits a moment for it. */
  private void found(Ledger ledger, SignedEntry genesis) {
    if (ledger.append(genesis) instanceof Admission.Refused refused
        && refused.refusal() == Refusal.WRONG_SUBMITTER) {
      throw new ConfigException(
          config.ledger().file().toString(),
          0,
          "the ledger is empty, and its first entry is "
              + genesis.author()
              + "'s to write: start that member's node first");
    }
  }

  private Ledger openLedger() {
    NodeConfig.Ledger where = config.ledger();
    return switch (where.engine()) {
      case EMBEDDED -> EmbeddedLedger.open(where.file(), consortium().id());
      case FABRIC -> FabricLedger.open(Objects.requireNonNull(where.fabric()), where.file());
    };
  }

  private void requireMember(NodeLedger ledger) {
    Optional<Member> member = ledger.read(log -> new Membership(log).member(config.member()));
    if (member.isEmpty()) {
      throw new ConfigException(
          config.ledger().file().toString(),
          0,
          config.member()
              + " is not a member on this ledger; name the consortium's own ledger file, or have"
              + " the members admit it");
    }
    requireOrganisation(member.get());
    String peerId = transportKey().peerId().toString();
    if (!member.get().peerId().equals(peerId)) {
      throw new ConfigException(
          config.keys().transport().toString(),
          0,
          "this key is peer "
              + peerId
              + ", but the ledger binds "
              + config.member()
              + " to "
              + member.get().peerId()
              + "; use the member's own transport key");
    }
  }

  private void requireOrganisation(Member member) {
    FabricConfig fabric = config.ledger().fabric();
    Optional<String> own = member.organisation();
    if (fabric != null && own.isPresent() && !own.get().equals(fabric.msp())) {
      throw new ConfigException(
          fabric.certificate().toString(),
          0,
          "msp "
              + fabric.msp()
              + " is not "
              + own.get()
              + ", to which the ledger binds "
              + config.member()
              + ": use a certificate and the msp of the member's own organisation");
    }
  }

  private Path genesisFile() {
    return config.consortium().resolveSibling(ConsortiumFolder.GENESIS);
  }

  /** Where signed checkpoints are kept: this member's and those it heard of. */
  public Path checkpoints() {
    return own("checkpoints");
  }

  /** The checkpoint that the node signed last. */
  public Path checkpoint() {
    return checkpoints().resolve(config.member() + ".checkpoint");
  }

  /** Pieces, sums and models. */
  public RoundArchive archive() {
    return new RoundArchive(config.archive().folder());
  }

  /** What stays of rounds that are over, as the configuration says. */
  Keeping keeping(RandomGenerator random) {
    NodeConfig.Archive kept = config.archive();
    Duration window = kept.challengeWindow();
    Retention retention = new Retention(window == null ? null : window.toMillis(), kept.sample());
    Path key = kept.openingKey();
    return new Keeping(
        key == null
            ? OpeningVault.NONE
            : new SealedOpenings(own("openings"), openingKey(key), random),
        retention);
  }

  private static KemPublicKey openingKey(Path file) {
    try {
      return OpeningKeyText.publicKey(Files.readString(file));
    } catch (IOException | FormatException e) {
      throw new ConfigException(
          file.toString(),
          "cannot be used as opening key (" + e.getMessage() + "); make one: koinon audit open-key",
          e);
    }
  }

  /** The hospital's table, if the node has one. */
  public Optional<DatasetSource> dataset() {
    NodeConfig.Dataset dataset = config.dataset();
    return dataset == null
        ? Optional.empty()
        : Optional.of(
            new DatasetSource(
                dataset.table(),
                TableSchema.read(dataset.schema()),
                dataset.site(),
                TableLimits.DEFAULT));
  }

  /** Where a file of the node's own lies that the configuration does not name. */
  public Path own(String name) {
    return config.journal().resolveSibling(name);
  }
}
