package org.koinon.peer.dataset;

import java.nio.file.Path;

/**
 * What a hospital points its node at.
 *
 * @param table the CSV file
 * @param schema what it should look like
 * @param site the site's name in a fold file that serves several sites; empty when not needed
 * @param limits how much is accepted
 */
public record DatasetSource(Path table, TableSchema schema, String site, TableLimits limits) {
  /** A table with its schema, default limits, no shared fold file. */
  public static DatasetSource of(Path table, TableSchema schema) {
    return new DatasetSource(table, schema, "", TableLimits.DEFAULT);
  }

  /** The same for a site of this name. */
  public DatasetSource forSite(String name) {
    return new DatasetSource(table, schema, name, limits);
  }

  String fileName() {
    return table.getFileName() == null ? table.toString() : table.getFileName().toString();
  }
}
