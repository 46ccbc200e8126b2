/** Secret keys in files that only their owner can read. */
@NullMarked
package org.koinon.network.keys;

import org.jspecify.annotations.NullMarked;
