/** Tests of the embedded ledger. */
@NullMarked
package org.koinon.peer.ledger.embedded;

import org.jspecify.annotations.NullMarked;
