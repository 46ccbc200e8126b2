package org.koinon.testkit;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Puts the seed into the failure of a {@link Seeded} test: not every report tells a test's display
 * name.
 */
final class SeedFailure implements TestExecutionExceptionHandler {
  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw named(context.getDisplayName(), failure);
  }

  /** The failure behind the name of the case; what was aborted did not fail. */
  static Throwable named(String display, Throwable failure) {
    return failure instanceof TestAbortedException
        ? failure
        : new AssertionError(
            "with " + display + ", which -D" + display.replace(' ', '=') + " repeats: " + failure,
            failure);
  }
}
