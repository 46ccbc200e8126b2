/** Fixtures, the reference ledger and the specification of the Ledger port as a contract kit. */
@NullMarked
package org.koinon.federation.ledger;

import org.jspecify.annotations.NullMarked;
