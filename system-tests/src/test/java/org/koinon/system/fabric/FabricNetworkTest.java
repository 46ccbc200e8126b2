package org.koinon.system.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Role;
import org.koinon.network.consortium.ConsortiumDefinition;
import org.koinon.network.consortium.ConsortiumFolder;
import org.koinon.network.fabric.FabricException;
import org.koinon.network.fabric.FabricNetwork;
import org.koinon.network.fabric.FabricNetworkDefinition;
import org.koinon.network.fabric.FabricNetworkDefinition.Organisation;
import org.koinon.network.fabric.FabricPrograms;
import org.koinon.network.fabric.NodeStatus;
import org.koinon.network.yaml.ConfigException;
import org.koinon.network.yaml.StrictYaml;
import org.koinon.system.fabric.ChannelClient.Answer;

/**
 * Faults of a network of five hospitals and four BFT orderers on Fabric's own programs. Whatever a
 * test breaks, the next one begins by bringing the network up again.
 */
@Tag("fabric")
final class FabricNetworkTest {
  private static final List<MemberId> HOSPITALS =
      Stream.of("athens", "basel", "cork", "delft", "essen").map(MemberId::new).toList();
  private static final MemberId ATHENS = HOSPITALS.getFirst();
  private static final int BASE_PORT = 24_050;
  private static final int TRIES_MAX = 30;

  @TempDir static Path work;
  private static FabricPrograms programs;
  private static FabricNetwork network;
  private static String genesis;

  @BeforeAll
  static void five_hospitals_found_a_network() throws IOException {
    programs = FabricPrograms.find(environment());
    long begun = System.nanoTime();
    network = create(work.resolve("fabric"));
    network.up(programs, chaincode(), line -> {});
    System.out.printf("five hospitals up from nothing: %.1f s%n", seconds(begun));
    StringBuilder consortium = new StringBuilder("id: heart\nmembers:\n");
    for (MemberId each : HOSPITALS) {
      consortium.append(
          "  - {id: %s, legal-name: %s, listen: '%s.example:4001'}\n".formatted(each, each, each));
    }
    genesis =
        new String(
            ConsortiumFolder.create(
                    work.resolve("heart"),
                    StrictYaml.parse(consortium.toString(), "c", ConsortiumDefinition.class),
                    Optional.empty(),
                    new SecureRandom())
                .encode(),
            StandardCharsets.UTF_8);
  }

  private static double seconds(long begun) {
    return (System.nanoTime() - begun) / 1e9;
  }

  private static FabricNetwork create(Path folder) {
    StringBuilder yaml = new StringBuilder("channel: heart\nfailover: 4s\n");
    yaml.append("base-port: ").append(BASE_PORT).append("\norganisations:\n");
    HOSPITALS.forEach(each -> yaml.append("  - {id: ").append(each).append("}\n"));
    return FabricNetwork.create(
        folder,
        FabricNetworkDefinition.parse(yaml.toString(), "fabric.yaml"),
        work,
        new SecureRandom(),
        InstantSource.system());
  }

  private static Map<String, String> environment() {
    String bin = System.getProperty("koinon.fabric.bin");
    return bin == null ? System.getenv() : Map.of(FabricPrograms.FOLDER, bin);
  }

  private static Path chaincode() {
    String named = System.getProperty("koinon.chaincode.jar");
    if (named != null) {
      return Path.of(named);
    }
    try (Stream<Path> built = Files.list(Path.of("..", "chaincode", "target"))) {
      return built
          .filter(file -> file.getFileName().toString().endsWith("-all.jar"))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new IllegalStateException("the module chaincode is not packaged", e);
    }
  }

  @BeforeEach
  void the_network_is_up() {
    network.up(programs, chaincode(), line -> {});
    assertThat(network.status()).allMatch(NodeStatus::isRunning);
    until(() -> append(ATHENS, 1, HOSPITALS));
  }

  @AfterAll
  static void the_network_ends_and_no_log_holds_a_key() throws IOException {
    if (network == null) {
      return;
    }
    network.down();
    assertThat(network.status()).noneMatch(NodeStatus::isRunning);
    Set<String> secret = new HashSet<>(Set.of("PRIVATE KEY"));
    for (Path key : files(work.resolve("fabric/organisations"))) {
      if (key.toString().endsWith(".key") || key.endsWith("keystore/key.pem")) {
        Files.readAllLines(key).stream().filter(l -> !l.startsWith("--")).forEach(secret::add);
      }
    }
    assertThat(secret).as("two lines of eight keys").hasSizeGreaterThan(16 * HOSPITALS.size());
    List<Path> logs =
        files(work).stream().filter(file -> file.toString().contains("/logs/")).toList();
    assertThat(logs).hasSizeGreaterThanOrEqualTo(network.status().size());
    for (Path log : logs) {
      String text = Files.readString(log, StandardCharsets.ISO_8859_1);
      assertThat(secret).as("in " + log).noneMatch(text::contains);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private static ChannelClient client(MemberId member) {
    Path peer =
        Stream.of(
                environment().getOrDefault(FabricPrograms.FOLDER, "").isEmpty()
                    ? environment().getOrDefault("PATH", "").split(":")
                    : new String[] {environment().get(FabricPrograms.FOLDER)})
            .map(folder -> Path.of(folder, "peer"))
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow();
    return new ChannelClient(network, work.resolve("fabric"), peer, member);
  }

  /** The same entry again is admitted once, and is a transaction of its own every time. */
  private static Answer append(MemberId member, int orderer, List<MemberId> endorsers) {
    return client(member).invoke(BASE_PORT + 3 * (orderer - 1), endorsers, "append", genesis);
  }

  private static Answer read(MemberId member, String channel) {
    return client(member).query(channel, "append", genesis);
  }

  /** What a client does that is told to try again. */
  private static void until(java.util.function.Supplier<Answer> attempt) {
    Answer answer = attempt.get();
    for (int i = 1; i < TRIES_MAX && !answer.isDone(); i++) {
      answer = attempt.get();
    }
    assertThat(answer.isDone()).as(answer.text()).isTrue();
  }

  private static List<MemberId> without(MemberId... absent) {
    return HOSPITALS.stream().filter(each -> !List.of(absent).contains(each)).toList();
  }

  private static void reaches(MemberId peer, long height) {
    for (int i = 0; i < TRIES_MAX && network.height(programs, peer) < height; i++) {
      var _ = read(peer, "heart"); // takes a moment
    }
    assertThat(network.height(programs, peer)).isGreaterThanOrEqualTo(height);
  }

  @Test
  void every_hospital_reads_the_entry_that_one_of_them_wrote() {
    until(() -> append(HOSPITALS.get(4), 4, HOSPITALS));
    for (MemberId each : HOSPITALS) {
      assertThat(read(each, "heart"))
          .satisfies(answer -> assertThat(answer.text()).contains("PRESENT"));
    }
  }

  @Test
  void too_few_endorsements_are_refused_by_every_peer() {
    Answer answer = append(ATHENS, 1, HOSPITALS.subList(0, 2));
    assertThat(answer.isDone()).isFalse();
    assertThat(answer.text()).contains("ENDORSEMENT_POLICY_FAILURE");
  }

  @Test
  void the_service_goes_on_whichever_orderer_is_killed_and_one_of_them_leads() {
    List<String> orderers =
        List.of("orderer-1.athens", "orderer-2.basel", "orderer-3.cork", "orderer-4.delft");
    for (int i = 0; i < orderers.size(); i++) {
      network.kill(orderers.get(i));
      int next = (i + 1) % orderers.size() + 1;
      long begun = System.nanoTime();
      until(() -> append(ATHENS, next, HOSPITALS));
      System.out.printf("an entry with %s down: %.1f s%n", orderers.get(i), seconds(begun));
      network.up(programs, chaincode(), line -> {});
    }
  }

  @Test
  void with_two_of_four_orderers_down_nothing_is_ordered_and_nothing_is_lost() {
    long height = network.height(programs, ATHENS);
    network.kill("orderer-3.cork");
    network.kill("orderer-4.delft");
    assertThat(append(ATHENS, 1, HOSPITALS).isDone()).isFalse();
    assertThat(read(ATHENS, "heart").isDone()).as("reading goes on").isTrue();
    network.up(programs, chaincode(), line -> {});
    until(() -> append(ATHENS, 1, HOSPITALS));
    HOSPITALS.forEach(each -> reaches(each, height + 1));
  }

  @Test
  void a_peer_that_was_down_catches_up() {
    MemberId essen = HOSPITALS.get(4);
    network.kill("peer.essen");
    until(() -> append(ATHENS, 1, without(essen)));
    until(() -> append(ATHENS, 1, without(essen)));
    long height = network.height(programs, ATHENS);
    network.up(programs, chaincode(), line -> {});
    reaches(essen, height);
  }

  @Test
  void a_killed_chaincode_stops_its_own_peer_alone_and_is_found_again() {
    MemberId basel = HOSPITALS.get(1);
    network.kill("chaincode.basel");
    Answer answer = read(basel, "heart");
    assertThat(answer.isDone()).isFalse();
    until(() -> append(ATHENS, 1, without(basel)));
    network.up(programs, chaincode(), line -> {});
    until(() -> read(basel, "heart"));
  }

  @Test
  void a_revoked_client_is_refused_until_it_has_a_new_certificate() {
    MemberId delft = HOSPITALS.get(3);
    network.revoke(programs, delft, "client");
    HOSPITALS.forEach(each -> reaches(each, network.height(programs, ATHENS)));
    Answer refused = append(delft, 1, HOSPITALS);
    assertThat(refused.isDone()).isFalse();
    assertThat(refused.text()).containsAnyOf("access denied", "revoked", "creator");
    until(() -> append(ATHENS, 1, HOSPITALS));
    network.rotate(programs, delft, "client");
    until(() -> append(delft, 1, HOSPITALS));
  }

  @Test
  void every_orderer_in_turn_gets_a_new_signing_key_and_the_ledger_goes_on() throws Exception {
    for (MemberId member : network.definition().orderers()) {
      byte[] before = certificate(member, "orderer-?/msp/signcerts/cert.pem");
      MemberId other = member.equals(ATHENS) ? HOSPITALS.get(1) : ATHENS;
      whileItServes(other, HOSPITALS, () -> network.rotate(programs, member, "orderer"));
      assertThat(certificate(member, "orderer-?/msp/signcerts/cert.pem")).isNotEqualTo(before);
      assertThat(network.status()).allMatch(NodeStatus::isRunning);
    }
    takesPart(HOSPITALS.get(1));
    MemberId essen = HOSPITALS.get(4);
    assertThatThrownBy(() -> network.rotate(programs, essen, "orderer"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("runs no orderer");
  }

  @Test
  void a_members_orderer_and_peer_get_new_tls_keys_and_the_ledger_goes_on() throws Exception {
    MemberId cork = HOSPITALS.get(2);
    byte[] orderer = certificate(cork, "orderer-3/tls/tls.crt");
    byte[] peer = certificate(cork, "peer/tls/tls.crt");
    whileItServes(ATHENS, without(cork), () -> network.rotate(programs, cork, "tls"));
    assertThat(certificate(cork, "orderer-3/tls/tls.crt")).isNotEqualTo(orderer);
    assertThat(certificate(cork, "peer/tls/tls.crt")).isNotEqualTo(peer);
    until(() -> append(cork, 3, HOSPITALS));
    until(() -> read(cork, "heart"));
    takesPart(cork);
  }

  @Test
  void no_orderer_is_taken_down_while_another_is_down_already() throws Exception {
    MemberId basel = HOSPITALS.get(1);
    byte[] before = certificate(basel, "orderer-?/msp/signcerts/cert.pem");
    network.kill("orderer-4.delft");
    for (String identity : List.of("orderer", "tls")) {
      assertThatThrownBy(() -> network.rotate(programs, basel, identity))
          .isInstanceOf(FabricException.class)
          .hasMessageContaining("orderer-4.delft does not order")
          .hasMessageContaining("koinon network up --fabric");
    }
    assertThat(certificate(basel, "orderer-?/msp/signcerts/cert.pem")).isEqualTo(before);
    until(() -> append(ATHENS, 2, HOSPITALS));
  }

  private static byte[] certificate(MemberId member, String file) throws IOException {
    int number = network.definition().orderers().indexOf(member) + 1;
    Path home = work.resolve("fabric").resolve("organisations").resolve(member.value());
    return Files.readAllBytes(home.resolve(file.replace("?", Integer.toString(number))));
  }

  /** Whatever the work does, entries are written through another member's orderer. */
  private static void whileItServes(MemberId other, List<MemberId> endorsers, Runnable work)
      throws Exception {
    int through = network.definition().orderers().indexOf(other) + 1;
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> done = executor.submit(work);
      do {
        until(() -> append(other, through, endorsers));
      } while (!done.isDone());
      done.get();
    }
  }

  /** With one of the other orderers down, nothing is ordered without this member's. */
  private static void takesPart(MemberId member) {
    int own = network.definition().orderers().indexOf(member) + 1;
    network.kill("orderer-4.delft");
    until(() -> append(ATHENS, own, HOSPITALS));
  }

  @Test
  void a_channel_that_is_not_there_is_refused() {
    Answer answer = read(ATHENS, "lungs");
    assertThat(answer.isDone()).isFalse();
    assertThat(answer.text()).containsAnyOf("does not exist", "access denied", "not found");
  }

  @Test
  void what_stood_before_the_network_was_stopped_stands_afterwards() {
    long height = network.height(programs, ATHENS);
    network.down();
    assertThat(network.status()).noneMatch(NodeStatus::isRunning);
    network.up(programs, chaincode(), line -> {});
    assertThat(network.height(programs, ATHENS)).isGreaterThanOrEqualTo(height);
    assertThat(read(ATHENS, "heart").text()).contains("PRESENT");
  }

  @Test
  void a_hospital_that_joins_later_reads_everything() {
    MemberId ghent = new MemberId("ghent");
    if (!network.definition().hospitals().contains(ghent)) {
      network =
          network.addMember(
              programs, chaincode(), Organisation.of(ghent, Role.HOSPITAL), work, line -> {});
    }
    until(() -> read(ghent, "heart"));
    assertThat(read(ghent, "heart").text()).contains("PRESENT");
    until(() -> append(ghent, 1, Stream.concat(HOSPITALS.stream(), Stream.of(ghent)).toList()));
    List<MemberId> four = List.of(ghent, ATHENS, HOSPITALS.get(1), HOSPITALS.get(2));
    Answer three = append(ghent, 1, four.subList(0, 3));
    assertThat(three.isDone()).as("half of six").isFalse();
    assertThat(three.text()).contains("ENDORSEMENT_POLICY_FAILURE");
    until(() -> append(ghent, 1, four));
  }
}
