package org.koinon.testkit;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;

/** The rules of the house that a build can check, for the main classes of one module. */
public final class HouseRules {
  private static final Pattern EMPTY_NAME = Pattern.compile(".*(Impl|Utils?|Helper|Manager)");

  private static final Map<String, Set<String>> CLOCKS =
      Map.of(
          "java.time.Instant", Set.of("now"),
          "java.time.LocalDateTime", Set.of("now"),
          "java.time.ZonedDateTime", Set.of("now"),
          "java.time.OffsetDateTime", Set.of("now"),
          "java.time.Clock", Set.of("systemUTC", "systemDefaultZone"),
          "java.lang.System", Set.of("currentTimeMillis", "nanoTime"),
          "java.lang.Thread", Set.of("sleep"),
          "java.util.concurrent.TimeUnit", Set.of("sleep"));

  private HouseRules() {}

  /** The main classes in this package and below, without tests. */
  public static JavaClasses mainClasses(String basePackage) {
    return new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
        .importPackages(basePackage);
  }

  /**
   * Checks what holds in every module.
   *
   * @param classes of the module
   * @param basePackage its package; cycles are looked for below it
   * @param clockPackages package patterns, such as {@code ..timeline..}, that may ask for the time
   *     and wait
   */
  public static void check(JavaClasses classes, String basePackage, String... clockPackages) {
    everyPackageIsNullMarked().check(classes);
    packagesHaveNoCycles(basePackage).check(classes);
    nobodyAsksTheClockOutside(clockPackages).check(classes);
    namesSaySomething().check(classes);
    onlyTheFrontDoorPrints().check(classes);
  }

  /** Every package says that null is the exception. */
  public static ArchRule everyPackageIsNullMarked() {
    return ArchRuleDefinition.classes()
        .should(
            new ArchCondition<>("be in a package that is @NullMarked") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                String message = type.getName() + " is in a package without @NullMarked";
                events.add(new SimpleConditionEvent(type, marked, message));
              }
            })
        .allowEmptyShould(true);
  }

  /** Packages depend on each other one way only. */
  public static ArchRule packagesHaveNoCycles(String basePackage) {
    return slices()
        .matching(basePackage + ".(**)")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true);
  }

  /** Time comes from outside, so that a test can hold it still. */
  public static ArchRule nobodyAsksTheClockOutside(String... clockPackages) {
    return noClasses()
        .that(not(resideInAnyPackage(clockPackages)))
        .should()
        .accessTargetWhere(describe("ask the clock or sleep", HouseRules::isClock))
        .allowEmptyShould(true);
  }

  /** A method reference counts as well as a call. */
  private static boolean isClock(JavaAccess<?> access) {
    return CLOCKS
        .getOrDefault(access.getTargetOwner().getName(), Set.of())
        .contains(access.getTarget().getName());
  }

  /** A name says what the thing is. */
  public static ArchRule namesSaySomething() {
    DescribedPredicate<JavaClass> empty =
        describe(
            "have a name that ends in Impl, Util, Utils, Helper or Manager",
            type -> EMPTY_NAME.matcher(type.getSimpleName()).matches());
    return noClasses().should(ArchCondition.from(empty)).allowEmptyShould(true);
  }

  /** Printing is for the command line; the rest logs through SLF4J or says nothing. */
  public static ArchRule onlyTheFrontDoorPrints() {
    return noClasses()
        .that(not(resideInAnyPackage("..cli..")))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.util.logging..")
        .orShould()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .allowEmptyShould(true);
  }

  /** Neither files, nor sockets, nor threads: results follow from arguments alone. */
  public static ArchRule isPure() {
    return noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.io..",
            "java.net..",
            "java.nio.channels..",
            "java.nio.file..",
            "java.util.concurrent..")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Thread.class);
  }
}
