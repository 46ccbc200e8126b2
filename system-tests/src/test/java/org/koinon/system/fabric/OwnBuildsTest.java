package org.koinon.system.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.hyperledger.fabric.client.EndorseException;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.audit.Audit;
import org.koinon.audit.AuditRequest;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.finding.Rule;
import org.koinon.audit.source.BlockFile;
import org.koinon.audit.source.ChannelRoot;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.ConsortiumEntry.ConsentSnapshot;
import org.koinon.federation.ledger.Entry;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.ledger.TestScribe;
import org.koinon.federation.study.MemberId;
import org.koinon.network.fabric.Consensus;
import org.koinon.network.node.FabricConfig;
import org.koinon.peer.ledger.fabric.BareContract;
import org.koinon.peer.ledger.fabric.BlockExport;
import org.koinon.peer.ledger.fabric.FabricLedger;

/**
 * Hospitals that are bound to their organisations and run chaincode of their own build, on Fabric's
 * own programs: a build that agrees serves, one that does not is outvoted, and a majority of such
 * does not write over a hospital's consent without it.
 */
@Tag("fabric")
class OwnBuildsTest {
  private static final Admission ADMITTED = new Admission.Admitted();
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String AGREEING = "org.koinon.chaincode.OwnBuild$Agreeing";
  private static final String ALTERED = "org.koinon.chaincode.OwnBuild$Altered";
  private static final TestConsortium CONSORTIUM =
      TestConsortium.ofHospitals(3).of(RealNetwork.MEMBERS.stream().map(MemberId::value).toList());

  @TempDir private static Path folder;
  private static int logs;

  @SuppressWarnings("NullAway.Init") // by found
  private static RealNetwork real;

  private final List<Process> builds = new ArrayList<>();
  private final List<FabricLedger> ledgers = new ArrayList<>();
  private String chaincode = "";

  @BeforeAll
  static void found() throws IOException {
    real = RealNetwork.start(folder.resolve("network"), Consensus.RAFT);
  }

  @AfterAll
  static void down() {
    if (real != null) {
      real.close();
    }
  }

  @BeforeEach
  void everybodySaysWhatItSays() throws Exception {
    logs++;
    chaincode = "own-" + logs;
    new ChaincodeDeployment(real.folder(), real.network(), RealNetwork.MEMBERS).deploy(chaincode);
    for (MemberId each : RealNetwork.MEMBERS) {
      ledgers.add(FabricLedger.open(config(each), folder.resolve(chaincode + "-" + each + ".db")));
    }
    for (Said said : CONSORTIUM.setUp()) {
      assertThat(scribe(place(said.author())).say(said)).isEqualTo(ADMITTED);
    }
  }

  @AfterEach
  void theBuildsEnd() throws InterruptedException {
    ledgers.forEach(FabricLedger::close);
    for (Process each : builds) {
      each.destroy();
      each.waitFor();
    }
    real.up();
  }

  private FabricConfig config(MemberId member) {
    return real.config(member, chaincode);
  }

  private static int place(MemberId hospital) {
    return CONSORTIUM.members().stream().map(each -> each.id()).toList().indexOf(hospital);
  }

  private TestScribe scribe(int place) {
    return new TestScribe(CONSORTIUM, ledgers.get(place));
  }

  private void runs(int place, Path jar, String main) throws IOException, InterruptedException {
    MemberId member = RealNetwork.MEMBERS.get(place);
    Path log = folder.resolve(chaincode + "-build-" + member + ".log");
    builds.add(BareProcess.instead(real, member, log, jar, main));
  }

  private TxValidationCode submit(int place, SignedEntry entry, String... organisations)
      throws Exception {
    try (BareContract contract =
        new BareContract(config(RealNetwork.MEMBERS.get(place)), PATIENCE)) {
      return contract.submit(entry.encode(), List.of(organisations));
    }
  }

  private SignedEntry said(int author, Entry entry) {
    return scribe(author).sign(new Said(CONSORTIUM.member(author), entry));
  }

  private SignedEntry approval(int author, int subject) {
    return said(author, TestScribe.approval(CONSORTIUM.member(author), subject).entry());
  }

  /** What the first hospital never said, under the key of what it said. */
  private SignedEntry overConsent() {
    ConsentSnapshot said = TestConsortium.consent(CONSORTIUM.study(), CONSORTIUM.member(0), 1);
    return said(
        0,
        new ConsentSnapshot(
            said.study(),
            said.number(),
            TestConsortium.digest("forged"),
            said.consenting(),
            said.basis()));
  }

  private List<Finding> audit() throws IOException {
    Path blocks = folder.resolve(chaincode + ".blocks");
    Files.deleteIfExists(blocks);
    assertThat(
            BlockFile.write(
                blocks, taker -> BlockExport.read(config(RealNetwork.MEMBERS.getFirst()), taker)))
        .isPositive();
    Path genesis = real.folder().resolve("genesis.block");
    return Audit.verify(AuditRequest.of(blocks).with(ChannelRoot.of(genesis.toString(), chaincode)))
        .findings();
  }

  /** The same classes in another file: other order, other compression, no manifest. */
  private static Path repackaged() throws IOException {
    Path jar = folder.resolve("own.jar");
    try (ZipFile shipped = new ZipFile(RealNetwork.jar().toFile());
        OutputStream file = Files.newOutputStream(jar);
        ZipOutputStream own = new ZipOutputStream(file)) {
      own.setLevel(1);
      List<ZipEntry> entries = new ArrayList<>(Collections.list(shipped.entries()));
      for (ZipEntry each : entries.reversed()) {
        if (!each.getName().equals("META-INF/MANIFEST.MF")) {
          own.putNextEntry(new ZipEntry(each.getName()));
          try (InputStream bytes = shipped.getInputStream(each)) {
            bytes.transferTo(own);
          }
          own.closeEntry();
        }
      }
    }
    assertThat(Files.mismatch(jar, RealNetwork.jar())).isNotEqualTo(-1);
    return jar;
  }

  @Test
  void an_entry_is_taken_from_its_authors_organisation_alone_and_the_audit_holds()
      throws IOException {
    Said said = TestScribe.approval(CONSORTIUM.member(0), 7);
    assertThat(scribe(1).say(said))
        .asString()
        .contains("WRONG_SUBMITTER", "hospital-001 is of alpha, and beta submitted it");
    assertThat(scribe(0).say(said)).isEqualTo(ADMITTED);
    assertThat(audit()).isEmpty();
  }

  @Test
  void builds_of_their_own_that_agree_serve_and_what_they_endorse_stands() throws Exception {
    Path own = repackaged();
    runs(1, own, AGREEING);
    runs(2, own, AGREEING);
    SignedEntry mixed = approval(0, 7);
    assertThat(submit(0, mixed, "alpha", "beta")).isEqualTo(TxValidationCode.VALID);
    SignedEntry theirs = approval(1, 7);
    assertThat(submit(1, theirs, "beta", "gamma")).isEqualTo(TxValidationCode.VALID);
    assertThat(scribe(0).say(TestScribe.approval(CONSORTIUM.member(0), 8))).isEqualTo(ADMITTED);
    assertThat(ledgers.getFirst().get(mixed.entryKey())).contains(mixed);
    assertThat(ledgers.getFirst().get(theirs.entryKey())).contains(theirs);
    assertThat(audit()).isEmpty();
  }

  @Test
  void one_build_that_does_not_agree_is_outvoted() throws Exception {
    runs(2, RealNetwork.jar(), ALTERED);
    SignedEntry entry = approval(0, 7);
    assertThatThrownBy(() -> submit(0, entry, "alpha", "gamma"))
        .isInstanceOf(EndorseException.class)
        .satisfies(
            e ->
                assertThat(((EndorseException) e).getDetails().toString() + e.getMessage())
                    .contains("do not match"));
    assertThat(submit(2, overConsent(), "gamma"))
        .isEqualTo(TxValidationCode.ENDORSEMENT_POLICY_FAILURE);
    assertThat(submit(0, entry, "alpha", "beta")).isEqualTo(TxValidationCode.VALID);
    assertThat(audit()).isEmpty();
  }

  @Test
  void an_altered_majority_does_not_write_over_a_consent_without_its_hospital() throws Exception {
    runs(1, RealNetwork.jar(), ALTERED);
    runs(2, RealNetwork.jar(), ALTERED);
    SignedEntry forged = overConsent();
    assertThat(submit(1, forged, "beta", "gamma"))
        .isEqualTo(TxValidationCode.ENDORSEMENT_POLICY_FAILURE);
    assertThat(ledgers.getFirst().get(forged.entryKey()).orElseThrow().entry())
        .isEqualTo(TestConsortium.consent(CONSORTIUM.study(), CONSORTIUM.member(0), 1));
    assertThat(audit()).isEmpty();

    SignedEntry unbound = approval(0, 7);
    assertThat(submit(1, unbound, "beta", "gamma")).isEqualTo(TxValidationCode.VALID);
    List<Finding> findings = audit();
    assertThat(findings).extracting(Finding::rule).containsExactly(Rule.TRANSACTION_SUBMITTER);
    assertThat(findings.getFirst().sentence())
        .contains("is hospital-001's, of alpha")
        .contains("of beta submitted it")
        .contains("beta and gamma endorsed it with another program");
  }
}
