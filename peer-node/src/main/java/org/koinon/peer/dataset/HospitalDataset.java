package org.koinon.peer.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.function.Predicate;

/**
 * A hospital's table, read once and held in memory; its rows can be seen by no other package.
 *
 * <p>Immutable; safe for use by several threads.
 */
public final class HospitalDataset {
  private final TableSchema schema;
  private final String file;
  private final List<PatientRow> rows;
  private final byte[] manifestDigest;

  private HospitalDataset(
      TableSchema schema, String file, List<PatientRow> rows, byte[] manifestDigest) {
    this.schema = schema;
    this.file = file;
    this.rows = rows;
    this.manifestDigest = manifestDigest;
  }

  /**
   * Reads and checks the whole table.
   *
   * @throws DataException that says what is wrong, where and how to mend it
   */
  public static HospitalDataset open(DatasetSource source) {
    FoldFile foldFile = source.schema().fold().file().isEmpty() ? null : FoldFile.read(source);
    MessageDigest digest = Sha256.fresh();
    try (InputStream in = new DigestInputStream(Files.newInputStream(source.table()), digest);
        var lines =
            new DelimitedReader(in, source.fileName(), source.schema().format(), source.limits())) {
      List<PatientRow> rows = List.copyOf(new TableReader(source, foldFile).rows(lines));
      byte[] manifest =
          Sha256.of(
              "koinon-dataset-manifest-v1\n".getBytes(StandardCharsets.UTF_8),
              source.schema().digest(),
              digest.digest(),
              foldFile == null ? new byte[0] : foldFile.digest());
      return new HospitalDataset(source.schema(), source.fileName(), rows, manifest);
    } catch (IOException e) {
      throw new DataException(
          source.table().toString(),
          Files.exists(source.table()) ? "the table cannot be read" : "there is no such file",
          "Check the path and the rights of the node's user",
          e);
    }
  }

  /** The schema the table was read by. */
  public TableSchema schema() {
    return schema;
  }

  /** Rows that passed the schema's row rules, in all folds. */
  public int rows() {
    return rows.size();
  }

  /** The ids of all rows, in file order. */
  public List<RecordId> recordIds() {
    return rows.stream().map(row -> row.id).toList();
  }

  /**
   * SHA-256 over schema, bytes of the table and bytes of the fold file, exactly as they were read:
   * what a salted dataset commitment is made of. The salt is the caller's.
   */
  public byte[] manifestDigest() {
    return manifestDigest.clone();
  }

  /**
   * The rows of one fold that may be used.
   *
   * @param allowed whether consent covers a record
   * @throws DataException when the training fold has fewer rows than the schema's minimum
   */
  public Cohort cohort(Fold fold, Predicate<RecordId> allowed) {
    List<PatientRow> selected =
        rows.stream().filter(row -> row.fold == fold && allowed.test(row.id)).toList();
    int minimum = schema.rows().minimum();
    if (fold == Fold.TRAIN && selected.size() < minimum) {
      throw new DataException(
          file,
          "the training cohort has "
              + selected.size()
              + " rows, "
              + minimum
              + " are needed (what is learnt from one patient is a copy of that patient)",
          "Check folds and consents, or take part together with another department");
    }
    return new Cohort(schema, file, selected);
  }

  @Override
  public String toString() {
    return "HospitalDataset[" + file + ", " + rows.size() + " rows]";
  }
}
