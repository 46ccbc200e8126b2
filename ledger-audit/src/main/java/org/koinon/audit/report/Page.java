package org.koinon.audit.report;

/** Text as it grows: lines of at most 100 columns, items with their continuation indented. */
final class Page {
  private static final int COLUMNS = 100;

  private final StringBuilder text = new StringBuilder();

  void line(String line) {
    text.append(line.stripTrailing()).append('\n');
  }

  void heading(String heading) {
    line("");
    line(heading);
  }

  /** A mark and words behind it, wrapped; a word that is too long stands on a line of its own. */
  void item(String mark, String words) {
    String indent = " ".repeat(mark.length());
    StringBuilder line = new StringBuilder(mark);
    boolean isEmpty = true;
    for (String word : words.split(" ", -1)) {
      if (!isEmpty && line.length() + 1 + word.length() > COLUMNS) {
        line(line.toString());
        line = new StringBuilder(indent);
      }
      line.append(' ').append(word);
      isEmpty = false;
    }
    line(line.toString());
  }

  String text() {
    return text.toString();
  }
}
