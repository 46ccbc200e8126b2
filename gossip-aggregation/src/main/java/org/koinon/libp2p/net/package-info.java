/** The host itself: dials, accepts, guards, upgrades and prunes TCP connections. */
@NullMarked
package org.koinon.libp2p.net;

import org.jspecify.annotations.NullMarked;
