/** Many streams over one secure channel (yamux). */
@NullMarked
package org.koinon.libp2p.mux;

import org.jspecify.annotations.NullMarked;
