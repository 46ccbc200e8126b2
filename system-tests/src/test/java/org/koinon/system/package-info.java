/** Whole consortia, simulated and as processes: one class per story. */
@NullMarked
package org.koinon.system;

import org.jspecify.annotations.NullMarked;
