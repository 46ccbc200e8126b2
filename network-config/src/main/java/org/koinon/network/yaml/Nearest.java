package org.koinon.network.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The known word that a mistyped one was probably meant to be. */
final class Nearest {
  private static final int LENGTH_MAX = 64;

  private Nearest() {}

  /** The closest candidate by edit distance, if it is close. */
  static Optional<String> to(String word, Collection<String> candidates) {
    if (word.length() > LENGTH_MAX) {
      return Optional.empty();
    }
    return candidates.stream()
        .filter(candidate -> isClose(word, candidate))
        .min(Comparator.comparingInt(candidate -> distance(word, candidate)));
  }

  /** A sentence that names the nearest candidate, or all of them. */
  static String hint(String word, Collection<String> candidates) {
    return to(word, candidates)
        .map(near -> "did you mean '" + near + "'?")
        .orElse("known are " + String.join(", ", candidates));
  }

  private static boolean isClose(String word, String candidate) {
    int limit = Math.max(2, Math.max(word.length(), candidate.length()) / 3);
    return distance(word, candidate) <= limit || normal(word).equals(normal(candidate));
  }

  private static String normal(String word) {
    return word.replace("_", "").replace("-", "").toLowerCase(java.util.Locale.ROOT);
  }

  /** Levenshtein's distance. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
