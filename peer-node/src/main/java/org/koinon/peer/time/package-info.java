/** The one port through which a node waits. */
@NullMarked
package org.koinon.peer.time;

import org.jspecify.annotations.NullMarked;
