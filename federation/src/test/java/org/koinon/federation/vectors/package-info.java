/** Golden vectors: what other implementations must compute alike, as JSON files. */
@NullMarked
package org.koinon.federation.vectors;

import org.jspecify.annotations.NullMarked;
