/** The node's parts, tested one by one. */
@NullMarked
package org.koinon.peer.node;

import org.jspecify.annotations.NullMarked;
