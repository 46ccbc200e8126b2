package org.koinon.testkit;

import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** Yields the seeds of a {@link Seeded} test. */
final class SeedSource implements ArgumentsProvider {
  private static final int LONG_FACTOR = 20;

  @Override
  public Stream<? extends Arguments> provideArguments(
      ParameterDeclarations parameters, ExtensionContext context) {
    Long only = Long.getLong("seed");
    if (only != null) {
      return Stream.of(Arguments.of(only));
    }
    long from = Long.getLong("seed.from", 0);
    int cases = context.getRequiredTestMethod().getAnnotation(Seeded.class).cases();
    if (Boolean.getBoolean("koinon.long")) {
      cases *= LONG_FACTOR;
    }
    cases = Integer.getInteger("seed.cases", cases);
    return LongStream.range(from, from + cases).mapToObj(Arguments::of);
  }
}
