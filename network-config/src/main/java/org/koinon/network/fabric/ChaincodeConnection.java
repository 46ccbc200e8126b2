package org.koinon.network.fabric;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import org.koinon.federation.encoding.Canonical;
import org.koinon.federation.encoding.Json;
import org.koinon.network.fabric.NetworkLayout.Peer;
import org.koinon.network.keys.PrivateFile;

/**
 * The file {@code connection.json} that tells a peer where its member's chaincode is, and how both
 * prove who they are; it holds the peer's TLS key, hence mode 600.
 */
final class ChaincodeConnection {
  private ChaincodeConnection() {}

  static void write(NetworkLayout layout, Peer peer) {
    PrivateFile.replace(peer.connection(), bytes(layout, peer));
  }

  /** The file's content, a secret. */
  static byte[] bytes(NetworkLayout layout, Peer peer) {
    Path tls = layout.organisation(peer.member()).resolve(Identities.PEER).resolve("tls");
    SortedMap<String, Json> members = new TreeMap<>();
    members.put("address", new Json.Str(peer.chaincode().value()));
    members.put("dial_timeout", new Json.Str("10s"));
    members.put("tls_required", new Json.Bool(true));
    members.put("client_auth_required", new Json.Bool(true));
    members.put("client_key", new Json.Str(text(tls.resolve("tls.key"))));
    members.put("client_cert", new Json.Str(text(tls.resolve("tls.crt"))));
    members.put("root_cert", new Json.Str(text(tls.resolve("ca.crt"))));
    return Canonical.encode(new Json.Obj(members));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
