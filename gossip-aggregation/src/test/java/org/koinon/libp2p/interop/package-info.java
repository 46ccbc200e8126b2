/** Tests against libp2p implementations that are not ours. */
@NullMarked
package org.koinon.libp2p.interop;

import org.jspecify.annotations.NullMarked;
