package org.koinon.libp2p.net;

import org.koinon.libp2p.core.Direction;
import org.koinon.libp2p.core.Multiaddr;
import org.koinon.libp2p.security.RecordInput;
import org.koinon.libp2p.security.SecureChannel;

/** A socket after its handshake: a proven, admitted peer with which yamux is agreed. */
record Upgraded(
    SecureChannel channel, RecordInput input, Direction direction, Multiaddr remoteAddress) {}
