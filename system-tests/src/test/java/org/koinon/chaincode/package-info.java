/** Chaincode that is measured beside the ledger's. */
@NullMarked
package org.koinon.chaincode;

import org.jspecify.annotations.NullMarked;
