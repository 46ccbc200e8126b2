package org.koinon.network.consortium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.LedgerRules;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.study.Member;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Role;
import org.koinon.network.keys.KeyFile;
import org.koinon.network.keys.Passphrase;
import org.koinon.network.keys.TransportIdentity;
import org.koinon.network.node.NodeConfig;
import org.koinon.network.yaml.ConfigException;
import org.koinon.network.yaml.StrictYaml;

final class ConsortiumFolderTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  @TempDir Path folder;

  private static ConsortiumDefinition definition(String... ids) {
    StringBuilder yaml = new StringBuilder("id: hearts\nmembers:\n");
    for (int i = 0; i < ids.length; i++) {
      yaml.append(
          "  - {id: %s, legal-name: 'The \"%s\" Hospital', listen: '127.0.0.1:%d'}\n"
              .formatted(ids[i], ids[i], 4001 + i));
    }
    return StrictYaml.parse(yaml.toString(), "c.yaml", ConsortiumDefinition.class);
  }

  @Test
  void a_new_consortium_is_one_that_the_ledger_admits_and_every_node_can_read() throws IOException {
    Path home = folder.resolve("hearts");
    ConsortiumFolder.create(home, definition("b", "a", "c"), Optional.empty(), RANDOM);
    SignedEntry genesis = SignedEntry.decode(Files.readAllBytes(home.resolve("genesis.json")));
    assertThat(LedgerRules.admit(key -> Optional.empty(), genesis))
        .isEqualTo(new Admission.Admitted());
    ConsortiumFile file = ConsortiumFile.read(home.resolve("consortium.yaml"));
    assertThat(file.members().stream().map(m -> m.id().value())).containsExactly("a", "b", "c");
    List<NodeConfig> nodes =
        Stream.of("a", "b", "c")
            .map(id -> NodeConfig.read(home.resolve(id).resolve("node.yaml")))
            .toList();
    NodeConfig.checkDistinct(nodes);
    for (NodeConfig node : nodes) {
      assertThat(node.network().peers()).hasSize(2);
      assertThat(
              PosixFilePermissions.toString(Files.getPosixFilePermissions(node.keys().signing())))
          .isEqualTo("rw-------");
      try (SigningKey key = KeyFile.read(node.keys().transport(), Optional.empty())) {
        String peerId = TransportIdentity.peerId(key.publicKey());
        assertThat(file.members().stream().filter(m -> m.id().equals(node.member())))
            .allMatch(m -> m.peerId().equals(peerId));
      }
    }
    assertThatThrownBy(() -> NodeConfig.checkDistinct(List.of(nodes.get(0), nodes.get(0))))
        .hasMessage("a and a have two node files");
  }

  @Test
  void nothing_is_overwritten_and_a_failure_leaves_nothing() throws IOException {
    assertThatThrownBy(
            () ->
                ConsortiumFolder.create(
                    folder, definition("a", "b", "c"), Optional.empty(), RANDOM))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("exists already and is not overwritten");
    SecureRandom failing =
        new SecureRandom() {
          private static final long serialVersionUID = 1;
          private int calls;

          @Override
          public void nextBytes(byte[] bytes) {
            if (++calls == 4) {
              throw new IllegalStateException("power cut");
            }
            super.nextBytes(bytes);
          }
        };
    assertThatThrownBy(
            () ->
                ConsortiumFolder.create(
                    folder.resolve("x"), definition("a", "b", "c"), Optional.empty(), failing))
        .hasMessage("power cut");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void a_passphrase_encrypts_the_keys() {
    Path home = folder.resolve("hearts");
    Optional<Passphrase> right = Optional.of(new Passphrase("correct horse"));
    ConsortiumFolder.create(home, definition("a", "b", "c"), right, RANDOM);
    Path key = home.resolve("a/keys/signing.key");
    try (SigningKey read = KeyFile.read(key, right)) {
      assertThat(read.publicKey())
          .isEqualTo(
              ConsortiumFile.read(home.resolve("consortium.yaml"))
                  .members()
                  .getFirst()
                  .signingKey());
    }
    assertThatThrownBy(() -> KeyFile.read(key, Optional.of(new Passphrase("wrong"))))
        .hasMessage(key + ": the passphrase is wrong or the file is damaged");
    assertThatThrownBy(() -> KeyFile.read(key, Optional.empty()))
        .hasMessageContaining("is encrypted: name a passphrase-file");
    assertThat(new Passphrase("secret")).hasToString("[REDACTED]");
  }

  @Test
  void a_key_that_others_may_read_is_refused() throws IOException {
    Path key = folder.resolve("k.key");
    KeyFile.generate(key, Optional.empty(), RANDOM);
    assertThatThrownBy(() -> KeyFile.generate(key, Optional.empty(), RANDOM))
        .hasMessage(key + ": exists already and is not overwritten");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> KeyFile.read(key, Optional.empty()))
        .hasMessage(key + ": others may read this secret: run chmod 600 on it");
  }

  @Test
  void two_founders_or_two_with_one_address_are_refused() {
    assertThatThrownBy(() -> definition("a", "b"))
        .hasMessage("c.yaml:1: members: 2 founders: a consortium has 3 to 200");
    assertThatThrownBy(() -> definition("a", "a", "b")).hasMessageContaining("a stands twice");
  }

  @Test
  void a_peer_id_is_that_of_the_libp2p_specification() {
    PublicKey key =
        new PublicKey("1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e");
    assertThat(TransportIdentity.peerId(key))
        .isEqualTo("12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq");
  }

  @Test
  void who_joins_signs_its_own_record() {
    try (SigningKey key = new SigningKey(new byte[32]);
        SigningKey other =
            new SigningKey(
                new byte[] {
                  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                  1, 1, 1, 1, 1
                })) {
      Member member =
          new Member(
              new MemberId("d"),
              "D",
              List.of(Role.HOSPITAL),
              key.publicKey(),
              TransportIdentity.peerId(key.publicKey()));
      var id = definition("a", "b", "c").id();
      MemberFile signed = MemberFile.sign(id, member, key);
      signed.write(folder.resolve("d.json"));
      assertThat(MemberFile.read(folder.resolve("d.json"))).isEqualTo(signed);
      assertThat(signed.joined(4).number()).isEqualTo(4);
      assertThatThrownBy(() -> MemberFile.sign(id, member, other))
          .isInstanceOf(FormatException.class)
          .hasMessage("acceptance: is not signed by the member's own key");
    }
  }
}
