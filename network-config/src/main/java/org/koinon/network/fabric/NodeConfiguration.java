package org.koinon.network.fabric;

import java.nio.file.Path;
import java.util.Map;
import org.koinon.network.fabric.NetworkLayout.Orderer;
import org.koinon.network.fabric.NetworkLayout.Peer;

/** The files {@code orderer.yaml} and {@code core.yaml}, complete: nothing is set elsewhere. */
final class NodeConfiguration {
  private NodeConfiguration() {}

  static String orderer(NetworkLayout layout, Orderer orderer) {
    Path identity = layout.organisation(orderer.member()).resolve(NetworkLayout.identity(orderer));
    return Template.yaml(
        "orderer.yaml",
        Map.of(
            "listen", layout.listening(orderer.address()).host(),
            "port", String.valueOf(orderer.address().port()),
            "admin", layout.listening(orderer.admin()).value(),
            "health", orderer.health().value(),
            "home", orderer.home().toString(),
            "member", orderer.member().value(),
            "msp", identity.resolve("msp").toString(),
            "tls", identity.resolve("tls").toString()));
  }

  static String peer(NetworkLayout layout, Peer peer) {
    Path identity = layout.organisation(peer.member()).resolve(Identities.PEER);
    return Template.yaml(
        "core.yaml",
        Map.of(
            "name", peer.name(),
            "address", peer.address().value(),
            "listen", layout.listening(peer.address()).value(),
            "callback", peer.callback().value(),
            "health", peer.health().value(),
            "home", peer.home().toString(),
            "builder", layout.builder().toString(),
            "member", peer.member().value(),
            "msp", identity.resolve("msp").toString(),
            "tls", identity.resolve("tls").toString()));
  }
}
