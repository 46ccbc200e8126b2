package org.koinon.peer.dataset;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Made-up patients of several hospitals, for demonstrations and tests: drawn from aggregate figures
 * of the UCI Heart Disease hospitals, as different from one another as those are. Sites repeat the
 * four hospitals in turn; every third of four has almost one class only and no measured
 * cholesterol. Equal sites and seed give equal bytes.
 *
 * @param sites 3 to 16
 * @param seed names the whole cohort
 */
public record SyntheticCohort(int sites, long seed) {
  /** First line of every file, so that nobody takes it for patients. */
  public static final String LABEL = "# SYNTHETIC: made-up patients drawn from aggregate figures";

  private static final String HEADER =
      "record,fold,age,sex,cp,trestbps,chol,fbs,restecg,thalach,exang,oldpeak,num";
  private static final SyntheticAggregates AGGREGATES = SyntheticAggregates.load();

  /** Refuses fewer than 3 and more than 16 sites. */
  public SyntheticCohort {
    if (sites < 3 || sites > 16) {
      throw new IllegalArgumentException("A synthetic cohort has 3 to 16 sites, not " + sites);
    }
  }

  /** The schema of the files. */
  public static TableSchema schema() {
    return TableSchema.named("synthetic-heart");
  }

  /**
   * Writes {@code synthetic-hospital-01.csv} and so on; each file appears whole or not at all.
   *
   * @throws DataException when a file of that name exists and is not synthetic
   */
  public List<Path> write(Path folder) {
    List<Path> files = new ArrayList<>();
    try {
      Files.createDirectories(folder);
      for (int site = 0; site < sites; site++) {
        Path file =
            folder.resolve(String.format(Locale.ROOT, "synthetic-hospital-%02d.csv", site + 1));
        requireReplaceable(file);
        Path partial = Files.createTempFile(folder, "synthetic-", ".partial");
        Files.writeString(partial, text(site));
        Files.move(
            partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        files.add(file);
      }
    } catch (IOException e) {
      throw new DataException(
          folder.toString(), "the synthetic cohort cannot be written", "Check rights and space", e);
    }
    return files;
  }

  private static void requireReplaceable(Path file) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      if (!LABEL.equals(reader.readLine())) {
        throw new DataException(
            file.toString(),
            "a file that is not synthetic stands where a synthetic one would",
            "Name an empty folder");
      }
    }
  }

  /** The bytes of one site's file, as text; sites count from 0. */
  public String text(int site) {
    if (site < 0 || site >= sites) {
      throw new IllegalArgumentException("There is no site " + site);
    }
    var hospital = AGGREGATES.hospitals().get(site % AGGREGATES.hospitals().size());
    var random = new SplittableRandom(seed * 1_000_003 + site);
    var text = new StringBuilder(LABEL).append('\n').append(HEADER).append('\n');
    double shift = site < AGGREGATES.hospitals().size() ? 0 : 0.2 * random.nextGaussian();
    for (int row = 0; row < hospital.rows(); row++) {
      String id = String.format(Locale.ROOT, "S%02d-%05d", site + 1, row + 1);
      // The first two rows differ in class, so that no site is without a negative to test on.
      boolean positive = row < 2 ? row == 0 : random.nextDouble() < hospital.prevalence();
      text.append(id).append(',').append(fold(random)).append(',');
      text.append(new Patient(hospital, positive, shift, random).cells());
      text.append(positive ? ",1\n" : ",0\n");
    }
    return text.toString();
  }

  private static String fold(SplittableRandom random) {
    double u = random.nextDouble();
    return u < 0.6 ? "train" : u < 0.7 ? "validation" : "test";
  }

  /** Draws one patient given the label: normal for measurements, by share for levels. */
  private record Patient(
      SyntheticAggregates.Hospital hospital,
      boolean positive,
      double shift,
      SplittableRandom random) {

    String cells() {
      return String.join(
          ",",
          whole("age", 18, 95),
          flag("sex"),
          level("cp", 1, "cp_2", "cp_3", "cp_4"),
          whole("trestbps", 80, 220),
          cholesterol(),
          flag("fbs"),
          level("restecg", 0, "restecg_1", "restecg_2"),
          whole("thalach", 60, 205),
          flag("exang"),
          oldpeak());
    }

    private double mean(String feature) {
      int at = AGGREGATES.features().indexOf(feature);
      return (positive ? hospital.meanPositive() : hospital.meanNegative()).get(at);
    }

    private double draw(String feature) {
      double sd = hospital.sd().get(AGGREGATES.features().indexOf(feature));
      return mean(feature) + sd * (shift + random.nextGaussian());
    }

    private String orMissing(String column, String cell) {
      return random.nextDouble() < hospital.missing().getOrDefault(column, 0.0) ? "?" : cell;
    }

    private String whole(String column, long low, long high) {
      return orMissing(column, Long.toString(Math.clamp(Math.round(draw(column)), low, high)));
    }

    private String cholesterol() {
      boolean never = random.nextDouble() < hospital.cholesterolZeroShare();
      return never ? "0" : whole("chol", 85, 603);
    }

    private String oldpeak() {
      double value = Math.clamp(draw("oldpeak"), 0.0, 6.5);
      return orMissing("oldpeak", String.format(Locale.ROOT, "%.1f", value));
    }

    private String flag(String column) {
      return orMissing(column, random.nextDouble() < mean(column) ? "1" : "0");
    }

    private String level(String column, int first, String... others) {
      double u = random.nextDouble();
      int level = first;
      for (int i = 0; i < others.length; i++) {
        double share = mean(others[i]);
        if (u >= 0 && u < share) {
          level = first + 1 + i;
        }
        u -= share;
      }
      return orMissing(column, Integer.toString(level));
    }
  }
}
