/** Classes whose names say nothing. */
@NullMarked
package org.koinon.testkit.bad.names;

import org.jspecify.annotations.NullMarked;
