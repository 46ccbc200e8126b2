/** Classes that ask the clock or wait. */
@NullMarked
package org.koinon.testkit.bad.clock;

import org.jspecify.annotations.NullMarked;
