/**
 * The arithmetic that is audited, once: fixed point, shards, integer sums, decoding; pure
 * functions.
 */
@NullMarked
package org.koinon.aggregation;

import org.jspecify.annotations.NullMarked;
