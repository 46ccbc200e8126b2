package org.koinon.system.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.LedgerException;
import org.koinon.federation.ledger.LedgerException.Advice;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.TestScribe;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Role;
import org.koinon.network.fabric.Consensus;
import org.koinon.network.node.FabricConfig;
import org.koinon.network.pki.Attributes;
import org.koinon.network.pki.OrganisationFolder;
import org.koinon.network.pki.OrganisationalUnit;
import org.koinon.network.pki.Pem;
import org.koinon.peer.ledger.fabric.FabricLedger;

/**
 * Members of every kind on one network of Fabric's own programs: alpha and gamma, whose
 * certificates are issued for them, beta, which brings them from its own authority, and a regulator
 * without a peer.
 */
@Tag("fabric")
final class MembersIdentitiesTest {
  private static final MemberId ALPHA = RealNetwork.MEMBERS.getFirst();
  private static final MemberId BETA = RealNetwork.MEMBERS.get(1);
  private static final MemberId GAMMA = RealNetwork.MEMBERS.getLast();
  private static final MemberId REGULATOR = new MemberId("regulator-x");
  private static final String CHAINCODE = "federation";
  private static final List<String> HOSTS = List.of("localhost", "127.0.0.1");
  private static final int TRIES_MAX = 60;
  private static final Admission ADMITTED = new Admission.Admitted();

  @TempDir private static Path folder;
  private static final TestConsortium CONSORTIUM = TestConsortium.ofHospitals(4);
  private static OrganisationFolder authority;
  private static RealNetwork real;
  private static int copies;
  private static int subjects = 100;

  @BeforeAll
  static void found() throws IOException {
    authority = betasOwn();
    real =
        RealNetwork.start(
            folder.resolve("network"),
            Consensus.BFT,
            "[{id: alpha}, {id: beta, certificates: beta-certificates}, {id: gamma},"
                + " {id: regulator-x, role: regulator}]");
    try (FabricLedger ledger = open(ALPHA)) {
      assertThat(new TestScribe(CONSORTIUM, ledger).say(CONSORTIUM.founding())).isEqualTo(ADMITTED);
    }
  }

  @AfterAll
  static void down() {
    if (real != null) {
      real.close();
    }
  }

  /** What beta's authority has issued before anybody founds a network. */
  private static OrganisationFolder betasOwn() {
    OrganisationFolder own =
        new OrganisationFolder(
            folder.resolve("beta-certificates"),
            BETA,
            Role.HOSPITAL,
            new SecureRandom(),
            InstantSource.system());
    own.createAuthorities();
    own.issueIdentity("admin", OrganisationalUnit.ADMIN);
    own.issueIdentity("client", OrganisationalUnit.CLIENT);
    own.issueIdentity("peer", OrganisationalUnit.PEER);
    own.issueIdentity("orderer-2", OrganisationalUnit.ORDERER);
    for (String name : List.of("admin", "peer", "chaincode", "orderer-2")) {
      own.issueTlsEndpoint(name, HOSTS);
    }
    return own;
  }

  private static Path copy() {
    return folder.resolve("copy-" + copies++ + ".db");
  }

  private static FabricLedger open(MemberId member) {
    return FabricLedger.open(real.config(member, CHAINCODE), copy());
  }

  /** An entry that was never said before, with a view of the log as this member has it. */
  private static SignedEntry entry(FabricLedger ledger) {
    TestScribe scribe = new TestScribe(CONSORTIUM, ledger);
    return scribe.sign(TestScribe.approval(CONSORTIUM.member(0), subjects++));
  }

  private static void writesAndReads(MemberId member) {
    try (FabricLedger ledger = open(member)) {
      SignedEntry entry = entry(ledger);
      assertThat(ledger.append(entry)).isEqualTo(ADMITTED);
      assertThat(ledger.get(entry.entryKey()))
          .hasValueSatisfying(found -> assertThat(found.encode()).isEqualTo(entry.encode()));
    }
  }

  private static long height(MemberId hospital) {
    return real.network().height(real.programs(), hospital);
  }

  private static void reaches(MemberId hospital, long height) {
    for (int i = 0; i < TRIES_MAX && height(hospital) < height; i++) {
      assertThat(real.network().status()).isNotEmpty(); // takes a moment
    }
    assertThat(height(hospital)).isGreaterThanOrEqualTo(height);
  }

  private static void isRefusedForGood(FabricConfig config) {
    assertThatThrownBy(() -> FabricLedger.open(config, copy()))
        .isInstanceOfSatisfying(
            LedgerException.class, e -> assertThat(e.advice()).isEqualTo(Advice.STOP))
        .hasMessageContaining("access denied");
  }

  /** A member's administrator at the ledger, with copies of its files as they are now. */
  private static FabricConfig administrator(MemberId member) throws IOException {
    Path msp = organisation(member).resolve("admin/msp");
    Path certificate = folder.resolve("admin-" + copies + ".pem");
    Path key = folder.resolve("admin-" + copies++ + ".key");
    Files.copy(msp.resolve("signcerts/cert.pem"), certificate);
    Files.copy(msp.resolve("keystore/key.pem"), key, StandardCopyOption.COPY_ATTRIBUTES);
    FabricConfig client = real.config(member, CHAINCODE);
    return new FabricConfig(
        client.peer(),
        client.peerCa(),
        client.peerName(),
        client.channel(),
        client.chaincode(),
        client.msp(),
        certificate,
        key);
  }

  /** What the certificate says that the member is. */
  private static Optional<Role> role(MemberId member, String identity) {
    return Attributes.role(
        Pem.certificate(organisation(member).resolve(identity).resolve("msp/signcerts/cert.pem")));
  }

  private static Path organisation(MemberId member) {
    return real.folder().resolve("organisations").resolve(member.value());
  }

  @Test
  void a_member_with_certificates_of_its_own_authority_takes_part_until_that_revokes_them()
      throws IOException {
    assertThat(organisation(BETA).resolve("ca")).as("the authority's key").doesNotExist();
    assertThat(Files.readString(real.config(BETA, CHAINCODE).certificate()))
        .isEqualTo(Files.readString(authority.certificate("client")));
    writesAndReads(BETA);
    ChannelClient alpha =
        new ChannelClient(real.network(), real.folder(), real.programs().peer(), ALPHA);
    String genesis =
        new String(
            CONSORTIUM.log(List.of(CONSORTIUM.founding())).at(0).encode(), StandardCharsets.UTF_8);
    assertThat(
            alpha
                .invoke(
                    real.network().definition().basePort(), List.of(ALPHA, BETA), "append", genesis)
                .isDone())
        .as("alpha's and beta's peers make the majority")
        .isTrue();

    long before = height(ALPHA);
    var list = authority.revoke(authority.certificate("client"));
    assertThat(list.getRevokedCertificates()).hasSize(1);
    real.network().revokeByList(real.programs(), BETA, authority.msp().resolve("crls/crl-0.pem"));
    reaches(BETA, before + 1);

    isRefusedForGood(real.config(BETA, CHAINCODE));
    writesAndReads(ALPHA);
  }

  @Test
  void a_regulator_without_a_peer_reads_and_writes_through_a_hospitals() {
    assertThat(real.network().status()).noneMatch(node -> node.name().contains(REGULATOR.value()));
    assertThat(organisation(REGULATOR).resolve("peer")).doesNotExist();
    assertThat(real.config(REGULATOR, CHAINCODE).peer())
        .isEqualTo(real.config(ALPHA, CHAINCODE).peer());

    for (String identity : List.of("admin", "client")) {
      assertThat(role(REGULATOR, identity)).contains(Role.REGULATOR);
    }
    assertThat(role(ALPHA, "peer")).contains(Role.HOSPITAL);

    writesAndReads(REGULATOR);

    try (FabricLedger regulators = open(REGULATOR);
        FabricLedger alphas = open(ALPHA)) {
      assertThat(new TestScribe(CONSORTIUM, regulators).catchUp().root())
          .isEqualTo(new TestScribe(CONSORTIUM, alphas).catchUp().root());
    }
  }

  @Test
  void an_administrator_with_a_new_key_changes_the_channel_and_the_old_key_is_refused()
      throws IOException {
    FabricConfig old = administrator(GAMMA);
    FabricLedger.open(old, copy()).close();
    long before = height(GAMMA);

    real.network().rotate(real.programs(), GAMMA, "admin");
    reaches(GAMMA, before + 1);

    isRefusedForGood(old);
    FabricLedger.open(administrator(GAMMA), copy()).close();
    real.network().rotate(real.programs(), GAMMA, "client"); // signed by the new administrator
    reaches(GAMMA, before + 2);
    writesAndReads(GAMMA);
  }

  @Test
  void a_peer_with_a_new_key_endorses() throws IOException {
    Path certificate = organisation(GAMMA).resolve("peer/msp/signcerts/cert.pem");
    String before = Files.readString(certificate);

    real.network().rotate(real.programs(), GAMMA, "peer");
    real.up();

    assertThat(Files.readString(certificate)).isNotEqualTo(before);
    writesAndReads(GAMMA);
    try (FabricLedger ledger = open(ALPHA)) {
      String entry = new String(entry(ledger).encode(), StandardCharsets.UTF_8);
      ChannelClient alpha =
          new ChannelClient(real.network(), real.folder(), real.programs().peer(), ALPHA);
      ChannelClient.Answer answer =
          alpha.invoke(
              real.network().definition().basePort(), List.of(ALPHA, GAMMA), "append", entry);
      assertThat(answer.isDone()).as(answer.text()).isTrue();
    }
  }
}
