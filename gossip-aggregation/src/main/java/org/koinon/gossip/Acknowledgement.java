package org.koinon.gossip;

import java.nio.charset.StandardCharsets;

/** A receiver's answer to a pushed piece. */
public sealed interface Acknowledgement {
  /** The receiver has it. */
  record Accepted() implements Acknowledgement {}

  /** The receiver does not take it, and says why; at most 256 bytes. */
  record Refused(String reason) implements Acknowledgement {
    public static final int MAX_REASON_BYTES = 256;

    public Refused {
      int bytes = reason.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > MAX_REASON_BYTES) {
        throw new IllegalArgumentException("a reason has at most 256 bytes, not " + bytes);
      }
    }
  }
}
