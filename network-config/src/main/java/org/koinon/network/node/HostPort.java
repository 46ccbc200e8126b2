package org.koinon.network.node;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.Scalar;

/** A host and a TCP port, written {@code host:port}; an IPv6 address stands in brackets. */
public record HostPort(String value) implements Scalar {
  private static final Pattern FORM =
      Pattern.compile("(\\[[0-9a-fA-F:]{2,45}]|[A-Za-z0-9.-]{1,253}):([0-9]{1,5})");
  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

  /** Checks the form and the port's range. */
  public HostPort {
    Matcher matcher = FORM.matcher(value);
    if (!matcher.matches()) {
      throw new FormatException(
          "", "'" + value + "' is no address: write host:port, such as 127.0.0.1:4001");
    }
    int port = Integer.parseInt(matcher.group(2));
    if (port < 1 || port > 65_535) {
      throw new FormatException("", "port " + port + " is not in 1 to 65535");
    }
  }

  /** The address of this host and port. */
  public static HostPort of(String host, int port) {
    return new HostPort((host.contains(":") ? "[" + host + "]" : host) + ":" + port);
  }

  /** The host, without brackets. */
  public String host() {
    String host = value.substring(0, value.lastIndexOf(':'));
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** The port. */
  public int port() {
    return Integer.parseInt(value.substring(value.lastIndexOf(':') + 1));
  }

  /** The libp2p multiaddr at which the peer with this id is dialled. */
  public String multiaddr(String peerId) {
    String host = host();
    String protocol = host.contains(":") ? "ip6" : IPV4.matcher(host).matches() ? "ip4" : "dns";
    return "/" + protocol + "/" + host + "/tcp/" + port() + "/p2p/" + peerId;
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
