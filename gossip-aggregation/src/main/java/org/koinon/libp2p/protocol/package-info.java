/** The protocols every libp2p host answers: identify, identify push and ping. */
@NullMarked
package org.koinon.libp2p.protocol;

import org.jspecify.annotations.NullMarked;
