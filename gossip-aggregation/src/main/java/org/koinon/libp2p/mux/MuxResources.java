package org.koinon.libp2p.mux;

import java.util.concurrent.Executor;
import org.koinon.libp2p.core.HostLimits;
import org.koinon.libp2p.security.BufferPool;

/**
 * What a multiplexer borrows from its host.
 *
 * @param threads runs each task in a virtual thread of its own
 */
public record MuxResources(
    BufferPool pool, WindowBudget budget, HostLimits limits, Executor threads) {}
