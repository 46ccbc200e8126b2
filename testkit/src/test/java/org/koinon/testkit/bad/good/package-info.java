/** Classes that keep every rule. */
@NullMarked
package org.koinon.testkit.bad.good;

import org.jspecify.annotations.NullMarked;
