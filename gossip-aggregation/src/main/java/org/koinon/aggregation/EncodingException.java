package org.koinon.aggregation;

/**
 * Numbers that cannot become a contribution: not finite, out of proportion, or a weight outside (0,
 * 1]. The message names the tensor or the metric; nothing was encoded.
 */
public final class EncodingException extends RuntimeException {
  EncodingException(String message) {
    super(message);
  }
}
