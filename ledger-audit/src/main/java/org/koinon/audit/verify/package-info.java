/**
 * The checks: the log and its end, the rounds, the sums recomputed; the only user of aggregation.
 */
@NullMarked
package org.koinon.audit.verify;

import org.jspecify.annotations.NullMarked;
