package org.koinon.libp2p.mux;

/** A frame without payload that waits to be written. */
sealed interface Control {
  /** A frame that is known already. */
  record Fixed(FrameHeader header) implements Control {}

  /** The answer to a ping. */
  record Pong(int value) implements Control {}

  /** New credit for the peer; how much is reckoned when it is written. */
  record Credit(YamuxStream stream) implements Control {}
}
