/** Half of a cycle. */
@NullMarked
package org.koinon.testkit.bad.cycle.one;

import org.jspecify.annotations.NullMarked;
