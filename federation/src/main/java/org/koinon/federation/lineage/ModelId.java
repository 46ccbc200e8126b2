package org.koinon.federation.lineage;

import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.Scalar;

/** The name of a file of the lineage: the Merkle root (RFC 6962) over its 1 MiB chunks. */
public record ModelId(String hex) implements Scalar {
  /** Checks the form. */
  public ModelId {
    hex = new Digest(hex).hex();
  }

  /** The id with this root. */
  public static ModelId of(Digest root) {
    return new ModelId(root.hex());
  }

  /** The Merkle root. */
  public Digest root() {
    return new Digest(hex);
  }

  /** The first twelve digits, for people. */
  public String brief() {
    return hex.substring(0, 12);
  }

  @Override
  public String scalar() {
    return hex;
  }

  @Override
  public String toString() {
    return hex;
  }
}
