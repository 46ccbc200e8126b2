/** Bytes that everybody computes alike: canonical JSON, digests, Merkle trees. */
@NullMarked
package org.koinon.federation.encoding;

import org.jspecify.annotations.NullMarked;
