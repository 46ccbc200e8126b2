/** Whole consortia in one process: the same node code, an in-process network, virtual time. */
@NullMarked
package org.koinon.peer.simulation;

import org.jspecify.annotations.NullMarked;
