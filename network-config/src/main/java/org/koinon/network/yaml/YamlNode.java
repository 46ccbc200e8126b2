package org.koinon.network.yaml;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** A piece of a YAML file that remembers its line. */
sealed interface YamlNode {
  /** The line on which it begins, from 1. */
  int line();

  /** What it is, in a word for people. */
  String describe();

  /** What a scalar is. */
  enum Kind {
    TEXT,
    NUMBER,
    BOOLEAN,
    NOTHING
  }

  /** A scalar as it was written. */
  record Scalar(int line, String text, Kind kind) implements YamlNode {
    private static final int SHOWN_MAX = 60;

    @Override
    public String describe() {
      String shown = text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + "..." : text;
      return switch (kind) {
        case TEXT -> "the text '" + shown + "'";
        case NUMBER -> "the number " + shown;
        case BOOLEAN -> "the truth value " + shown;
        case NOTHING -> "nothing";
      };
    }
  }

  /** A list. */
  record Sequence(int line, List<YamlNode> items) implements YamlNode {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String describe() {
      return "a list";
    }
  }

  /** A section: keys and values in the order of the file. */
  record Mapping(int line, SequencedMap<String, Member> members) implements YamlNode {
    public Mapping {
      members = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(members));
    }

    @Override
    public String describe() {
      return "a section";
    }
  }

  /** A key's line and its value. */
  record Member(int line, YamlNode value) {}
}
