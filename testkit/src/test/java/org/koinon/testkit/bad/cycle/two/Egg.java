package org.koinon.testkit.bad.cycle.two;

import org.jspecify.annotations.Nullable;
import org.koinon.testkit.bad.cycle.one.Hen;

/** Comes from the hen. */
public record Egg(@Nullable Hen hen) {}
