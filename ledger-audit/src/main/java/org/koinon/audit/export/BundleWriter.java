package org.koinon.audit.export;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.koinon.audit.source.Archive;
import org.koinon.audit.source.BadInputException;
import org.koinon.audit.source.EntrySource;
import org.koinon.audit.source.ExportBundle;
import org.koinon.audit.source.LedgerInput;
import org.koinon.audit.source.Manifest;
import org.koinon.audit.verify.AuditReport;
import org.koinon.audit.verify.LogAudit;
import org.koinon.audit.verify.RoundAudit;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundEntry.Rejected;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.MemberId;

/**
 * Writes a ledger as an export bundle: verified first, then written beside the target under another
 * name and moved into place. The same input gives the same bytes.
 */
public final class BundleWriter {
  /** The one time that every member carries: the first that a zip can tell. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final SortedMap<String, Member> members = new TreeMap<>();

  private BundleWriter() {}

  /**
   * What goes into a bundle beside the entries.
   *
   * @param checkpoints signed checkpoints
   * @param archives where models, pieces and sums are taken from
   */
  public record Besides(List<Path> checkpoints, List<Archive> archives) {
    /** Copies. */
    public Besides {
      checkpoints = List.copyOf(checkpoints);
      archives = List.copyOf(archives);
    }
  }

  /**
   * What was written.
   *
   * @param file the bundle
   * @param manifest what it holds
   * @param finalRounds how many rounds of the log ended with a model
   */
  public record Written(Path file, Manifest manifest, long finalRounds) {
    /** Whether there are results, and nothing in the bundle to compute them from. */
    public boolean lacksResults() {
      return finalRounds > 0
          && manifest.members().keySet().stream()
              .noneMatch(
                  name ->
                      name.startsWith(ExportBundle.MODELS)
                          || name.startsWith(ExportBundle.ARCHIVES));
    }
  }

  private sealed interface Member {
    record InMemory(List<byte[]> entries) implements Member {}

    record OnDisk(Path file) implements Member {}
  }

  private record Sums(long size, long crc, Digest sha256) {}

  /**
   * Writes the bundle of a ledger file, of a channel's blocks or of another bundle.
   *
   * @param withArchives whether pieces and sums go into it
   */
  public static Written write(
      LedgerInput ledger, Path target, Besides besides, boolean withArchives) {
    Path file = ledger.file();
    if (Files.exists(target)) {
      throw new BadInputException(target + " exists; name a file that does not", null);
    }
    try (EntrySource source = EntrySource.open(ledger)) {
      List<Archive> archives = new ArrayList<>(besides.archives());
      archives.addAll(source.archives());
      List<Path> checkpoints = new ArrayList<>(besides.checkpoints());
      AuditReport report = LogAudit.of(source, checkpoints, archives, false, origin -> List.of());
      if (report.verdict() != AuditReport.Verdict.VERIFIED) {
        String first = report.findings().getFirst().sentence();
        throw new BadInputException(file + " is not exported, it has findings: " + first, null);
      }
      checkpoints.addAll(source.checkpoints());
      BundleWriter writer = new BundleWriter();
      writer.gather(source, report, checkpoints, archives);
      report.rounds().forEach(round -> writer.gatherUnmasking(round, archives));
      if (withArchives) {
        report.rounds().forEach(round -> writer.gather(round, archives));
      }
      return writer.write(report, target, withArchives);
    } catch (IOException e) {
      throw new BadInputException(target + " cannot be written: " + e.getMessage(), e);
    }
  }

  private void gather(
      EntrySource source, AuditReport report, List<Path> checkpoints, List<Archive> archives) {
    members.put(ExportBundle.ENTRIES, new Member.InMemory(source.entries()));
    for (Path checkpoint : checkpoints) {
      String name = ExportBundle.CHECKPOINTS + checkpoint.getFileName();
      if (members.putIfAbsent(name, new Member.OnDisk(checkpoint)) != null) {
        throw new BadInputException("two checkpoints are called " + checkpoint.getFileName(), null);
      }
    }
    Set<ModelId> models = new LinkedHashSet<>();
    for (RoundAudit round : report.rounds()) {
      models.add(round.base());
      if (round.ending() instanceof Finalised finalised) {
        models.add(finalised.model());
        if (finalised.optimiserState() != null) {
          models.add(finalised.optimiserState());
        }
      }
    }
    for (Archive archive : archives) {
      for (ModelId model : models) {
        gather(ExportBundle.MODELS + model.hex() + Archive.SUFFIX, archive.model(model));
      }
    }
  }

  private static String folder(RoundAudit round) {
    return ExportBundle.ARCHIVES + round.round().study() + "/" + round.round().number();
  }

  /**
   * Of masked rounds: who stood by the opening, what took the masks off, and the masked sums. All
   * of it is public, and the result follows from it; where groups were opened, from the pieces
   * alone, which a bundle carries if it is asked to.
   */
  private void gatherUnmasking(RoundAudit round, List<Archive> archives) {
    if (!round.study().privacy().policy().isMasked()) {
      return;
    }
    for (Archive archive : archives) {
      gather(folder(round) + "/certificate", archive.certificate(round.round()));
      gather(folder(round) + "/released", archive.released(round.round()));
      for (int shard = 0; shard < round.roster().size(); shard++) {
        gather(folder(round) + "/sum-" + shard, archive.sum(round.round(), shard));
      }
    }
  }

  private void gather(RoundAudit round, List<Archive> archives) {
    String folder = folder(round);
    int shards = round.roster().size();
    for (Archive archive : archives) {
      for (int shard = 0; shard < shards; shard++) {
        gather(folder + "/sum-" + shard, archive.sum(round.round(), shard));
        for (MemberId member : archived(round)) {
          String name = folder + "/piece-" + member + "-" + shard;
          gather(name, archive.piece(round.round(), member, shard));
        }
      }
    }
  }

  /**
   * Whose pieces may be kept for good: under masks those alone whose own masks were released, since
   * of anybody else the seeds of pairs may be out and b is all that hides the update.
   */
  private static List<MemberId> archived(RoundAudit round) {
    boolean isMasked = round.study().privacy().policy().isMasked();
    boolean isOpened = round.ending() instanceof Finalised || round.ending() instanceof Rejected;
    return round.isSealed() && (isOpened || !isMasked)
        ? round.contributors().stream().map(RoundAudit.Contributor::member).toList()
        : List.of();
  }

  private void gather(String name, Path file) {
    if (Files.isRegularFile(file)) {
      members.putIfAbsent(name, new Member.OnDisk(file));
    }
  }

  private Written write(AuditReport report, Path target, boolean withArchives) throws IOException {
    SortedMap<String, Sums> sums = new TreeMap<>();
    SortedMap<String, Digest> digests = new TreeMap<>();
    for (Map.Entry<String, Member> member : members.entrySet()) {
      Sums computed = sums(member.getValue());
      sums.put(member.getKey(), computed);
      digests.put(member.getKey(), computed.sha256());
    }
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT,
            report
                .consortium()
                .orElseThrow(() -> new BadInputException("an empty ledger has no bundle", null)),
            report.judged(),
            report.root(),
            withArchives,
            digests);
    Path folder = target.toAbsolutePath().getParent();
    Path draft = Files.createTempFile(folder, target.getFileName() + ".", ".part");
    try {
      writeZip(draft, manifest, sums);
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
    long finalRounds =
        report.rounds().stream().filter(round -> round.ending() instanceof Finalised).count();
    return new Written(target, manifest, finalRounds);
  }

  private void writeZip(Path draft, Manifest manifest, SortedMap<String, Sums> sums)
      throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(draft))) {
      byte[] bytes = manifest.encode();
      put(zip, Manifest.NAME, sums(new java.io.ByteArrayInputStream(bytes)));
      zip.write(bytes);
      for (Map.Entry<String, Member> member : members.entrySet()) {
        put(zip, member.getKey(), java.util.Objects.requireNonNull(sums.get(member.getKey())));
        try (InputStream in = open(member.getValue())) {
          in.transferTo(zip);
        }
      }
      zip.closeEntry();
    }
  }

  private static void put(ZipOutputStream zip, String name, Sums sums) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(sums.size());
    entry.setCrc(sums.crc());
    entry.setTimeLocal(TIME);
    zip.putNextEntry(entry);
  }

  private static InputStream open(Member member) throws IOException {
    return switch (member) {
      case Member.OnDisk(Path file) -> Files.newInputStream(file);
      case Member.InMemory(List<byte[]> entries) -> {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        for (byte[] entry : entries) {
          out.writeInt(entry.length);
          out.write(entry);
        }
        yield new java.io.ByteArrayInputStream(bytes.toByteArray());
      }
    };
  }

  private static Sums sums(Member member) throws IOException {
    try (InputStream in = open(member)) {
      return sums(in);
    }
  }

  private static Sums sums(InputStream in) throws IOException {
    CRC32 crc = new CRC32();
    var sha = Digest.sha256();
    try (var checked = new CheckedInputStream(new DigestInputStream(in, sha), crc)) {
      long size = checked.transferTo(java.io.OutputStream.nullOutputStream());
      return new Sums(size, crc.getValue(), Digest.of(sha.digest()));
    }
  }
}
