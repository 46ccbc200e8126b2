package org.koinon.network.node;

import java.util.regex.Pattern;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.Scalar;

/** Where a peer is dialled: a libp2p multiaddr over TCP that ends in the peer's id. */
public record PeerAddress(String value) implements Scalar {
  private static final Pattern FORM =
      Pattern.compile(
          "/(ip4|ip6|dns|dns4|dns6)/[0-9A-Za-z:.-]{1,253}/tcp/([0-9]{1,5})"
              + "/p2p/[1-9A-HJ-NP-Za-km-z]{40,64}");

  /** Checks the form and the port's range. */
  public PeerAddress {
    var matcher = FORM.matcher(value);
    if (!matcher.matches()) {
      throw new FormatException(
          "", "'" + value + "' is no peer address: write /ip4/192.0.2.1/tcp/4001/p2p/<peer id>");
    }
    int port = Integer.parseInt(matcher.group(2));
    if (port < 1 || port > 65_535) {
      throw new FormatException("", "port " + port + " is not in 1 to 65535");
    }
  }

  /** The id of the peer. */
  public String peerId() {
    return value.substring(value.lastIndexOf('/') + 1);
  }

  @Override
  public String scalar() {
    return value;
  }

  @Override
  public String toString() {
    return value;
  }
}
