/** How a vector is cut into shards and who owns which. */
@NullMarked
package org.koinon.federation.contribution;

import org.jspecify.annotations.NullMarked;
