/**
 * The byte formats under every libp2p message: varint, protobuf, length prefix, base58 and base32.
 */
@NullMarked
package org.koinon.libp2p.wire;

import org.jspecify.annotations.NullMarked;
