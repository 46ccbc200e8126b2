package org.koinon.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.study.Standardisation;
import org.koinon.network.yaml.ConfigException;
import org.koinon.peer.dataset.CellTable;
import org.koinon.peer.dataset.DatasetSource;
import org.koinon.peer.dataset.Fold;
import org.koinon.peer.dataset.HospitalDataset;
import org.koinon.peer.dataset.Preprocessor;
import org.koinon.peer.dataset.TableLimits;
import org.koinon.peer.dataset.TableSchema;
import org.koinon.peer.site.ModelPreprocessing;
import org.koinon.peer.site.Predictor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Predicts with a model file. */
@Command(
    name = "predict",
    description = {
      "Predict with a model file; prints CSV: row,probability.",
      "A model whose study scaled columns at each hospital carries no scale: it is fitted on the",
      "training rows of --reference, else of --data, and stderr says so. For research: this is no",
      "medical device."
    },
    footer = {
      "",
      "Example:",
      "  koinon predict --model m.safetensors --data new.csv --reference table.csv"
    })
final class PredictCommand extends Action {
  private static final long MODEL_BYTES_MAX = 2L << 30;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description = "The model, such as archive/models/ID.safetensors.")
  private Path modelFile = Path.of("model.safetensors");

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "Patients, as CSV in the schema's format; labels may be missing.")
  private Path data = Path.of("data.csv");

  @Option(
      names = "--schema",
      paramLabel = "FILE",
      description = "The table schema; not needed if it is one that ships with Koinon.")
  private @Nullable Path schemaFile;

  @Option(
      names = "--reference",
      paramLabel = "FILE",
      description = "The hospital's own table, whose training rows give the scale.")
  private @Nullable Path reference;

  @Option(
      names = "--site",
      paramLabel = "NAME",
      description = "The site's name, where a fold file serves several.")
  private String site = "";

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write here, whole or not at all; no file is replaced.")
  private @Nullable Path target;

  @Override
  public Integer call() {
    Path file = target;
    if (file != null && Files.exists(file)) {
      throw new ConfigException(file.toString(), 0, "exists already and is not overwritten");
    }
    ModelFile model = model();
    TableSchema schema = schema(model);
    Predictor predictor = predictor(model, preprocessor(model, schema));
    StringBuilder csv = new StringBuilder("row,probability\n");
    new CellTable(data, schema, TableLimits.DEFAULT)
        .forEach(
            (record, cells) ->
                csv.append(quoted(record.value()))
                    .append(',')
                    .append(predictor.probability(cells))
                    .append('\n'));
    if (file == null) {
      out().print(csv);
      out().flush();
    } else {
      write(file, csv.toString());
      err().println("Wrote " + file + ".");
    }
    return Faults.YES;
  }

  private ModelFile model() {
    try (InputStream in = Files.newInputStream(modelFile)) {
      if (Files.size(modelFile) > MODEL_BYTES_MAX) {
        throw new ConfigException(modelFile.toString(), 0, "is too large for a model file");
      }
      return ModelFile.decode(in.readAllBytes());
    } catch (IOException e) {
      throw new ConfigException(
          modelFile.toString(), "cannot be read: check that the file is there", e);
    } catch (FormatException e) {
      throw new ConfigException(
          modelFile.toString(), "is no model file of Koinon: " + e.getMessage(), e);
    }
  }

  private TableSchema schema(ModelFile model) {
    if (schemaFile != null) {
      return TableSchema.read(schemaFile);
    }
    String name = model.metadata().getOrDefault("schema", "");
    try {
      return TableSchema.named(name);
    } catch (org.koinon.peer.dataset.DataException e) {
      throw new ConfigException(
          modelFile.toString(),
          "was trained with the schema '" + name + "'; give its file with --schema",
          e);
    }
  }

  private Preprocessor preprocessor(ModelFile model, TableSchema schema) {
    Standardisation standardisation = ModelPreprocessing.standardisation(model);
    return ModelPreprocessing.of(model)
        .orElseGet(
            () ->
                switch (standardisation) {
                  case NONE ->
                      fitted(schema, org.koinon.peer.dataset.Standardisation.NONE, "gaps filled");
                  case LOCAL ->
                      fitted(
                          schema,
                          org.koinon.peer.dataset.Standardisation.LOCAL,
                          "gaps filled and columns scaled");
                  case FEDERATED ->
                      throw new ConfigException(
                          modelFile.toString(),
                          0,
                          "says that all hospitals share one scale but does not carry it; use the"
                              + " file from a node's archive");
                });
  }

  private Preprocessor fitted(
      TableSchema schema, org.koinon.peer.dataset.Standardisation how, String what) {
    Path table = reference == null ? data : reference;
    DatasetSource source = new DatasetSource(table, schema, site, TableLimits.DEFAULT);
    var cohort = HospitalDataset.open(source).cohort(Fold.TRAIN, record -> true);
    err().println(what + " by the " + cohort.size() + " training rows of " + table);
    return Preprocessor.fit(cohort, how);
  }

  private Predictor predictor(ModelFile model, Preprocessor preprocessor) {
    try {
      return Predictor.of(model, preprocessor);
    } catch (FormatException e) {
      throw new ConfigException(modelFile.toString(), String.valueOf(e.getMessage()), e);
    }
  }

  private static String quoted(String cell) {
    return cell.matches("[^,\"\r\n]*") ? cell : '"' + cell.replace("\"", "\"\"") + '"';
  }

  private static void write(Path file, String text) {
    Path folder = file.toAbsolutePath().getParent();
    try {
      Path part = Files.createTempFile(folder, "." + file.getFileName(), ".part");
      try {
        Files.writeString(part, text, StandardCharsets.UTF_8);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new ConfigException(file.toString(), "cannot be written: " + e.getMessage(), e);
    }
  }
}
