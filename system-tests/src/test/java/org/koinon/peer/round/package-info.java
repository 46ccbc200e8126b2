/** What a hostile node knows of its own secrets, for tests. */
@NullMarked
package org.koinon.peer.round;

import org.jspecify.annotations.NullMarked;
