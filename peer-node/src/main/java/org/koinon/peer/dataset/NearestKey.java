package org.koinon.peer.dataset;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the known word that a misspelt one was most likely meant to be. */
final class NearestKey {
  private NearestKey() {}

  /** The known word with the fewest edits, when that is no more than half of its length. */
  static Optional<String> of(String word, Collection<String> known) {
    return known.stream()
        .min(Comparator.<String>comparingInt(k -> edits(word, k)).thenComparing(k -> k))
        .filter(k -> edits(word, k) * 2 <= Math.max(k.length(), 2));
  }

  /** "Did you mean x?", or the list of what is known. */
  static String hint(String word, Collection<String> known) {
    return of(word, known)
        .map(k -> "Did you mean " + k + "?")
        .orElse("Known here: " + String.join(", ", known.stream().sorted().toList()));
  }

  /** Levenshtein's distance. */
  private static int edits(String a, String b) {
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] here = new int[b.length() + 1];
      here[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        here[j] = Math.min(change, 1 + Math.min(above[j], here[j - 1]));
      }
      above = here;
    }
    return above[b.length()];
  }
}
