package org.koinon.testkit.bad.impure;

import java.io.InputStream;

/** Reads from anywhere. */
record ReadsAStream(InputStream in) {}
