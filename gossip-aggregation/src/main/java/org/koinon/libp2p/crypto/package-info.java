/** Ed25519 identity keys in libp2p's encoding. */
@NullMarked
package org.koinon.libp2p.crypto;

import org.jspecify.annotations.NullMarked;
