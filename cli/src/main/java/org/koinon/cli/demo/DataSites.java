package org.koinon.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.study.MemberId;
import org.koinon.network.study.StudyDefinition;
import org.koinon.network.yaml.ConfigException;
import org.koinon.peer.dataset.DataException;
import org.koinon.peer.dataset.DatasetSource;
import org.koinon.peer.dataset.Fold;
import org.koinon.peer.dataset.FoldRule;
import org.koinon.peer.dataset.HospitalDataset;
import org.koinon.peer.dataset.SyntheticCohort;
import org.koinon.peer.dataset.TableSchema;

/**
 * The hospitals of a run and what they train on.
 *
 * @param label what the data are, in words; says so if they are synthetic
 * @param schema of every table
 * @param definition the study
 * @param sites one per hospital
 */
public record DataSites(
    String label, SchemaText schema, StudyDefinition definition, List<DataSite> sites) {
  private static final Pattern TABLE = Pattern.compile("(processed\\.)?(.+)\\.(csv|data)");

  /**
   * A hospital's table.
   *
   * @param member the hospital
   * @param table its file
   * @param name of the site in a fold file that serves several
   */
  public record DataSite(MemberId member, Path table, String name) {}

  /**
   * A table schema with its text.
   *
   * @param schema what the columns are
   * @param yaml its text, for a node's own folder
   */
  public record SchemaText(TableSchema schema, String yaml) {
    /** One that ships with Koinon. */
    static SchemaText named(String name) {
      String resource = "/schemas/" + name + ".yaml";
      try (InputStream in = TableSchema.class.getResourceAsStream(resource)) {
        if (in == null) {
          throw new ConfigException(name, 0, "no schema of this name ships with Koinon");
        }
        String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return new SchemaText(TableSchema.parse(yaml, name + ".yaml"), yaml);
      } catch (IOException e) {
        throw new ConfigException(resource, "cannot be read: " + e.getMessage(), e);
      }
    }

    /** The schema that a study names: a file beside the study, or one that ships with Koinon. */
    static SchemaText of(StudyDefinition definition, Path studyFile) {
      Path beside = studyFile.toAbsolutePath().resolveSibling(definition.schema());
      if (!Files.exists(beside)) {
        return named(definition.schema().replaceAll("\\.yaml$", ""));
      }
      try {
        String yaml = Files.readString(beside);
        return new SchemaText(TableSchema.parse(yaml, beside.toString()), yaml);
      } catch (IOException e) {
        throw new ConfigException(beside.toString(), "cannot be read: " + e.getMessage(), e);
      }
    }
  }

  /** Synthetic hospitals, written to the folder. */
  public static DataSites synthetic(int peers, long seed, Path folder) {
    List<Path> tables = new SyntheticCohort(peers, seed).write(folder);
    StudyDefinition definition = StudyDefinition.example("heart-demo");
    List<DataSite> sites = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      sites.add(
          new DataSite(
              new MemberId(String.format(Locale.ROOT, "hospital-%02d", i + 1)), tables.get(i), ""));
    }
    return new DataSites(
        "SYNTHETIC patients (made up from aggregate figures; no row belongs to a person)",
        SchemaText.named("synthetic-heart"),
        definition,
        sites);
  }

  /** The real tables in a folder, for the study that fits the UCI Heart Disease files. */
  public static DataSites heartDisease(Path folder) {
    return in(folder, StudyDefinition.example("uci-heart"), SchemaText.named("heart-disease"));
  }

  /** The tables in a folder, for a study file. */
  public static DataSites of(Path folder, Path studyFile) {
    StudyDefinition definition = StudyDefinition.read(studyFile);
    return in(folder, definition, SchemaText.of(definition, studyFile));
  }

  private static DataSites in(Path folder, StudyDefinition definition, SchemaText schema) {
    if (!Files.isDirectory(folder)) {
      throw new ConfigException(
          folder.toString(),
          0,
          "there is no such folder; name one with a table per hospital, as README.md describes it"
              + " under \"Try it\"");
    }
    List<DataSite> sites = new ArrayList<>();
    String foldFile = schema.schema().fold().file();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        var name = TABLE.matcher(String.valueOf(file.getFileName()));
        boolean isTable = name.matches() && !String.valueOf(file.getFileName()).equals(foldFile);
        if (isTable && (foldFile.isEmpty() || name.group(1) != null)) {
          sites.add(new DataSite(member(name.group(2)), file.toAbsolutePath(), name.group(2)));
        }
      }
    } catch (IOException e) {
      throw new ConfigException(
          folder.toString(), "cannot be read; give this user the right to read the folder", e);
    }
    if (sites.size() < 3) {
      throw new ConfigException(
          folder.toString(),
          0,
          sites.size()
              + " tables found; a study needs at least 3 hospitals, one file NAME.csv or"
              + " processed.NAME.data each");
    }
    return new DataSites(
        "the tables in " + folder.toAbsolutePath().normalize(), schema, definition, sites);
  }

  /**
   * Reads every table as its hospital's node will.
   *
   * @return these sites
   * @throws ConfigException if the file that says which rows are for training is not there
   * @throws DataException if a table cannot be trained on; says where, and how to mend it
   */
  public DataSites checked() {
    for (DataSite site : sites) {
      requireFolds(site);
      var _ = HospitalDataset.open(source(site)).cohort(Fold.TRAIN, row -> true);
    }
    return this;
  }

  /** A hospital's table with the schema of all. */
  public DatasetSource source(DataSite site) {
    return DatasetSource.of(site.table(), schema.schema()).forSite(site.name());
  }

  private void requireFolds(DataSite site) {
    FoldRule folds = schema.schema().fold();
    Path file = site.table().resolveSibling(folds.file());
    if (!folds.file().isEmpty() && Files.notExists(file)) {
      String columns =
          Stream.of(folds.site(), folds.row(), folds.fold())
              .filter(column -> !column.isEmpty())
              .collect(Collectors.joining(", "));
      throw new ConfigException(
          file.toString(),
          0,
          "there is no such file. It says which rows are for training, by the columns "
              + columns
              + ", and does not come with the tables: README.md describes the folder under \"Try"
              + " it\"");
    }
  }

  private static MemberId member(String name) {
    try {
      return new MemberId(
          name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]+", "-").replaceAll("^-+", ""));
    } catch (FormatException e) {
      throw new ConfigException(name, "is no name for a hospital: " + e.getMessage(), e);
    }
  }
}
