package org.koinon.libp2p.pubsub;

import java.nio.charset.StandardCharsets;

/** A name that peers subscribe to: 1 to {@value #MAX_BYTES} bytes of UTF-8. */
public record Topic(String name) implements Comparable<Topic> {
  public static final int MAX_BYTES = 256;

  public Topic {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < 1 || bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a topic has 1 to " + MAX_BYTES + " bytes of UTF-8; this one has " + bytes);
    }
  }

  @Override
  public int compareTo(Topic other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
