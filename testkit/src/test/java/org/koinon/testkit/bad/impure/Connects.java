package org.koinon.testkit.bad.impure;

import java.net.URI;

/** Knows where others are. */
record Connects(URI to) {}
