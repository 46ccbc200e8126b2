package org.koinon.peer.dataset;

import org.jspecify.annotations.Nullable;

/**
 * Where the fold of a row is written: a column of the table, a file beside it, or nowhere (all rows
 * train).
 *
 * @param column column that holds {@code train}, {@code validation} or {@code test}
 * @param file a CSV file with header in the table's folder
 * @param row that file's column with the 0-based number of the data line
 * @param fold that file's column with the fold
 * @param site that file's column with the site's name, when it serves several sites; may be empty
 */
public record FoldRule(String column, String file, String row, String fold, String site) {
  /** All rows train. */
  public static final FoldRule NONE = new FoldRule("", "", "", "", "");

  /** Fills in what the schema leaves out and refuses both sources at once. */
  public FoldRule(
      @Nullable String column,
      @Nullable String file,
      @Nullable String row,
      @Nullable String fold,
      @Nullable String site) {
    this.column = column == null ? "" : column;
    this.file = file == null ? "" : file;
    boolean fromFile = !this.file.isEmpty();
    this.row = row == null && fromFile ? "row" : row == null ? "" : row;
    this.fold = fold == null && fromFile ? "fold" : fold == null ? "" : fold;
    this.site = site == null ? "" : site;
    if (fromFile && !this.column.isEmpty()) {
      throw new IllegalArgumentException("fold names a column or a file, not both");
    }
    if (this.file.contains("/") || this.file.contains("\\") || this.file.equals("..")) {
      throw new IllegalArgumentException("fold.file is a plain file name beside the table");
    }
  }
}
