/**
 * Gossipsub v1.1 with the IDONTWANT message of v1.2: signed publish and subscribe between peers.
 */
@NullMarked
package org.koinon.libp2p.pubsub;

import org.jspecify.annotations.NullMarked;
