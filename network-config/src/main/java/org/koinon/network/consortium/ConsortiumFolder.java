package org.koinon.network.consortium;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.attestation.Signature;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.encoding.MerkleTree;
import org.koinon.federation.ledger.ConsortiumEntry.Genesis;
import org.koinon.federation.ledger.LedgerRules;
import org.koinon.federation.ledger.Seen;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.study.Member;
import org.koinon.network.consortium.ConsortiumDefinition.Founder;
import org.koinon.network.keys.KeyFile;
import org.koinon.network.keys.Passphrase;
import org.koinon.network.keys.TransportIdentity;
import org.koinon.network.yaml.ConfigException;

/**
 * A consortium on disk: {@code consortium.yaml}, the signed {@code genesis.json}, and for each
 * member a folder with its node's file, keys, data, archive and journal.
 */
public final class ConsortiumFolder {
  /** File of the members' public records. */
  public static final String CONSORTIUM = "consortium.yaml";

  /** File of the first entry of the ledger, as canonical JSON. */
  public static final String GENESIS = "genesis.json";

  /** File of a member's node, in the member's folder. */
  public static final String NODE = "node.yaml";

  /** File of the embedded ledger, which the nodes of one machine share. */
  public static final String LEDGER = "ledger.db";

  /** The section {@code ledger} of a new node's file. */
  public static final String LEDGER_SECTION = "ledger:\n  file: ../" + LEDGER + "\n";

  private ConsortiumFolder() {}

  /**
   * Creates the folder, which must not exist. It is built beside its place and moved there when
   * complete, so that a failure leaves nothing.
   *
   * @param passphrase encrypts all key files
   */
  public static SignedEntry create(
      Path folder,
      ConsortiumDefinition definition,
      Optional<Passphrase> passphrase,
      SecureRandom random) {
    Path target = folder.toAbsolutePath().normalize();
    Path parent = target.getParent();
    if (parent == null || Files.exists(target)) {
      throw new ConfigException(
          folder.toString(), 0, "exists already and is not overwritten: name a new folder");
    }
    try {
      Files.createDirectories(parent);
      Path draft = Files.createTempDirectory(parent, "." + target.getFileName() + ".");
      try {
        SignedEntry genesis = build(draft, definition, passphrase, random);
        Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
        return genesis;
      } finally {
        delete(draft);
      }
    } catch (IOException e) {
      throw new ConfigException(folder.toString(), "cannot be created: " + e.getMessage(), e);
    }
  }

  private static SignedEntry build(
      Path draft,
      ConsortiumDefinition definition,
      Optional<Passphrase> passphrase,
      SecureRandom random)
      throws IOException {
    List<Member> members = new ArrayList<>();
    for (Founder founder : definition.members()) {
      Path home = draft.resolve(founder.id().value());
      for (String name : List.of("keys", "data", "archive", "journal")) {
        Files.createDirectories(home.resolve(name));
      }
      PublicKey signing = KeyFile.generate(signingKey(home), passphrase, random);
      PublicKey transport =
          KeyFile.generate(home.resolve("keys/transport.key"), passphrase, random);
      members.add(
          new Member(
              founder.id(),
              founder.legalName(),
              founder.roles(),
              signing,
              TransportIdentity.peerId(transport),
              founder.msp()));
    }
    SignedEntry genesis = genesis(draft, definition, members, passphrase);
    Files.write(draft.resolve(GENESIS), genesis.encode());
    Files.writeString(draft.resolve(CONSORTIUM), ConsortiumText.consortium(definition, members));
    for (Founder founder : definition.members()) {
      Files.writeString(
          draft.resolve(founder.id().value()).resolve(NODE),
          ConsortiumText.node(founder, definition, members, passphrase.isPresent()));
    }
    return genesis;
  }

  private static SignedEntry genesis(
      Path draft,
      ConsortiumDefinition definition,
      List<Member> members,
      Optional<Passphrase> passphrase) {
    byte[] message = LedgerRules.founding(new Genesis(definition.id(), members, new TreeMap<>()));
    SortedMap<String, Signature> acceptances = new TreeMap<>();
    for (Member member : members) {
      Path home = draft.resolve(member.id().value());
      try (SigningKey key = KeyFile.read(signingKey(home), passphrase)) {
        acceptances.put(member.id().value(), key.sign(message));
      }
    }
    Member first = members.getFirst();
    try (SigningKey key = KeyFile.read(signingKey(draft.resolve(first.id().value())), passphrase)) {
      return SignedEntry.sign(
          definition.id(),
          first.id(),
          key,
          new Seen(0, new MerkleTree().root()),
          new Genesis(definition.id(), members, acceptances));
    }
  }

  private static Path signingKey(Path home) {
    return home.resolve("keys/signing.key");
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
