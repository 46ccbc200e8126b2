package org.koinon.network.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.WeightMode;

final class DisclosureTest {
  /** The example study fed-yogi under another policy, with more keys at the top. */
  private static StudyDefinition study(String policy, String... keys) {
    String yaml =
        StudyDefinition.exampleText("fed-yogi")
            .replaceAll("(?m)^(policy|weights|minimum):.*\n", "");
    return StudyDefinition.parse(
        "policy: " + policy + "\n" + String.join("\n", keys) + "\n" + yaml, "s.yaml");
  }

  private static StudyCheck check(StudyDefinition definition, int hospitals) {
    return StudyCheck.of(definition, StudyDefinitionTest.CONTEXT, hospitals);
  }

  private static StudyCheck check(StudyDefinition definition, int hospitals, int levels) {
    StudyContext plain = StudyDefinitionTest.CONTEXT;
    StudyContext context =
        new StudyContext(
            1,
            13,
            27,
            new TreeMap<>(Map.of("cp", 4, "ward", levels)),
            plain.schema(),
            plain.code(),
            plain.initialModel(),
            null);
    return StudyCheck.of(definition, context, hospitals);
  }

  private static String note(StudyCheck check, String words) {
    return check.notes().stream().filter(n -> n.contains(words)).findFirst().orElse("no note");
  }

  @ParameterizedTest
  @EnumSource(Policy.class)
  void every_policy_can_be_asked_for_and_its_promise_is_said(Policy policy) {
    StudyCheck check =
        check(policy == Policy.GROUP_OPENING ? grouped(9, 1) : study(RecordCodec.name(policy)), 9);

    assertThat(check.problems()).isEmpty();
    assertThat(check.notes())
        .contains("policy " + RecordCodec.name(policy) + ": " + policy.promise());
  }

  @ParameterizedTest
  @EnumSource(WeightMode.class)
  void every_weight_mode_says_what_it_reveals(WeightMode mode) {
    String name = RecordCodec.name(mode);
    StudyCheck check = check(study("private-sum", "weights: " + name), 5);

    assertThat(check.problems()).isEmpty();
    assertThat(note(check, "weights " + name))
        .contains(
            switch (mode) {
              case PUBLIC -> "number of rows stands on the ledger";
              case BUCKET -> "rounded down to a power of two, stands on the ledger";
              case UNIFORM -> "nothing about the number of rows";
              case MASKED -> "until the set of contributors changes by one hospital";
            });
  }

  @Test
  void five_contributors_are_the_default_of_policies_that_mask() {
    assertThat(study("open").contributorsMin()).isEqualTo(3);
    assertThat(study("group-opening", "poisoners: 1").contributorsMin()).isEqualTo(5);
    Study terms = study("private-sum").toStudy(StudyDefinitionTest.CONTEXT);
    assertThat(terms.privacy().minimum()).isEqualTo(5);
    assertThat(study("private-sum", "minimum: 3").contributorsMin()).isEqualTo(3);
    assertThat(check(study("private-sum"), 4).problems())
        .singleElement()
        .asString()
        .contains("5 contributors are asked for but only 4", "5 is the default");
  }

  @ParameterizedTest
  @CsvSource({
    "3, 3, any member can stop a round, 'any 2 who pool'",
    "4, 4, any member can stop a round, 'any 3 who pool'",
    "4, 3, two sums that differ by one hospital, 'any 2 who pool'"
  })
  void fewer_than_five_hospitals_are_warned_in_one_line(
      int hospitals, int minimum, String loss, String readers) {
    StudyCheck check = check(study("private-sum", "minimum: " + minimum), hospitals);

    assertThat(check.isAccepted()).isTrue();
    assertThat(check.notes())
        .filteredOn(note -> note.startsWith("warning: with fewer than five"))
        .singleElement()
        .asString()
        .contains(loss, readers, "read the last one's update");
    assertThat(note(check(study("open"), hospitals), "fewer than five")).isEqualTo("no note");
  }

  @ParameterizedTest
  @CsvSource({"3, 3, 3", "4, 3, 3", "4, 4, 4", "5, 3, 3", "5, 5, 5", "10, 5, 6", "21, 5, 11"})
  void the_smallest_sum_is_the_threshold_or_the_minimum(int hospitals, int minimum, int least) {
    SmallestSum sum = new SmallestSum(hospitals, minimum);

    assertThat(sum.contributors()).isEqualTo(least);
    assertThat(sum.warning().isPresent()).isEqualTo(hospitals < 5);
  }

  @Test
  void the_smallest_sum_grows_with_the_hospitals_not_only_with_the_minimum() {
    assertThat(note(check(study("private-sum"), 5), "a sum is over")).contains("at least 5");
    assertThat(note(check(study("private-sum"), 10), "a sum is over")).contains("at least 6");
    assertThat(note(check(study("private-sum"), 21), "a sum is over")).contains("at least 11");
  }

  @Test
  void colluders_and_strict_go_to_the_terms() {
    Study.Privacy plain = study("private-sum").toStudy(StudyDefinitionTest.CONTEXT).privacy();
    assertThat(plain.colluders()).isNull();
    assertThat(plain.strict()).isFalse();

    StudyDefinition told = study("private-sum", "colluders: 1", "strict: true");
    Study.Privacy privacy = told.toStudy(StudyDefinitionTest.CONTEXT).privacy();
    assertThat(privacy.colluders()).isEqualTo(1);
    assertThat(privacy.strict()).isTrue();
    assertThat(told.statisticsStudy(StudyDefinitionTest.CONTEXT).privacy().strict()).isTrue();
    assertThat(told.withRounds(2).withSeed(3).strict()).isTrue();
    assertThat(note(check(told, 9), "strict:")).contains("by 1 to 2 hospitals", "refused");
    assertThat(note(check(study("private-sum"), 9), "before shows"))
        .contains("by 1 to 3 hospitals", "flagged");
  }

  @Test
  void colluders_that_leave_nobody_hidden_are_refused() {
    assertThat(check(study("private-sum", "colluders: 3"), 5).problems()).isEmpty();
    assertThat(check(study("private-sum", "colluders: 4"), 5).problems())
        .singleElement()
        .asString()
        .contains("a sum over 5 hospitals hides nobody", "minimum of 6");
    assertThat(check(study("open", "strict: true"), 5).problems())
        .singleElement()
        .asString()
        .contains("under policy open");
  }

  private static StudyDefinition grouped(int minimum, int poisoners, String... more) {
    List<String> lines =
        new ArrayList<>(List.of("colluders: 1", "poisoners: " + poisoners, "minimum: " + minimum));
    lines.addAll(List.of(more));
    return study("group-opening", lines.toArray(String[]::new));
  }

  @Test
  void group_opening_says_what_each_round_shows() {
    StudyCheck nine = check(grouped(9, 1), 9);
    assertThat(nine.problems()).isEmpty();
    assertThat(note(nine, "group-opening: every round"))
        .contains("sums of 3 groups, each of at least 3 hospitals", "up to 1 that send poison");
    assertThat(note(nine, "warning: groups are drawn anew")).contains("about 4 rounds");
    assertThat(note(check(grouped(21, 3), 21), "group-opening: every round"))
        .contains("7 groups", "up to 3");
    Study terms = grouped(9, 1).toStudy(StudyDefinitionTest.CONTEXT);
    assertThat(terms.groups()).isEqualTo(3);
    assertThat(terms.privacy().weights()).isEqualTo(WeightMode.UNIFORM);
    Study companion = grouped(9, 1).statisticsStudy(StudyDefinitionTest.CONTEXT);
    assertThat(companion.privacy().policy()).isEqualTo(Policy.PRIVATE_SUM);
    assertThat(StudyDefinition.example("group-opening").poisoners()).isEqualTo(1);
  }

  @Test
  void group_opening_asks_for_enough_hospitals_and_equal_weights() {
    assertThat(check(grouped(8, 1), 9).problems())
        .singleElement()
        .asString()
        .contains("3 groups of at least 3 hospitals", "set minimum to 9 or more");
    assertThat(check(grouped(9, 2), 21).problems())
        .singleElement()
        .asString()
        .contains("5 groups", "set minimum to 15");
    assertThat(check(grouped(9, 0), 9).problems())
        .anyMatch(problem -> problem.contains("poisoners: at least 1"));
    assertThat(check(grouped(9, 1, "strict: true"), 9).problems())
        .anyMatch(problem -> problem.startsWith("strict: groups are drawn anew"));
    assertThat(check(grouped(9, 1, "weights: masked"), 9).problems())
        .anyMatch(problem -> problem.startsWith("weights: groups count alike"));
    assertThatThrownBy(() -> study("group-opening")).hasMessageContaining("poisoners");
    assertThatThrownBy(() -> study("private-sum", "poisoners: 1"))
        .hasMessageContaining("poisoners");
  }

  @Test
  void a_column_with_many_levels_is_refused_where_masks_would_promise_too_much() {
    assertThat(check(study("private-sum"), 5, 21).problems())
        .singleElement()
        .asString()
        .contains("column ward has 21 levels", "merge them to 20");
    assertThat(check(study("open"), 5, 21).problems()).isEmpty();
    StudyCheck wide = check(study("private-sum"), 5, 20);
    assertThat(wide.problems()).isEmpty();
    assertThat(note(wide, "only one hospital has")).contains("ward (20 levels)");
    StudyDefinition statistics =
        StudyDefinition.parse(
            StudyDefinition.exampleText("statistics").replace("open", "private-sum"), "s.yaml");
    assertThat(check(statistics, 5, 20).problems()).isEmpty();
    assertThat(check(statistics, 5, 30).problems()).singleElement().asString().contains("ward");
  }
}
