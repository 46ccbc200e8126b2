package org.koinon.testkit.bad.impure;

import java.nio.file.Path;

/** Knows where files are. */
record ReadsAFile(Path path) {}
