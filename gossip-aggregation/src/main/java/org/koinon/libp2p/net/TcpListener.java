package org.koinon.libp2p.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.koinon.libp2p.core.ConnectionGater;
import org.koinon.libp2p.core.Multiaddr;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts TCP connections on one address and upgrades each in a thread of its own. */
final class TcpListener implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TcpListener.class);
  private static final int BACKLOG = 64;

  /** What listeners of one host share. */
  record Shared(
      ConnectionUpgrader upgrader,
      ConnectionGater gater,
      AcceptLimits limits,
      Executor threads,
      Consumer<Upgraded> onUpgraded) {}

  private final ServerSocket server;
  private final Shared shared;

  private TcpListener(ServerSocket server, Shared shared) {
    this.server = server;
    this.shared = shared;
  }

  static TcpListener bind(Multiaddr address, Shared shared) throws IOException {
    InetSocketAddress named = address.toSocketAddress();
    ServerSocket server = new ServerSocket();
    try {
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(named.getHostString(), named.getPort()), BACKLOG);
    } catch (IOException e) {
      server.close();
      throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
    }
    TcpListener listener = new TcpListener(server, shared);
    shared.threads().execute(listener::acceptAll);
    return listener;
  }

  /** Where it listens, with the port that was chosen. */
  Multiaddr address() {
    return Multiaddr.tcp((InetSocketAddress) server.getLocalSocketAddress());
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private void acceptAll() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        if (!admit(socket)) {
          socket.close();
        }
      } catch (IOException e) {
        if (!server.isClosed()) {
          log.warn("accepting on {} failed: {}", address(), e.getMessage());
        }
      }
    }
  }

  private boolean admit(Socket socket) {
    InetAddress from = socket.getInetAddress();
    if (!shared.gater().allowAccept(from)) {
      log.info("refused a connection from {}: the gater says no", from.getHostAddress());
      return false;
    }
    if (!shared.limits().enter(from)) {
      log.info("refused a connection from {}: too many handshakes", from.getHostAddress());
      return false;
    }
    shared.threads().execute(() -> upgrade(socket, from));
    return true;
  }

  private void upgrade(Socket socket, InetAddress from) {
    Upgraded upgraded;
    try {
      upgraded = shared.upgrader().accept(socket);
    } catch (RefusedException e) {
      log.warn("refused a connection from {}: {}", from.getHostAddress(), e.getMessage());
      return;
    } catch (IOException e) {
      log.info("handshake with {} failed: {}", from.getHostAddress(), e.getMessage());
      return;
    } finally {
      shared.limits().leave(from);
    }
    shared.onUpgraded().accept(upgraded);
  }
}
