/** How the mean update of a round changes the model. */
@NullMarked
package org.koinon.aggregation.optimiser;

import org.jspecify.annotations.NullMarked;
