package org.koinon.audit.anchor;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * In front of a real node, to which it hands every call on; only the first transactions it refuses
 * as a node does whose pool is full.
 */
final class FullPool implements AutoCloseable {
  private final RpcUrl node;
  private final int refused;
  private final AtomicInteger offers = new AtomicInteger();
  private final HttpClient client = HttpClient.newHttpClient();
  private final HttpServer server;

  FullPool(RpcUrl node, int refused) {
    this.node = node;
    this.refused = refused;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    server.createContext("/", this::serve);
    server.start();
  }

  private void serve(HttpExchange exchange) throws IOException {
    byte[] call = exchange.getRequestBody().readAllBytes();
    JsonNode request = JsonMapper.shared().readTree(call);
    boolean isOffer = request.required("method").asString().equals("eth_sendRawTransaction");
    byte[] answer =
        isOffer && offers.incrementAndGet() <= refused
            ? full(request.required("id").asLong())
            : ask(call);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private static byte[] full(long id) {
    return """
    {"jsonrpc":"2.0","id":%d,"error":{"code":-32000,"message":"txpool is full"}}\
    """
        .formatted(id)
        .getBytes(StandardCharsets.UTF_8);
  }

  private byte[] ask(byte[] call) throws IOException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(node.uri())
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofByteArray(call))
              .build();
      return client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** How many transactions came. */
  int offers() {
    return offers.get();
  }

  RpcUrl url() {
    return RpcUrl.parse("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
    client.close();
  }
}
