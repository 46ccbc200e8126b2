/** Ways to a Fabric channel that only tests go. */
@NullMarked
package org.koinon.peer.ledger.fabric;

import org.jspecify.annotations.NullMarked;
