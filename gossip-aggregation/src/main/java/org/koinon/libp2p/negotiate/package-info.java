/** Agreement on a protocol by multistream-select 1.0. */
@NullMarked
package org.koinon.libp2p.negotiate;

import org.jspecify.annotations.NullMarked;
