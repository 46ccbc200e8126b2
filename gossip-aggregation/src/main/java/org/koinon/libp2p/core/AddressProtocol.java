package org.koinon.libp2p.core;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.koinon.libp2p.wire.Varint;
import org.koinon.libp2p.wire.WireException;

/** The protocols that an address may be made of, with their multicodec codes. */
public enum AddressProtocol {
  IP4(4, "ip4"),
  IP6(41, "ip6"),
  DNS(53, "dns"),
  DNS4(54, "dns4"),
  DNS6(55, "dns6"),
  DNSADDR(56, "dnsaddr"),
  TCP(6, "tcp"),
  P2P(421, "p2p");

  private static final int MAX_NAME_BYTES = 253;

  private final int code;
  private final String text;

  AddressProtocol(int code, String text) {
    this.code = code;
    this.text = text;
  }

  int code() {
    return code;
  }

  String text() {
    return text;
  }

  boolean namesHost() {
    return switch (this) {
      case IP4, IP6, DNS, DNS4, DNS6 -> true;
      case DNSADDR, TCP, P2P -> false;
    };
  }

  static AddressProtocol named(String name) {
    if (name.equals("ipfs")) {
      return P2P;
    }
    for (AddressProtocol protocol : values()) {
      if (protocol.text.equals(name)) {
        return protocol;
      }
    }
    throw new IllegalArgumentException(
        "address protocol \"" + name + "\" is not known; use ip4, ip6, dns, tcp and p2p");
  }

  static AddressProtocol coded(long code) throws WireException {
    for (AddressProtocol protocol : values()) {
      if (protocol.code == code) {
        return protocol;
      }
    }
    throw new WireException("address protocol with code " + code + " is not known");
  }

  /** Checks a value and writes it the one way that is equal to itself. */
  String canonical(String value) {
    return switch (this) {
      case IP4 -> dotted(value, Inet4Address.ofLiteral(value));
      case IP6 -> literal(value, Inet6Address.ofLiteral(value));
      case DNS, DNS4, DNS6, DNSADDR -> hostName(value);
      case TCP -> Integer.toString(port(value));
      case P2P -> PeerId.parse(value).toString();
    };
  }

  void write(OutputStream out, String value) throws IOException {
    switch (this) {
      case IP4, IP6 -> out.write(InetAddress.ofLiteral(value).getAddress());
      case DNS, DNS4, DNS6, DNSADDR -> prefixed(out, value.getBytes(StandardCharsets.US_ASCII));
      case TCP -> {
        int port = port(value);
        out.write(port >>> 8);
        out.write(port);
      }
      case P2P -> prefixed(out, PeerId.parse(value).toBytes());
    }
  }

  String read(InputStream in) throws IOException {
    return switch (this) {
      case IP4 -> InetAddress.getByAddress(exactly(in, 4)).getHostAddress();
      case IP6 -> ip6(exactly(in, 16));
      case DNS, DNS4, DNS6, DNSADDR ->
          new String(
              exactly(in, Varint.readLength(in, MAX_NAME_BYTES, "host name")),
              StandardCharsets.US_ASCII);
      case TCP -> {
        byte[] port = exactly(in, 2);
        yield Integer.toString((port[0] & 0xff) << 8 | (port[1] & 0xff));
      }
      case P2P ->
          PeerId.fromBytes(exactly(in, Varint.readLength(in, PeerId.BYTES, "peer id"))).toString();
    };
  }

  // Inet6Address.getByAddress keeps an IPv4-mapped address as it is; InetAddress would not.
  private static String ip6(byte[] bytes) throws IOException {
    return Inet6Address.getByAddress(null, bytes, -1).getHostAddress();
  }

  // The JDK also takes 1.2.3 for 1.2.0.3 and 010 for 10.
  private static String dotted(String value, InetAddress address) {
    if (!address.getHostAddress().equals(value)) {
      throw new IllegalArgumentException("write the four numbers of \"" + value + "\" in full");
    }
    return value;
  }

  private static String literal(String value, InetAddress address) {
    if (value.indexOf('%') >= 0) {
      throw new IllegalArgumentException("address \"" + value + "\" has a zone; leave it out");
    }
    return address.getHostAddress();
  }

  private static String hostName(String value) {
    boolean valid =
        !value.isEmpty()
            && value.length() <= MAX_NAME_BYTES
            && value.chars().allMatch(c -> c == '.' || c == '-' || c == '_' || isAlphanumeric(c));
    if (!valid) {
      throw new IllegalArgumentException(
          "host name must be 1 to 253 letters, digits, dots and hyphens");
    }
    return value;
  }

  private static boolean isAlphanumeric(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static int port(String value) {
    try {
      int port = Integer.parseInt(value);
      if (port >= 0 && port <= 65535 && value.charAt(0) != '+') {
        return port;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("TCP port \"" + value + "\" is not a number", e);
    }
    throw new IllegalArgumentException("TCP port " + value + " is not in 0..65535");
  }

  private static void prefixed(OutputStream out, byte[] value) throws IOException {
    Varint.write(out, value.length);
    out.write(value);
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("address ends inside a component");
    }
    return bytes;
  }
}
