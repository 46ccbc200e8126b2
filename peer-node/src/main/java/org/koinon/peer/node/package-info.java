/** A hospital's node: everything put together and kept running. */
@NullMarked
package org.koinon.peer.node;

import org.jspecify.annotations.NullMarked;
