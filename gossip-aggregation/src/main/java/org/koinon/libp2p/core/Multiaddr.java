package org.koinon.libp2p.core;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.koinon.libp2p.wire.Varint;
import org.koinon.libp2p.wire.WireException;

/**
 * A self-describing network address such as {@code /ip4/10.0.0.7/tcp/4001/p2p/12D3KooW...}: one to
 * sixteen components, at most 512 bytes. Knows ip4, ip6, dns, dns4, dns6, dnsaddr, tcp and p2p; any
 * other protocol is refused by name. Source: multiformats/multiaddr.
 */
public record Multiaddr(List<Component> components) {
  /** Longest binary form read or written. */
  public static final int MAX_BYTES = 512;

  /** Most components. */
  public static final int MAX_COMPONENTS = 16;

  private static final int MAX_CHARS = 1024;

  /** One part of an address, its value checked and in canonical text. */
  public record Component(AddressProtocol protocol, String value) {
    public Component {
      value = protocol.canonical(value);
    }

    @Override
    public String toString() {
      return "/" + protocol.text() + "/" + value;
    }
  }

  public Multiaddr {
    components = List.copyOf(components);
    if (components.isEmpty() || components.size() > MAX_COMPONENTS) {
      throw new IllegalArgumentException(
          "a multiaddr has 1 to 16 components, not " + components.size());
    }
  }

  /** Reads the text form. */
  public static Multiaddr parse(String text) {
    if (text.length() > MAX_CHARS) {
      throw new IllegalArgumentException(
          "multiaddr of " + text.length() + " characters is too long");
    }
    String[] parts = text.split("/", -1);
    if (parts.length < 3 || parts.length % 2 == 0 || !parts[0].isEmpty()) {
      throw new IllegalArgumentException(
          "multiaddr \"" + text + "\" is not /protocol/value pairs, as in /ip4/10.0.0.7/tcp/4001");
    }
    List<Component> components = new ArrayList<>();
    for (int i = 1; i < parts.length; i += 2) {
      components.add(new Component(AddressProtocol.named(parts[i]), parts[i + 1]));
    }
    return new Multiaddr(components);
  }

  /** Reads the binary form; an unknown protocol makes the whole address unreadable. */
  public static Multiaddr fromBytes(byte[] bytes) throws WireException {
    if (bytes.length > MAX_BYTES) {
      throw new WireException("multiaddr of " + bytes.length + " bytes exceeds " + MAX_BYTES);
    }
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    List<Component> components = new ArrayList<>();
    try {
      while (in.available() > 0) {
        AddressProtocol protocol = AddressProtocol.coded(Varint.read(in));
        components.add(new Component(protocol, protocol.read(in)));
      }
      return new Multiaddr(components);
    } catch (WireException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw new WireException("unreadable multiaddr: " + e.getMessage(), e);
    }
  }

  /** The address of a TCP socket. */
  public static Multiaddr tcp(InetSocketAddress socket) {
    AddressProtocol ip =
        socket.getAddress() instanceof Inet4Address ? AddressProtocol.IP4 : AddressProtocol.IP6;
    String host = socket.getAddress().getHostAddress();
    int zone = host.indexOf('%');
    return new Multiaddr(
        List.of(
            new Component(ip, zone < 0 ? host : host.substring(0, zone)),
            new Component(AddressProtocol.TCP, Integer.toString(socket.getPort()))));
  }

  /** The same place, with {@code /p2p/<peer>} as its end. */
  public Multiaddr withPeer(PeerId peer) {
    List<Component> extended = new ArrayList<>(withoutPeer().components);
    extended.add(new Component(AddressProtocol.P2P, peer.toString()));
    return new Multiaddr(extended);
  }

  /** The same place without a peer id at its end. */
  public Multiaddr withoutPeer() {
    boolean named = components.size() > 1 && last().protocol() == AddressProtocol.P2P;
    return named ? new Multiaddr(components.subList(0, components.size() - 1)) : this;
  }

  /** The peer that this address names at its end. */
  public Optional<PeerId> peer() {
    return last().protocol() == AddressProtocol.P2P
        ? Optional.of(PeerId.parse(last().value()))
        : Optional.empty();
  }

  /**
   * The TCP end point: {@code /(ip4|ip6|dns|dns4|dns6)/host/tcp/port}, then at most a peer id.
   * Names are not looked up here.
   */
  public InetSocketAddress toSocketAddress() {
    List<Component> place = withoutPeer().components;
    if (place.size() != 2
        || !place.get(0).protocol().namesHost()
        || place.get(1).protocol() != AddressProtocol.TCP) {
      throw new IllegalArgumentException(
          this
              + " is not a TCP address; write /ip4/<address>/tcp/<port> or /dns/<name>/tcp/<port>");
    }
    return InetSocketAddress.createUnresolved(
        place.get(0).value(), Integer.parseInt(place.get(1).value()));
  }

  /** Whether others can make use of it: false for the address that means "all interfaces". */
  public boolean isSpecific() {
    return !toSocketAddress().getHostString().matches("0\\.0\\.0\\.0|0:0:0:0:0:0:0:0|::");
  }

  /** The binary form. */
  public byte[] toBytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      for (Component component : components) {
        Varint.write(out, component.protocol().code());
        component.protocol().write(out, component.value());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private Component last() {
    return components.getLast();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    components.forEach(text::append);
    return text.toString();
  }
}
