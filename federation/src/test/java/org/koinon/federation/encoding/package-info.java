/** Tests of canonical JSON, record encoding and Merkle trees. */
@NullMarked
package org.koinon.federation.encoding;

import org.jspecify.annotations.NullMarked;
