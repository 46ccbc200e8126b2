package org.koinon.libp2p.core;

import java.io.IOException;

/**
 * Serves one inbound stream of a protocol. Runs in a virtual thread of its own; when it returns the
 * stream is closed, when it throws the stream is reset.
 */
@FunctionalInterface
public interface StreamHandler {
  /** Serves the stream to its end. */
  void handle(Stream stream) throws IOException;
}
