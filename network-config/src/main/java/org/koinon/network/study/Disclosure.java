package org.koinon.network.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.round.Quorum;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.WeightMode;

/**
 * What a study shows of single hospitals in spite of its policy: by its weights, by sums over few
 * or nearly the same hospitals, and by numbers that only one hospital has.
 *
 * @param definition the study
 * @param context what follows from other files
 * @param hospitals how many take part
 */
record Disclosure(StudyDefinition definition, StudyContext context, int hospitals) {
  /** Levels of a category beyond which a level of one hospital only is likely. */
  private static final int LEVELS_MAX = 20;

  private boolean isMasked() {
    return definition.policy().isMasked();
  }

  List<String> problems() {
    List<String> problems = new ArrayList<>();
    Integer colluders = definition.colluders();
    if (!isMasked() && (colluders != null || definition.strict())) {
      problems.add(
          "colluders, strict: under policy open, owners read parts of each update anyway; remove"
              + " them or use a policy that masks");
    }
    if (colluders != null && colluders < 0) {
      problems.add("colluders: at least 0");
    }
    if (isMasked()
        && colluders != null
        && hospitals >= Study.MINIMUM_LEAST
        && colluders + 2 > smallestSum().contributors()) {
      problems.add(
          "colluders: if "
              + colluders
              + " pool what they know, a sum over "
              + smallestSum().contributors()
              + " hospitals hides nobody; ask for a minimum of "
              + (colluders + 2)
              + " or more, or for fewer colluders");
    }
    if (definition.policy() == Policy.GROUP_OPENING) {
      problems.addAll(groupProblems());
    }
    if (isMasked()) {
      context.levels().entrySet().stream()
          .filter(column -> column.getValue() > LEVELS_MAX)
          .forEach(column -> problems.add(narrow(column)));
    }
    return problems;
  }

  private static String narrow(Map.Entry<String, Integer> column) {
    return "schema: column "
        + column.getKey()
        + " has "
        + column.getValue()
        + " levels; numbers of a level that only one hospital has are that hospital's, masked or"
        + " not: merge them to "
        + LEVELS_MAX
        + " or fewer, or leave the column out";
  }

  List<String> notes() {
    List<String> notes = new ArrayList<>();
    notes.add("weights " + RecordCodec.name(definition.weightMode()) + ": " + weights());
    if (definition.encoding().adaptiveClip() != null) {
      notes.add(
          "adaptive-clip: each round shows how many updates were within the norm limit; when the"
              + " set of contributors changes by one hospital, whether that hospital's was.");
    }
    if (isMasked() && hospitals >= Study.MINIMUM_LEAST) {
      notes.add(sums());
      notes.add(differences());
      if (definition.policy() == Policy.GROUP_OPENING) {
        notes.addAll(groups());
      }
    }
    if (isMasked() && !context.levels().isEmpty()) {
      notes.add(cells());
    }
    return notes;
  }

  private String weights() {
    return switch (definition.weightMode()) {
      case PUBLIC -> "each hospital's number of rows " + declared();
      case BUCKET ->
          "each hospital's number of rows, rounded down to a power of two, " + declared();
      case UNIFORM -> "nothing about the number of rows; small hospitals count as much as large.";
      case MASKED ->
          "only the sum of rows is opened, until the set of contributors changes by one hospital:"
              + " the difference is that hospital's number. Nobody can check the number that a"
              + " hospital gives.";
    };
  }

  private String declared() {
    return isMasked()
        ? "stands on the ledger, and the sum is held against it."
        : "is known to every owner of the weights.";
  }

  private SmallestSum smallestSum() {
    return new SmallestSum(hospitals, definition.contributorsMin());
  }

  private String sums() {
    SmallestSum least = smallestSum();
    return least
        .warning()
        .map(warning -> "warning: " + warning)
        .orElseGet(
            () ->
                "a sum is over at least "
                    + least.contributors()
                    + " hospitals; of so many, "
                    + least.readers()
                    + ".");
  }

  private int colluders() {
    Integer given = definition.colluders();
    return given == null ? new Quorum(hospitals).faults() : given;
  }

  private String differences() {
    String near =
        "a round whose contributors differ by 1 to "
            + (colluders() + 1)
            + " hospitals from the round before shows nearly their updates; it is ";
    return definition.strict() ? "strict: " + near + "refused." : near + "flagged, not refused.";
  }

  /** 2p+1. */
  private int groupCount() {
    Integer poisoners = definition.poisoners();
    return poisoners == null ? 1 : 2 * poisoners + 1;
  }

  private List<String> groupProblems() {
    List<String> problems = new ArrayList<>();
    int count = groupCount();
    int least = count * (colluders() + 2);
    if (count < 3) {
      problems.add("poisoners: at least 1; with none, use policy private-sum");
    } else if (definition.contributorsMin() < least) {
      problems.add(
          "minimum: "
              + count
              + " groups of at least "
              + (colluders() + 2)
              + " hospitals (colluders and two) must be had of every sum, so that "
              + definition.poisoners()
              + " poisoned are outvoted; set minimum to "
              + least
              + " or more, or expect fewer poisoners or colluders");
    }
    if (definition.strict()) {
      problems.add(
          "strict: groups are drawn anew each round and differ by few hospitals; remove it, or use"
              + " policy private-sum");
    }
    if (definition.weightMode() != WeightMode.UNIFORM) {
      problems.add(
          "weights: groups count alike, whatever a hospital says of its rows; use uniform, or"
              + " remove the line");
    }
    return problems;
  }

  /** What the policy shows beyond the one sum. */
  private List<String> groups() {
    int count = groupCount();
    int block = colluders() + 2;
    List<String> notes = new ArrayList<>();
    notes.add(
        "group-opening: every round shows all members the sums of "
            + count
            + " groups, each of at least "
            + block
            + " hospitals, that are drawn by lot when the contributions are fixed; up to "
            + definition.poisoners()
            + " that send poison are outvoted, each with its group, whose honest members do not"
            + " count in that round. Groups are named, members are not.");
    notes.add(
        "warning: groups are drawn anew each round, so that "
            + count
            + " more sums are known after each: of what changes little from round to round, about "
            + (count < 2 ? hospitals : Math.ceilDiv(hospitals - 1, count - 1))
            + " rounds let anybody work out single hospitals' numbers nearly. Use few rounds, and"
            + " private-sum where no poison is expected.");
    notes.add(
        "group-opening: every member fetches every masked contribution: about "
            + hospitals
            + " times the size of the model per hospital and round.");
    return notes;
  }

  private String cells() {
    String widest =
        context.levels().entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .map(column -> column.getKey() + " (" + column.getValue() + " levels)")
            .orElseThrow();
    return "levels of categories are fixed by the schema, most in column "
        + widest
        + "; numbers of a level that only one hospital has are that hospital's, masked or not.";
  }
}
