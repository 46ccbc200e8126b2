/** Measurements, each beside a yardstick in the same run. */
@NullMarked
package org.koinon.benchmarks;

import org.jspecify.annotations.NullMarked;
