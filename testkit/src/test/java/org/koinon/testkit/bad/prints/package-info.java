/** Classes that print or log past SLF4J. */
@NullMarked
package org.koinon.testkit.bad.prints;

import org.jspecify.annotations.NullMarked;
