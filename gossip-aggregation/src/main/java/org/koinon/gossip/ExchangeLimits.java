package org.koinon.gossip;

import java.time.Duration;

/**
 * Bounds of the exchange.
 *
 * @param maxPieceBytes longest piece taken from a peer
 * @param stall how long a transfer may stand still
 * @param attempts how often a fetch starts again without having moved on
 */
public record ExchangeLimits(int maxPieceBytes, Duration stall, int attempts) {
  public ExchangeLimits {
    if (maxPieceBytes < 1 || !stall.isPositive() || attempts < 1) {
      throw new IllegalArgumentException(
          "exchange limits must be positive: %d bytes, %s, %d attempts"
              .formatted(maxPieceBytes, stall, attempts));
    }
  }

  public static ExchangeLimits defaults() {
    return new ExchangeLimits(256 << 20, Duration.ofSeconds(30), 3);
  }
}
