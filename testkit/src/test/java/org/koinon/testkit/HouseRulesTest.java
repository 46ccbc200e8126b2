package org.koinon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule fails on each class that breaks it, and on no class that keeps it. */
class HouseRulesTest {
  private static final String BAD = "org.koinon.testkit.bad";
  private static final String GOOD = BAD + ".good";

  private static JavaClasses classes(String inPackage) {
    return new ClassFileImporter().importPackages(inPackage);
  }

  /** The simple names of the classes of a package that the rule complains about. */
  private static List<String> complaints(ArchRule rule, String inPackage) {
    List<String> details = rule.evaluate(classes(inPackage)).getFailureReport().getDetails();
    return Pattern.compile(Pattern.quote(inPackage) + "\\.(\\w+)")
        .matcher(String.join("\n", details))
        .results()
        .map(found -> found.group(1))
        .distinct()
        .sorted()
        .toList();
  }

  @Test
  void a_package_without_null_marked_is_found() {
    assertThat(complaints(HouseRules.everyPackageIsNullMarked(), BAD + ".unmarked"))
        .containsExactly("Unmarked");
  }

  @Test
  void a_cycle_of_packages_is_found() {
    ArchRule rule = HouseRules.packagesHaveNoCycles(BAD + ".cycle");

    assertThatThrownBy(() -> rule.check(classes(BAD + ".cycle")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Cycle detected");
    assertThat(rule.evaluate(classes(BAD + ".cycle.one")).hasViolation()).isFalse();
  }

  @Test
  void whoever_asks_the_clock_or_sleeps_is_found() {
    assertThat(complaints(HouseRules.nobodyAsksTheClockOutside(), BAD + ".clock"))
        .containsExactly(
            "AsksTheInstant",
            "HandsTheClockOn",
            "Sleeps",
            "SleepsByTheUnit",
            "TakesTheSystemClock");
  }

  @Test
  void who_may_ask_the_clock_is_left_alone() {
    ArchRule rule = HouseRules.nobodyAsksTheClockOutside("..bad.clock..");

    assertThat(rule.evaluate(classes(BAD + ".clock")).hasViolation()).isFalse();
  }

  @Test
  void names_that_say_nothing_are_found() {
    assertThat(complaints(HouseRules.namesSaySomething(), BAD + ".names"))
        .containsExactly("RoundHelper", "RoundImpl", "RoundManager", "RoundUtil", "RoundUtils");
  }

  @Test
  void whoever_prints_is_found() {
    assertThat(complaints(HouseRules.onlyTheFrontDoorPrints(), BAD + ".prints"))
        .containsExactly("Logs", "PrintsErr", "PrintsOut");
  }

  @Test
  void whoever_touches_files_sockets_or_threads_is_found() {
    assertThat(complaints(HouseRules.isPure(), BAD + ".impure"))
        .containsExactly(
            "Connects", "Locks", "OpensAChannel", "ReadsAFile", "ReadsAStream", "Starts");
  }

  @ParameterizedTest
  @ValueSource(strings = {"unmarked", "cycle", "clock", "names", "prints"})
  void the_check_of_a_module_fails_on_each(String bad) {
    String inPackage = BAD + "." + bad;
    JavaClasses classes = classes(inPackage);

    assertThatThrownBy(() -> HouseRules.check(classes, inPackage))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void the_check_of_a_module_that_keeps_the_rules_passes() {
    JavaClasses classes = classes(GOOD);

    assertThat(classes).isNotEmpty();
    assertThatCode(() -> HouseRules.check(classes, GOOD)).doesNotThrowAnyException();
    assertThatCode(() -> HouseRules.isPure().check(classes)).doesNotThrowAnyException();
  }

  @Test
  void main_classes_are_those_of_the_module_without_its_tests() {
    JavaClasses classes = HouseRules.mainClasses("org.koinon.testkit");

    assertThat(classes.contain(HouseRules.class)).isTrue();
    assertThat(classes.contain(HouseRulesTest.class)).isFalse();
  }
}
