/** The ledger as one SQLite file on one machine; the file is defined in docs/ledger-file.md. */
@NullMarked
package org.koinon.peer.ledger.embedded;

import org.jspecify.annotations.NullMarked;
