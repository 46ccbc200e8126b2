package org.koinon.peer.dataset;

import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One column of a table as the schema describes it.
 *
 * @param name the header's word, or the name a file without header gets
 * @param kind numeric, category, or ignore (kept out of the features)
 * @param type for numeric: integer (a fraction is an error) or decimal
 * @param categories for category: every level, in order; {@code 1} and {@code 1.0} are the same
 * @param missing cells that mean "no value" here, besides the format's; {@code 0} also means {@code
 *     0.0}
 * @param range for numeric: lowest and highest plausible value, which federated statistics scale
 *     by; empty when undeclared
 * @param impute for category: fill a missing value with the commonest level, or make it a level
 */
public record Column(
    String name,
    Kind kind,
    NumberType type,
    List<String> categories,
    List<String> missing,
    List<Double> range,
    CategoryImputation impute) {

  /** The level that stands for "no value" under {@link CategoryImputation#LEVEL}. */
  public static final String MISSING_LEVEL = "missing";

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,3})?");
  private static final Pattern WHOLE = Pattern.compile("-?\\d{1,15}(\\.0*)?");

  /** What a column is for. */
  public enum Kind {
    /** A number. */
    NUMERIC,
    /** One of named levels. */
    CATEGORY,
    /** Not a feature. */
    IGNORE
  }

  /** What a number may be. */
  public enum NumberType {
    /** Whole numbers only. */
    INTEGER,
    /** Any finite number. */
    DECIMAL
  }

  /** What happens to a missing category. */
  public enum CategoryImputation {
    /** The commonest level of the fitted rows takes its place. */
    MODE,
    /** It becomes a level of its own. */
    LEVEL
  }

  /** Fills in what the schema leaves out and refuses contradictions. */
  public Column(
      String name,
      @Nullable Kind kind,
      @Nullable NumberType type,
      @Nullable List<String> categories,
      @Nullable List<String> missing,
      @Nullable List<Double> range,
      @Nullable CategoryImputation impute) {
    if (name == null || name.isBlank()) {
      throw new IllegalArgumentException("every column has a name");
    }
    if (kind == null) {
      throw new IllegalArgumentException(
          "column " + name + " has no kind (numeric, category or ignore)");
    }
    this.name = name;
    this.kind = kind;
    this.type = type == null ? NumberType.DECIMAL : type;
    this.categories = categories == null ? List.of() : List.copyOf(categories);
    this.missing = missing == null ? List.of() : List.copyOf(missing);
    this.range = range == null ? List.of() : List.copyOf(range);
    this.impute = impute == null ? CategoryImputation.MODE : impute;
    checkCategories();
    checkRange();
  }

  static Column numeric(String name) {
    return new Column(name, Kind.NUMERIC, null, null, null, null, null);
  }

  private void checkCategories() {
    if (kind == Kind.CATEGORY && categories.size() < 2) {
      throw new IllegalArgumentException(
          "column " + name + " is a category and needs at least two categories");
    }
    if (kind != Kind.CATEGORY && !categories.isEmpty()) {
      throw new IllegalArgumentException(
          "column " + name + " has categories, so its kind must be category");
    }
    var seen = new HashSet<String>();
    for (String level : categories) {
      if (!seen.add(plain(level)) || level.equals(MISSING_LEVEL)) {
        throw new IllegalArgumentException(
            "column " + name + " has a category twice, or one called " + MISSING_LEVEL);
      }
    }
  }

  private void checkRange() {
    if (range.isEmpty()) {
      return;
    }
    boolean usable =
        kind == Kind.NUMERIC
            && range.size() == 2
            && Double.isFinite(range.get(0))
            && Double.isFinite(range.get(1))
            && range.get(0) < range.get(1);
    if (!usable) {
      throw new IllegalArgumentException(
          "column "
              + name
              + ": range is [lowest, highest] of a numeric column, lowest below highest");
    }
  }

  /** The same column with these cells counted as missing. */
  public Column withMissing(List<String> markers) {
    return new Column(name, kind, type, categories, markers, range, impute);
  }

  boolean isMissing(String cell) {
    if (missing.contains(cell)) {
      return true;
    }
    return mayBeWhole(cell)
        && missing.stream()
            .anyMatch(marker -> mayBeWhole(marker) && plain(marker).equals(plain(cell)));
  }

  /**
   * A cell as a number: the value, the level's place in {@link #categories()}, or NaN when missing.
   *
   * @throws BadCell when the cell fits neither the kind nor a missing marker
   */
  double read(String cell) throws BadCell {
    if (isMissing(cell)) {
      return Double.NaN;
    }
    return kind == Kind.CATEGORY ? level(cell) : number(cell);
  }

  private double number(String cell) throws BadCell {
    if (!NUMBER.matcher(cell).matches()) {
      throw new BadCell(
          "a number is expected",
          cell.isEmpty()
              ? "Fill the cell, or add \"\" to the missing markers"
              : "Correct the cell (decimals take a point), or add its text to the missing markers");
    }
    double value = Double.parseDouble(cell);
    if (!Double.isFinite(value)) {
      throw new BadCell("the number is too large", "Correct the cell");
    }
    if (type == NumberType.INTEGER && value != StrictMath.rint(value)) {
      throw new BadCell("a whole number is expected", "Correct the cell, or declare type: decimal");
    }
    return value;
  }

  private double level(String cell) throws BadCell {
    int place = levelOf(cell);
    if (place < 0) {
      throw new BadCell(
          "the cell is none of the categories " + categories,
          "Correct the cell, or add the level to the schema");
    }
    return place;
  }

  /** The categories, and {@link #MISSING_LEVEL} last where a missing value is a level. */
  List<String> levels() {
    return impute == CategoryImputation.LEVEL
        ? Stream.concat(categories.stream(), Stream.of(MISSING_LEVEL)).toList()
        : categories;
  }

  /** The place of a level, as {@link #read} gives it; the missing level comes after all others. */
  int levelPlace(String level) {
    int place = levels().indexOf(level);
    if (kind != Kind.CATEGORY || place < 0) {
      throw new IllegalArgumentException("column " + name + " has no level " + level);
    }
    return place;
  }

  static int indexOf(String columnName, List<Column> columns) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equals(columnName)) {
        return i;
      }
    }
    throw new IllegalArgumentException("there is no column " + columnName);
  }

  int levelOf(String text) {
    int exact = categories.indexOf(text);
    if (exact >= 0 || !mayBeWhole(text)) {
      return exact;
    }
    String plain = plain(text);
    for (int i = 0; i < categories.size(); i++) {
      if (plain(categories.get(i)).equals(plain)) {
        return i;
      }
    }
    return -1;
  }

  /** Spares most cells the pattern. */
  private static boolean mayBeWhole(String text) {
    return !text.isEmpty() && (text.charAt(0) == '-' || Character.isDigit(text.charAt(0)));
  }

  /** Whole numbers in one spelling, so that 1, 1.0 and 01 name the same level. */
  static String plain(String text) {
    if (!WHOLE.matcher(text).matches()) {
      return text;
    }
    int point = text.indexOf('.');
    return Long.toString(Long.parseLong(point < 0 ? text : text.substring(0, point)));
  }

  /** A cell that does not fit its column; the reader adds the place. */
  static final class BadCell extends Exception {
    private static final long serialVersionUID = 1L;
    private final String mend;

    BadCell(String what, String mend) {
      super(what);
      this.mend = mend;
    }

    String mend() {
      return mend;
    }
  }
}
