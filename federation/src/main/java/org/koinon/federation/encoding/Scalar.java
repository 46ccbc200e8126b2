package org.koinon.federation.encoding;

/**
 * A record with one {@code String} component that canonical JSON writes as that string.
 *
 * <p>Its canonical constructor checks the text and throws {@link FormatException} or {@link
 * IllegalArgumentException}.
 */
public interface Scalar {
  /** The text as it stands in JSON. */
  String scalar();
}
