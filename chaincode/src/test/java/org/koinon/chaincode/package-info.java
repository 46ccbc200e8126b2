/** Tests of the chaincode on a channel in memory. */
@NullMarked
package org.koinon.chaincode;

import org.jspecify.annotations.NullMarked;
