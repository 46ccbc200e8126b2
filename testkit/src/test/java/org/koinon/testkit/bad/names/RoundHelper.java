package org.koinon.testkit.bad.names;

/** Does something or other. */
record RoundHelper(int what) {}
