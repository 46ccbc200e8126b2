/** One round at one hospital, tested piece by piece. */
@NullMarked
package org.koinon.peer.round;

import org.jspecify.annotations.NullMarked;
