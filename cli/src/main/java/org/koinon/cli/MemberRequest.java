package org.koinon.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.Member;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Role;
import org.koinon.network.consortium.MemberFile;
import org.koinon.network.keys.KeyFile;
import org.koinon.network.keys.Passphrase;
import org.koinon.network.keys.TransportIdentity;
import org.koinon.network.yaml.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes the keys of an organisation that wants to join, and its signed record. */
@Command(
    name = "request",
    description = "Make keys and the signed record with which an organisation asks to join.",
    footer = {
      "",
      "Example:",
      "  koinon network member request --consortium heart --id delft --legal-name 'UMC' delft/"
    })
final class MemberRequest extends Action {
  @Option(names = "--consortium", required = true, paramLabel = "NAME", description = "Which.")
  private ConsortiumId consortium = new ConsortiumId("consortium");

  @Option(names = "--id", required = true, paramLabel = "ID", description = "Name on the ledger.")
  private MemberId id = new MemberId("member");

  @Option(
      names = "--legal-name",
      required = true,
      paramLabel = "TEXT",
      description = "Name in law.")
  private String legalName = "";

  @Option(
      names = "--roles",
      split = ",",
      paramLabel = "ROLE",
      description = "hospital (the default), auditor, regulator, witness.")
  private List<Role> roles = new ArrayList<>();

  @Option(
      names = "--msp",
      paramLabel = "MSP",
      description = "Its organisation on Fabric; then only that one submits its entries.")
  private @Nullable String msp;

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = "Encrypt the keys with the first line of this file (mode 600).")
  private @Nullable Path passphraseFile;

  @Parameters(paramLabel = "DIR", description = "Folder for keys/ and member.json.")
  private Path folder = Path.of(".");

  @Override
  public Integer call() {
    Optional<Passphrase> passphrase =
        passphraseFile == null ? Optional.empty() : Optional.of(Passphrase.read(passphraseFile));
    Path keys = folder.resolve("keys");
    if (Files.exists(keys)) {
      throw new ConfigException(
          keys.toString(), 0, "exists already and is not overwritten: name a new folder");
    }
    try {
      Files.createDirectories(keys);
    } catch (IOException e) {
      throw new ConfigException(keys.toString(), "cannot be created: " + e.getMessage(), e);
    }
    Path file = folder.resolve("member.json");
    SecureRandom random = new SecureRandom();
    PublicKey signing = KeyFile.generate(keys.resolve("signing.key"), passphrase, random);
    PublicKey transport = KeyFile.generate(keys.resolve("transport.key"), passphrase, random);
    Member member =
        new Member(
            id,
            legalName,
            roles.isEmpty() ? List.of(Role.HOSPITAL) : roles,
            signing,
            TransportIdentity.peerId(transport),
            msp);
    try (SigningKey key = KeyFile.read(keys.resolve("signing.key"), passphrase)) {
      MemberFile.sign(consortium, member, key).write(file);
    }
    say("Wrote " + file + " for " + id + ", peer " + member.peerId() + ".");
    say("It holds no secret: hand it to the members. Keep " + keys + " to yourself.");
    return Faults.YES;
  }
}
