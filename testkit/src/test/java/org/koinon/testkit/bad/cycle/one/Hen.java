package org.koinon.testkit.bad.cycle.one;

import org.koinon.testkit.bad.cycle.two.Egg;

/** Comes from the egg. */
public record Hen(Egg egg) {}
