/** Where a model came from, round by round, back to the initial model. */
@NullMarked
package org.koinon.audit.lineage;

import org.jspecify.annotations.NullMarked;
