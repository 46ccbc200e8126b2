/** The ledger's rules as Hyperledger Fabric chaincode: decode, judge, put or refuse. */
@NullMarked
package org.koinon.chaincode;

import org.jspecify.annotations.NullMarked;
