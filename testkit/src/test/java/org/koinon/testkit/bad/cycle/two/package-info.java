/** The other half. */
@NullMarked
package org.koinon.testkit.bad.cycle.two;

import org.jspecify.annotations.NullMarked;
