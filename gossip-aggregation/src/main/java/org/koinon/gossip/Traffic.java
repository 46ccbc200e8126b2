package org.koinon.gossip;

/**
 * Bytes that this node has handed to the network for one peer through the exchange. Encryption,
 * multiplexing and TCP are not in it.
 *
 * @param contributionBytes payload of pieces of updates
 * @param sumBytes payload of sums
 * @param modelBytes payload of models, for peers that came late
 * @param envelopeBytes requests, headers and acknowledgements
 */
public record Traffic(long contributionBytes, long sumBytes, long modelBytes, long envelopeBytes) {
  public static final Traffic NONE = new Traffic(0, 0, 0, 0);

  public long totalBytes() {
    return contributionBytes + sumBytes + modelBytes + envelopeBytes;
  }

  public Traffic plusPayload(PieceKind kind, long bytes) {
    return switch (kind) {
      case CONTRIBUTION ->
          new Traffic(contributionBytes + bytes, sumBytes, modelBytes, envelopeBytes);
      case SUM -> new Traffic(contributionBytes, sumBytes + bytes, modelBytes, envelopeBytes);
      case MODEL -> new Traffic(contributionBytes, sumBytes, modelBytes + bytes, envelopeBytes);
    };
  }

  public Traffic plusEnvelope(long bytes) {
    return new Traffic(contributionBytes, sumBytes, modelBytes, envelopeBytes + bytes);
  }

  /** Both together. */
  public Traffic plus(Traffic other) {
    return new Traffic(
        contributionBytes + other.contributionBytes,
        sumBytes + other.sumBytes,
        modelBytes + other.modelBytes,
        envelopeBytes + other.envelopeBytes);
  }
}
