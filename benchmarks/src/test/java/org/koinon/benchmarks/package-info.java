/** Tests of the side-by-side runs. */
@NullMarked
package org.koinon.benchmarks;

import org.jspecify.annotations.NullMarked;
