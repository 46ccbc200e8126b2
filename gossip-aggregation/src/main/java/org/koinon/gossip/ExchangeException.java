package org.koinon.gossip;

/**
 * A transfer failed although nobody refused it: the peer is away, too slow, or broke the protocol.
 * Nothing of the piece has been kept; the whole transfer may be tried again.
 */
public final class ExchangeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ExchangeException(String message) {
    super(message);
  }

  public ExchangeException(String message, Throwable cause) {
    super(message, cause);
  }
}
