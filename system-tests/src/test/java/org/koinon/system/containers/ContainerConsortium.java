package org.koinon.system.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Role;
import org.koinon.federation.study.StudyId;
import org.koinon.network.consortium.ConsortiumDefinition;
import org.koinon.network.consortium.ConsortiumDefinition.Founder;
import org.koinon.network.consortium.ConsortiumFolder;
import org.koinon.network.node.HostPort;
import org.koinon.peer.dataset.SyntheticCohort;
import org.koinon.peer.ledger.NodeLedger;
import org.koinon.peer.node.NodeHome;
import org.koinon.peer.node.Registrar;
import org.koinon.peer.round.Pen;
import org.koinon.peer.site.StudyDraft;
import org.koinon.system.Ledgers;

/**
 * The files of a consortium whose nodes are containers on one machine: each mounts its own folder
 * and the folder of the ledger, and listens under its member's name.
 *
 * @param folder of the consortium
 * @param members who founded it
 */
record ContainerConsortium(Path folder, List<MemberId> members) {
  private static final int PORT = 4001;
  private static final long SEED = 5;

  static ContainerConsortium found(int peers, Path work) throws IOException {
    Path folder = work.resolve("consortium");
    List<MemberId> members =
        IntStream.rangeClosed(1, peers).mapToObj(i -> new MemberId("hospital-" + i)).toList();
    List<Founder> founders = new ArrayList<>();
    for (MemberId member : members) {
      founders.add(
          new Founder(
              member, "The " + member, List.of(Role.HOSPITAL), HostPort.of(member.value(), PORT)));
    }
    var _ =
        ConsortiumFolder.create(
            folder,
            new ConsortiumDefinition(new ConsortiumId("containers"), founders),
            Optional.empty(),
            new SecureRandom());
    Files.createDirectory(folder.resolve("ledger"));
    ContainerConsortium consortium = new ContainerConsortium(folder, members);
    for (int i = 0; i < peers; i++) {
      // Of a kind that has measured every column: with one silent member a cut would be the second.
      consortium.complete(i, new SyntheticCohort(peers, SEED + i).text(0));
    }
    return consortium;
  }

  /** Gives a node its table, and a ledger in a folder that can be mounted alone. */
  private void complete(int peer, String table) throws IOException {
    Path home = config(peer).resolveSibling("data");
    Files.writeString(home.resolve("table.csv"), table);
    try (var schema = SyntheticCohort.class.getResourceAsStream("/schemas/synthetic-heart.yaml")) {
      Files.write(
          home.resolve("schema.yaml"), java.util.Objects.requireNonNull(schema).readAllBytes());
    }
    String text = Files.readString(config(peer));
    String changed =
        text.replace("file: ../ledger.db", "file: ../ledger/ledger.db")
            .replace("listen: \"" + members.get(peer) + ":", "listen: \"0.0.0.0:");
    assertThat(changed).contains("../ledger/ledger.db", "0.0.0.0");
    Files.writeString(
        config(peer), changed + "dataset:\n  table: data/table.csv\n  schema: data/schema.yaml\n");
  }

  private Path config(int peer) {
    return folder.resolve(members.get(peer).value()).resolve(ConsortiumFolder.NODE);
  }

  NodeHome home(int peer) {
    return NodeHome.read(config(peer));
  }

  /** All propose, approve and enrol, and hold the file that the study begins from. */
  void adopt(StudyDraft draft) {
    as(0, registrar -> registrar.propose(draft.study()));
    for (int i = 0; i < members.size(); i++) {
      var _ = home(i).archive().keep(draft.initialModel().file());
      as(
          i,
          registrar -> {
            registrar.approve(draft.study());
            registrar.enrol(draft.study().id());
          });
    }
  }

  private void as(int peer, Consumer<Registrar> action) {
    NodeHome home = home(peer);
    Pen.Author author = home.author();
    try (SigningKey _ = author.key();
        NodeLedger ledger = home.ledger(home.own("registrar.pin"))) {
      action.accept(new Registrar(author, ledger));
    }
  }

  private Path ledgerFile() {
    return folder.resolve("ledger/ledger.db");
  }

  List<RoundView> rounds(StudyId study) {
    return Ledgers.rounds(ledgerFile(), study);
  }

  /** Nothing is said twice, and the auditor verifies the ledger and recomputes every round. */
  void assertAudited() {
    Ledgers.assertNothingIsSaidTwice(ledgerFile());
    List<NodeHome> homes = IntStream.range(0, members.size()).mapToObj(this::home).toList();
    var _ =
        Ledgers.assertAudited(
            ledgerFile(),
            homes.stream().map(NodeHome::checkpoint).toList(),
            homes.stream().map(home -> home.config().archive().folder()).toList());
  }
}
