/** A real hospital behind the round's port: its table, its training, its judgement. */
@NullMarked
package org.koinon.peer.site;

import org.jspecify.annotations.NullMarked;
