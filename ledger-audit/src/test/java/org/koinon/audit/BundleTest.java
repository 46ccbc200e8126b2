package org.koinon.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.audit.cli.Main;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.finding.Rule;
import org.koinon.audit.source.BadInputException;
import org.koinon.audit.verify.ArchivedStudy;
import org.koinon.audit.verify.AuditReport;
import org.koinon.audit.verify.AuditReport.Verdict;
import org.koinon.audit.verify.Histories;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.ServerRule;
import org.koinon.federation.study.StudyKind;

class BundleTest {
  @TempDir private Path folder;

  private Path ledger;
  private Path archive;
  private Path bundle;

  @BeforeEach
  void write_a_bundle() throws IOException {
    archive = Files.createDirectory(folder.resolve("archive"));
    ArchivedStudy study =
        new ArchivedStudy(archive, StudyKind.TRAINING, ServerRule.FED_AVG_M).round().round();
    ledger = LedgerFiles.write(folder.resolve("ledger.db"), Histories.bytes(study.log()));
    bundle = folder.resolve("export.zip");
    Audit.export(new AuditRequest(ledger, List.of(), List.of(archive)), bundle, true);
  }

  private static AuditReport recompute(Path file) {
    return Audit.recompute(AuditRequest.of(file));
  }

  @Test
  void a_bundle_alone_is_verified_and_recomputed() {
    AuditReport report = recompute(bundle);

    assertThat(report.verdict()).isEqualTo(Verdict.VERIFIED);
    assertThat(report.isRecomputed()).isTrue();
  }

  @Test
  void the_same_ledger_gives_the_same_bundle() throws IOException {
    Path again = folder.resolve("again.zip");
    Audit.export(AuditRequest.of(bundle), again, true);

    assertThat(Files.readAllBytes(again)).isEqualTo(Files.readAllBytes(bundle));
  }

  @Test
  void archives_stay_out_unless_asked_for() {
    Path plain = folder.resolve("plain.zip");
    var written = Audit.export(new AuditRequest(ledger, List.of(), List.of(archive)), plain, false);

    assertThat(written.manifest().members().keySet())
        .noneMatch(name -> name.startsWith("archives/"))
        .anyMatch(name -> name.startsWith("models/"));
    assertThat(written.lacksResults()).isFalse();
    assertThat(recompute(plain).isRecomputed()).isFalse();
  }

  @Test
  void a_bundle_made_without_archives_lacks_what_results_follow_from() {
    var bare = Audit.export(AuditRequest.of(ledger), folder.resolve("bare.zip"), false);

    assertThat(bare.lacksResults()).isTrue();
  }

  @Test
  void an_export_replaces_no_file() {
    assertThatThrownBy(() -> Audit.export(AuditRequest.of(ledger), bundle, false))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("exists");
  }

  @Test
  void a_changed_missing_or_surplus_member_is_named() throws IOException {
    for (String name : members().keySet()) {
      if (!name.equals("manifest.json")) {
        assertFinding(name, Rule.BUNDLE_MEMBER_CHANGED, all -> flip(all, name));
        assertFinding(name, Rule.BUNDLE_MEMBER_MISSING, all -> all.remove(name));
      }
    }
    String more = "checkpoints/more";
    assertFinding(more, Rule.BUNDLE_MEMBER_SURPLUS, all -> all.put(more, new byte[] {1}));
    String out = "models/../../evil";
    assertFinding(out, Rule.BUNDLE_FORM, all -> all.put(out, new byte[] {1}));
    assertFinding("manifest.json", Rule.BUNDLE_MANIFEST, all -> flip(all, "manifest.json"));
  }

  private static void flip(Map<String, byte[]> members, String name) {
    byte[] bytes = Objects.requireNonNull(members.get(name)).clone();
    bytes[bytes.length / 2] ^= 1;
    members.put(name, bytes);
  }

  private void assertFinding(String name, Rule rule, Consumer<Map<String, byte[]>> tampering)
      throws IOException {
    Map<String, byte[]> members = members();
    tampering.accept(members);
    Path tampered = zip(members, ZipEntry.STORED);

    List<Finding> findings = Audit.verify(AuditRequest.of(tampered)).findings();

    assertThat(findings).as("%s %s", name, rule).isNotEmpty();
    if (!name.equals("manifest.json")) {
      assertThat(findings).anyMatch(f -> f.rule() == rule && f.sentence().startsWith(name));
    }
  }

  @Test
  void compressed_members_are_refused() throws IOException {
    Path zip = zip(members(), ZipEntry.DEFLATED);

    assertThat(Audit.verify(AuditRequest.of(zip)).findings())
        .allMatch(f -> f.rule() == Rule.BUNDLE_FORM);
  }

  private Map<String, byte[]> members() throws IOException {
    Map<String, byte[]> members = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(bundle.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        members.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return members;
  }

  private Path zip(Map<String, byte[]> members, int method) throws IOException {
    Path file = folder.resolve("tampered.zip");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> member : members.entrySet()) {
        ZipEntry entry = new ZipEntry(member.getKey());
        entry.setMethod(method);
        entry.setSize(member.getValue().length);
        CRC32 crc = new CRC32();
        crc.update(member.getValue());
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(member.getValue());
      }
    }
    return file;
  }

  private record Ran(int code, String out) {}

  private static Ran run(Object... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    List<String> words = List.of(args).stream().map(Object::toString).toList();
    int code = Main.run(words, stream, stream);
    return new Ran(code, out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void the_program_answers_by_its_exit_code_in_at_most_100_columns() {
    ModelId model = Audit.rounds(AuditRequest.of(ledger)).getLast().result().orElseThrow();
    LedgerFiles.run(ledger, "CREATE TABLE other AS SELECT * FROM log", "DROP TABLE other");

    Ran verified = run("verify", ledger);
    Ran recomputed = run("recompute", ledger, "--archive", archive);
    Ran lineage = run("lineage", bundle, model);
    LedgerFiles.run(ledger, "UPDATE log SET entry = x'7b7d' WHERE position = 12");
    Ran tampered = run("verify", ledger);

    assertThat(verified.code()).as(verified.out()).isZero();
    assertThat(verified.out()).startsWith("VERIFIED").contains("policy open", "Owners read parts");
    assertThat(recomputed.code()).as(recomputed.out()).isZero();
    assertThat(lineage.out()).contains("initial model", model.hex(), "consent snapshot 1");
    assertThat(tampered.code()).isEqualTo(1);
    assertThat(tampered.out()).startsWith("FINDINGS").contains("entry 12", "not judged");
    assertThat(run("verify", folder.resolve("none")).code()).isEqualTo(2);
    assertThat(run("verify", ledger, "--wat").code()).isEqualTo(2);
    assertThat(run("recompute", ledger).code()).isEqualTo(1);
    String pages = verified.out() + recomputed.out() + lineage.out() + tampered.out();
    assertThat(pages.lines().filter(line -> !line.contains(folder.toString())))
        .allMatch(line -> line.length() <= 100);
  }

  @Test
  void reports_are_one_json_object_with_a_version() {
    Ran json = run("verify", bundle, "--json");

    assertThat(json.code()).isZero();
    assertThat(json.out().strip()).startsWith("{").endsWith("}").doesNotContain("\n");
    assertThat(json.out())
        .contains("\"format\":\"koinon/audit-report/1\"", "\"verdict\":\"verified\"");
    assertThat(run("rounds", bundle, "--json").out()).contains("koinon/audit-rounds/1");
  }
}
