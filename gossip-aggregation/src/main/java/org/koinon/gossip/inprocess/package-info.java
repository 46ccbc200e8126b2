/** The network inside one process: direct calls, no socket, no thread, faults on demand. */
@NullMarked
package org.koinon.gossip.inprocess;

import org.jspecify.annotations.NullMarked;
