package org.koinon.testkit.bad.unmarked;

/** In a package that does not say that null is the exception. */
record Unmarked(int what) {}
