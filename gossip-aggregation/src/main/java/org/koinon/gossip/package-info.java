/** What a node needs of the network: gossip as a hint, and the exchange of large pieces by hash. */
@NullMarked
package org.koinon.gossip;

import org.jspecify.annotations.NullMarked;
