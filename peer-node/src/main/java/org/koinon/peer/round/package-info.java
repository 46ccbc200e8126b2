/** One hospital's part in a round: the story, its journal, its archive. */
@NullMarked
package org.koinon.peer.round;

import org.jspecify.annotations.NullMarked;
