package org.koinon.gossip;

import java.nio.charset.StandardCharsets;

/** A subject of gossip, 1 to 256 bytes of UTF-8. */
public record GossipTopic(String name) {
  private static final int MAX_BYTES = 256;

  public GossipTopic {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < 1 || bytes > MAX_BYTES) {
      throw new IllegalArgumentException("a topic has 1 to 256 bytes, not " + bytes);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
