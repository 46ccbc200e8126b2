/** Tests of the node's view of the ledger. */
@NullMarked
package org.koinon.peer.ledger;

import org.jspecify.annotations.NullMarked;
