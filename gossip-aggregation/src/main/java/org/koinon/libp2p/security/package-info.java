/** Turns a TCP socket into a secret channel to a proven peer id (Noise XX). */
@NullMarked
package org.koinon.libp2p.security;

import org.jspecify.annotations.NullMarked;
