/** The ports over a libp2p host: gossip by gossipsub, pieces over bulk connections. */
@NullMarked
package org.koinon.gossip.libp2p;

import org.jspecify.annotations.NullMarked;
