/** Tests of the shared language as a whole. */
@NullMarked
package org.koinon.federation;

import org.jspecify.annotations.NullMarked;
