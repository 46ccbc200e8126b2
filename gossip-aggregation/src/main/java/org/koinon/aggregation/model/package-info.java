/** Numbers of a model in order, and the canonical files that carry them. */
@NullMarked
package org.koinon.aggregation.model;

import org.jspecify.annotations.NullMarked;
