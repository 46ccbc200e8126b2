/** Waiting, tested. */
@NullMarked
package org.koinon.peer.time;

import org.jspecify.annotations.NullMarked;
