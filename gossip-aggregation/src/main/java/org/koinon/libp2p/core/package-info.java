/** What a user of libp2p sees: host, connections, streams, peer ids and addresses. */
@NullMarked
package org.koinon.libp2p.core;

import org.jspecify.annotations.NullMarked;
