package org.koinon.gossip;

/** Names a peer on the network: its peer id as text, 1 to 128 characters. Not where it listens. */
public record PeerAddress(String peerId) implements Comparable<PeerAddress> {
  private static final int MAX_CHARS = 128;

  public PeerAddress {
    if (peerId.isEmpty() || peerId.length() > MAX_CHARS) {
      throw new IllegalArgumentException(
          "a peer id has 1 to 128 characters, not " + peerId.length());
    }
  }

  @Override
  public int compareTo(PeerAddress other) {
    return peerId.compareTo(other.peerId);
  }

  @Override
  public String toString() {
    return peerId;
  }
}
