package org.koinon.cli;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Role;
import org.koinon.network.consortium.ConsortiumDefinition;
import org.koinon.network.consortium.ConsortiumDefinition.Founder;
import org.koinon.network.consortium.ConsortiumFolder;
import org.koinon.network.keys.Passphrase;
import org.koinon.network.node.HostPort;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Founds a consortium: a folder with keys and configuration of every founder. */
@Command(
    name = "init",
    description = "Found a consortium: make keys, node files and the first entry of its ledger.",
    footer = {
      "",
      "Examples:",
      "  koinon network init --name heart --members athens,basel,cork heart/",
      "  koinon network init --name heart --members athens,basel,cork --ledger fabric heart/",
      "  koinon network init --consortium heart.yaml heart/"
    })
final class NetworkInit extends Action {
  private static final String FABRIC = "fabric";
  private static final int PORT_MAX = 65_535;

  @ArgGroup(multiplicity = "1")
  private Source source = new Source();

  /** Who founds: a file, or names. */
  static final class Source {
    @Option(
        names = "--consortium",
        required = true,
        paramLabel = "FILE",
        description = "YAML: id, and members with id, legal-name, roles, listen.")
    private @Nullable Path file;

    @ArgGroup(exclusive = false)
    private @Nullable Names names;
  }

  /** Founders by their names alone, on this machine. */
  static final class Names {
    @Option(
        names = "--name",
        required = true,
        paramLabel = "NAME",
        description = "The consortium's name.")
    private ConsortiumId name = new ConsortiumId("consortium");

    @Option(
        names = "--members",
        required = true,
        split = ",",
        paramLabel = "ID",
        description = "At least three hospitals, separated by commas.")
    private List<MemberId> members = new ArrayList<>();

    @Option(
        names = "--base-port",
        paramLabel = "PORT",
        defaultValue = "4101",
        description = "The first node listens here, each other one higher (${DEFAULT-VALUE}).")
    private int basePort;
  }

  @Option(
      names = "--ledger",
      paramLabel = "ENGINE",
      description = {
        "embedded (a file), or fabric: each member's record then names its Fabric organisation,",
        "and only that one submits its entries; embedded."
      })
  private String ledger = "embedded";

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = "Encrypt all keys with the first line of this file (mode 600).")
  private @Nullable Path passphraseFile;

  @Parameters(paramLabel = "DIR", description = "The new folder; none is replaced.")
  private Path folder = Path.of(".");

  @Override
  public Integer call() {
    ConsortiumDefinition definition = definition();
    Optional<Passphrase> passphrase =
        passphraseFile == null ? Optional.empty() : Optional.of(Passphrase.read(passphraseFile));
    var genesis = ConsortiumFolder.create(folder, definition, passphrase, new SecureRandom());
    say(
        "Founded "
            + definition.id()
            + " with "
            + definition.members().size()
            + " members in "
            + folder
            + "; first entry of its ledger: "
            + genesis.entryKey());
    for (Founder founder : definition.members()) {
      Path home = folder.resolve(founder.id().value());
      say("  " + home.resolve(ConsortiumFolder.NODE) + "  listens on " + founder.listen());
    }
    say("");
    say("Every folder holds its member's secret keys: give each to its member only.");
    if (passphrase.isPresent()) {
      say("Each node reads the passphrase from keys/passphrase in its folder (mode 600).");
    }
    if (ledger.equals(FABRIC)) {
      say("Next: a Fabric network, which the nodes' files name as their ledger once it serves:");
      say("  koinon network up --fabric " + folder);
    }
    say("Next: each hospital adds its table to its node.yaml (section dataset), then runs");
    say("  koinon doctor --config " + firstNode(definition));
    return Faults.YES;
  }

  private Path firstNode(ConsortiumDefinition definition) {
    return folder
        .resolve(definition.members().getFirst().id().value())
        .resolve(ConsortiumFolder.NODE);
  }

  private ConsortiumDefinition definition() {
    return switch (ledger) {
      case "embedded" -> named();
      case FABRIC -> named().onFabric();
      default ->
          throw new ParameterException(
              spec().commandLine(), "--ledger " + ledger + ": embedded or fabric");
    };
  }

  private ConsortiumDefinition named() {
    Names names = source.names;
    if (names == null) {
      return ConsortiumDefinition.read(java.util.Objects.requireNonNull(source.file));
    }
    if (names.basePort < 1 || names.basePort + names.members.size() - 1 > PORT_MAX) {
      throw new ParameterException(
          spec().commandLine(), "--base-port: all ports must lie in 1 to " + PORT_MAX);
    }
    List<Founder> founders = new ArrayList<>();
    for (MemberId member : names.members) {
      founders.add(
          new Founder(
              member,
              member.value(),
              List.of(Role.HOSPITAL),
              HostPort.of("127.0.0.1", names.basePort + founders.size())));
    }
    return new ConsortiumDefinition(names.name, founders);
  }
}
