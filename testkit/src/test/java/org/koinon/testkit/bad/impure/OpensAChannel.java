package org.koinon.testkit.bad.impure;

import java.nio.channels.ByteChannel;

/** Reads from anywhere, the newer way. */
record OpensAChannel(ByteChannel channel) {}
