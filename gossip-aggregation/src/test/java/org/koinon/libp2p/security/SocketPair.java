package org.koinon.libp2p.security;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Two connected loopback sockets. */
public record SocketPair(Socket left, Socket right) implements AutoCloseable {
  public static SocketPair open() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Socket left = new Socket(server.getInetAddress(), server.getLocalPort());
      Socket right = server.accept();
      left.setTcpNoDelay(true);
      right.setTcpNoDelay(true);
      return new SocketPair(left, right);
    }
  }

  @Override
  public void close() throws IOException {
    left.close();
    right.close();
  }
}
