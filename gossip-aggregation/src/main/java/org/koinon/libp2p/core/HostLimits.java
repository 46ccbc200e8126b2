package org.koinon.libp2p.core;

import java.time.Duration;

/**
 * Every limit of a host in one place: reserved before use, released on close, and passed over only
 * by failing. The defaults suit a consortium of at most 200 peers.
 */
public record HostLimits(
    Admission admission, Streams streams, Windows windows, Handshake handshake, Liveness liveness) {

  /**
   * Who may take a socket. Loopback is exempt from the two limits per address.
   *
   * @param connections open connections of the whole host
   * @param connectionsPerPeer open connections to one peer, bulk ones included
   * @param pendingHandshakes accepted sockets whose peer is not proven yet
   * @param pendingPerAddress the same, from one address
   * @param newPerSecondPerAddress sockets accepted from one address in a second
   */
  public record Admission(
      int connections,
      int connectionsPerPeer,
      int pendingHandshakes,
      int pendingPerAddress,
      int newPerSecondPerAddress) {
    public Admission {
      requirePositive(connections, "connections");
      requirePositive(connectionsPerPeer, "connectionsPerPeer");
      requirePositive(pendingHandshakes, "pendingHandshakes");
      requirePositive(pendingPerAddress, "pendingPerAddress");
      requirePositive(newPerSecondPerAddress, "newPerSecondPerAddress");
    }
  }

  /**
   * How many streams.
   *
   * @param inboundPerConnection open streams that the peer of one connection opened
   * @param inboundPerProtocol open streams of one protocol that one peer opened
   * @param unacknowledged streams we opened that the peer has not acknowledged
   * @param queuedControlFrames acknowledgements, window updates and resets waiting to be written;
   *     one more closes the connection
   */
  public record Streams(
      int inboundPerConnection,
      int inboundPerProtocol,
      int unacknowledged,
      int queuedControlFrames) {
    public Streams {
      requirePositive(inboundPerConnection, "inboundPerConnection");
      requirePositive(inboundPerProtocol, "inboundPerProtocol");
      requirePositive(unacknowledged, "unacknowledged");
      requirePositive(queuedControlFrames, "queuedControlFrames");
    }
  }

  /**
   * How many unread bytes. Every stream has {@link #MIN_BYTES}, which only the sum of the host
   * counts; what is granted beyond that counts in both sums.
   *
   * @param initialBytes credit of a new stream while there is plenty
   * @param maxBytes credit that a busy stream grows to
   * @param perConnectionBytes what the windows of a connection grow by, altogether
   * @param perHostBytes all windows of all connections
   */
  public record Windows(
      int initialBytes, int maxBytes, long perConnectionBytes, long perHostBytes) {
    /** The window that yamux gives every stream unasked. */
    public static final int MIN_BYTES = 256 << 10;

    public Windows {
      if (initialBytes < MIN_BYTES || maxBytes < initialBytes) {
        throw new IllegalArgumentException(
            "windows: " + MIN_BYTES + " <= initialBytes <= maxBytes is needed");
      }
      if (perConnectionBytes < MIN_BYTES || perHostBytes < perConnectionBytes) {
        throw new IllegalArgumentException(
            "windows: " + MIN_BYTES + " <= perConnectionBytes <= perHostBytes is needed");
      }
    }
  }

  /**
   * How long the steps of setting up may take.
   *
   * @param connect TCP connect
   * @param upgrade from socket to multiplexed connection
   * @param negotiation agreement on the protocol of a stream
   * @param identify the identify exchange
   * @param dialBackoffMax longest pause after failed dials; it starts at one second and doubles
   */
  public record Handshake(
      Duration connect,
      Duration upgrade,
      Duration negotiation,
      Duration identify,
      Duration dialBackoffMax) {
    public Handshake {
      requirePositive(connect, "connect");
      requirePositive(upgrade, "upgrade");
      requirePositive(negotiation, "negotiation");
      requirePositive(identify, "identify");
      requirePositive(dialBackoffMax, "dialBackoffMax");
    }
  }

  /**
   * How long a connection may be silent or stuck.
   *
   * @param writeStall a write without progress, and a closed stream that the peer leaves open
   * @param keepAlive pause between pings of the multiplexer
   * @param keepAliveAnswer wait for the answer to one
   * @param duplicateGrace age at which a second control connection without streams is closed
   * @param bulkIdle time after which a bulk connection without streams is closed
   */
  public record Liveness(
      Duration writeStall,
      Duration keepAlive,
      Duration keepAliveAnswer,
      Duration duplicateGrace,
      Duration bulkIdle) {
    public Liveness {
      requirePositive(writeStall, "writeStall");
      requirePositive(keepAlive, "keepAlive");
      requirePositive(keepAliveAnswer, "keepAliveAnswer");
      requirePositive(duplicateGrace, "duplicateGrace");
      requirePositive(bulkIdle, "bulkIdle");
    }
  }

  private static final int MIB = 1 << 20;

  /** The defaults; the window sum of the host is a quarter of the heap. */
  public static HostLimits defaults() {
    long perConnection = 32L * MIB;
    long perHost = Math.max(perConnection, Runtime.getRuntime().maxMemory() / 4);
    return new HostLimits(
        new Admission(256, 8, 32, 4, 10),
        new Streams(128, 16, 64, 1024),
        new Windows(MIB, 16 * MIB, perConnection, perHost),
        new Handshake(seconds(5), seconds(10), seconds(10), seconds(5), seconds(60)),
        new Liveness(seconds(30), seconds(30), seconds(10), seconds(5), seconds(60)));
  }

  /** These limits with other admission. */
  public HostLimits with(Admission other) {
    return new HostLimits(other, streams, windows, handshake, liveness);
  }

  /** These limits with other stream counts. */
  public HostLimits with(Streams other) {
    return new HostLimits(admission, other, windows, handshake, liveness);
  }

  /** These limits with other windows. */
  public HostLimits with(Windows other) {
    return new HostLimits(admission, streams, other, handshake, liveness);
  }

  /** These limits with other handshake times. */
  public HostLimits with(Handshake other) {
    return new HostLimits(admission, streams, windows, other, liveness);
  }

  /** These limits with other liveness times. */
  public HostLimits with(Liveness other) {
    return new HostLimits(admission, streams, windows, handshake, other);
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  private static void requirePositive(int value, String name) {
    if (value < 1) {
      throw new IllegalArgumentException("limit " + name + " must be at least 1, not " + value);
    }
  }

  private static void requirePositive(Duration value, String name) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException("limit " + name + " must be positive, not " + value);
    }
  }
}
