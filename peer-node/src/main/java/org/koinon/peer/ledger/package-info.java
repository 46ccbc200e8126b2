/** A node's view of its consortium's ledger. */
@NullMarked
package org.koinon.peer.ledger;

import org.jspecify.annotations.NullMarked;
