package org.koinon.peer.dataset;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the known word that a misspelt one was most likely meant to be. */
final class NearestKey {
  private static final int MAX_CHARS = 200;

  private NearestKey() {}

  /** The known word with the fewest edits, when those are no more than half of the longer one. */
  static Optional<String> of(String word, Collection<String> known) {
    if (word.length() > MAX_CHARS) {
      return Optional.empty();
    }
    return known.stream()
        .filter(k -> k.length() <= MAX_CHARS)
        .min(Comparator.<String>comparingInt(k -> edits(word, k)).thenComparing(k -> k))
        .filter(k -> edits(word, k) * 2 <= Math.max(k.length(), word.length()));
  }

  /** "Did you mean x?", or the list of what is known. */
  static String hint(String word, Collection<String> known) {
    return of(word, known)
        .map(k -> "Did you mean " + k + "?")
        .orElse("Known here: " + String.join(", ", known.stream().sorted().toList()));
  }

  /** Insertions, deletions, changes and swaps of neighbours (optimal string alignment). */
  private static int edits(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(a, b, i, j, cost);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int cheapest(String a, String b, int i, int j, int[][] cost) {
    boolean equal = a.charAt(i - 1) == b.charAt(j - 1);
    int best = cost[i - 1][j - 1] + (equal ? 0 : 1);
    best = Math.min(best, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, 1 + cost[i - 2][j - 2]) : best;
  }
}
