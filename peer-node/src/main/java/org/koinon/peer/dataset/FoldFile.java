package org.koinon.peer.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The folds of one site, by 0-based data line, from a CSV file with header. */
final class FoldFile {
  private final Map<Long, Fold> folds;
  private final byte[] digest;

  private FoldFile(Map<Long, Fold> folds, byte[] digest) {
    this.folds = folds;
    this.digest = digest;
  }

  Optional<Fold> fold(long dataLine) {
    return Optional.ofNullable(folds.get(dataLine));
  }

  byte[] digest() {
    return digest.clone();
  }

  static FoldFile read(DatasetSource source) {
    FoldRule rule = source.schema().fold();
    Path path = source.table().resolveSibling(rule.file());
    if (!rule.site().isEmpty() && source.site().isEmpty()) {
      throw new DataException(
          path.toString(),
          "the fold file serves several sites (column " + rule.site() + ")",
          "Name this site in the dataset's settings");
    }
    MessageDigest digest = Sha256.fresh();
    try (InputStream in = new DigestInputStream(Files.newInputStream(path), digest);
        var lines = new DelimitedReader(in, rule.file(), CsvFormat.DEFAULT, source.limits())) {
      Map<Long, Fold> folds = folds(lines, source);
      return new FoldFile(folds, digest.digest());
    } catch (IOException e) {
      throw new DataException(
          path.toString(), "the fold file cannot be read", "Put it beside the table", e);
    }
  }

  private static Map<Long, Fold> folds(DelimitedReader lines, DatasetSource source) {
    FoldRule rule = source.schema().fold();
    List<String> header = lines.next().map(DelimitedReader.Line::cells).orElseGet(List::of);
    int rowAt = place(rule.row(), header, rule.file());
    int foldAt = place(rule.fold(), header, rule.file());
    int siteAt = rule.site().isEmpty() ? -1 : place(rule.site(), header, rule.file());
    Map<Long, Fold> folds = new HashMap<>();
    for (var line = lines.next(); line.isPresent(); line = lines.next()) {
      List<String> cells = line.get().cells();
      String where = rule.file() + ":" + line.get().number();
      if (cells.size() != header.size()) {
        throw new DataException(
            where, "the line has not as many cells as the header", "Correct it");
      }
      if (siteAt >= 0 && !cells.get(siteAt).equals(source.site())) {
        continue;
      }
      Fold fold =
          Fold.of(cells.get(foldAt))
              .orElseThrow(
                  () ->
                      new DataException(
                          where, "the fold is none of train, validation, test", "Correct it"));
      if (folds.put(number(cells.get(rowAt), where), fold) != null) {
        throw new DataException(where, "the row has a fold already", "Keep one of the two lines");
      }
      if (folds.size() > source.limits().maxRows()) {
        throw new DataException(where, "too many rows", "Raise the limit of rows");
      }
    }
    if (folds.isEmpty()) {
      throw new DataException(
          rule.file(),
          "no line is about the site '" + source.site() + "'",
          "Check the site's name");
    }
    return folds;
  }

  private static int place(String column, List<String> header, String file) {
    int place = header.indexOf(column);
    if (place < 0) {
      throw new DataException(
          file + ":1", "there is no column " + column, NearestKey.hint(column, header));
    }
    return place;
  }

  private static long number(String cell, String where) {
    if (!cell.matches("\\d{1,9}")) {
      throw new DataException(where, "the row is not a number from 0", "Correct it");
    }
    return Long.parseLong(cell);
  }
}
