package org.koinon.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/**
 * Runs a test once per seed. A failure names its seed; {@code -Dseed=N} repeats that one case, and
 * {@code -Dseed.from=N} starts counting at N, so that a long run can begin where CI stopped; {@code
 * -Dseed.cases=N} tries so many; {@code -Dkoinon.long=true} tries twenty times as many seeds.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "seed {0}")
@ArgumentsSource(SeedSource.class)
@ExtendWith(SeedFailure.class)
public @interface Seeded {
  /** How many seeds to try. */
  int cases() default 100;
}
