/** Entries, the rules that admit them, and the port to a ledger. */
@NullMarked
package org.koinon.federation.ledger;

import org.jspecify.annotations.NullMarked;
