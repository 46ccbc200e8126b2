package org.koinon.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.audit.cli.Main;
import org.koinon.audit.source.ArchiveSize;
import org.koinon.audit.verify.AuditReport;
import org.koinon.audit.verify.AuditReport.Verdict;
import org.koinon.audit.verify.Histories;
import org.koinon.audit.verify.MaskedArchive;
import org.koinon.audit.verify.RoundRecompute.Status;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.WeightMode;

class MaskedBundleTest {
  @TempDir private Path folder;

  private Path archive;
  private Path ledger;

  @BeforeEach
  void play_a_round() throws IOException {
    archive = Files.createDirectory(folder.resolve("archive"));
    MaskedArchive study = new MaskedArchive(archive, WeightMode.MASKED, 8).round();
    ledger = LedgerFiles.write(folder.resolve("ledger.db"), Histories.bytes(study.log()));
  }

  private Path export(boolean withArchives) {
    Path bundle = folder.resolve("export-" + withArchives + ".zip");
    var _ =
        Audit.export(new AuditRequest(ledger, List.of(), List.of(archive)), bundle, withArchives);
    return bundle;
  }

  @Test
  void a_bundle_with_pieces_is_recomputed_alone() {
    AuditReport report = Audit.recompute(AuditRequest.of(export(true)));

    assertThat(report.verdict()).isEqualTo(Verdict.VERIFIED);
    assertThat(report.isRecomputed()).isTrue();
  }

  @Test
  void a_bundle_without_pieces_still_carries_what_the_result_follows_from() {
    Path bundle = export(false);

    AuditReport report = Audit.recompute(AuditRequest.of(bundle));

    assertThat(report.verdict()).isEqualTo(Verdict.VERIFIED);
    assertThat(report.isRecomputed()).isFalse();
    var round = report.recomputed().orElseThrow().getFirst();
    assertThat(round.status()).isEqualTo(Status.NOT_AVAILABLE);
    assertThat(round.model()).isEqualTo(report.rounds().getFirst().result().orElseThrow());
    assertThat(run("recompute", bundle)).contains("the result follows from the sums");
  }

  /** Of a member outside the sum, and of a round that was lost: neither may leave the house. */
  @Test
  void pieces_that_should_have_been_deleted_are_in_no_bundle() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    MemberId dropped = new MemberId("hospital-007");
    MaskedArchive study = new MaskedArchive(other, WeightMode.MASKED, 9).round(dropped).lost();
    Files.copy(piece(other, 1, new MemberId("hospital-001")), piece(other, 1, dropped));
    assertThat(piece(other, 2, dropped)).exists();
    Path log = LedgerFiles.write(folder.resolve("other.db"), Histories.bytes(study.log()));

    Path bundle = folder.resolve("other.zip");
    var _ = Audit.export(new AuditRequest(log, List.of(), List.of(other)), bundle, true);

    try (FileSystem zip = FileSystems.newFileSystem(bundle);
        Stream<Path> files = Files.walk(zip.getPath("/"))) {
      List<String> pieces =
          files.map(Path::toString).filter(name -> name.contains("/piece-")).toList();
      assertThat(pieces)
          .hasSize(6 * 7)
          .allMatch(name -> name.contains("/sepsis/1/"))
          .noneMatch(name -> name.contains(dropped.value()));
    }
    assertThat(Audit.recompute(AuditRequest.of(bundle)).verdict()).isEqualTo(Verdict.VERIFIED);
  }

  private static Path piece(Path archive, int round, MemberId member) {
    return archive.resolve("sepsis/" + round + "/piece-" + member + "-0");
  }

  @Test
  void the_report_says_what_was_looked_at() {
    String text = run("recompute", ledger, "--archive", archive);

    assertThat(text)
        .contains("certificate: hospital-001", "check sums: those of all members add up")
        .contains("sepsis/1: recomputed, 7 of 7 sums");
    assertThat(text.lines().filter(line -> !line.contains(folder.toString())))
        .allMatch(line -> line.length() <= 100);
    assertThat(run("recompute", ledger, "--archive", archive, "--json"))
        .contains("\"what\":\"released values\"");
  }

  private static String run(Object... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    int code = Main.run(List.of(args).stream().map(Object::toString).toList(), stream, stream);
    assertThat(code).isBetween(0, 1);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void an_archive_is_measured_by_round() throws IOException {
    ArchiveSize size = ArchiveSize.of(archive);

    assertThat(size.rounds()).hasSize(1);
    assertThat(size.rounds().getFirst().name()).isEqualTo("sepsis/1");
    assertThat(size.rounds().getFirst().pieces()).isEqualTo(49);
    long all;
    try (var files = Files.walk(archive)) {
      all = files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
    assertThat(size.bytes()).isEqualTo(all);
  }
}
