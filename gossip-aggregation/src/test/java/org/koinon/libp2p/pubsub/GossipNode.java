package org.koinon.libp2p.pubsub;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.koinon.libp2p.core.ConnectionGater;
import org.koinon.libp2p.core.Multiaddr;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.crypto.IdentityKey;
import org.koinon.libp2p.net.HostConfig;
import org.koinon.libp2p.net.TcpHost;

/** A host on the loopback with gossipsub on it, subscribed to one topic. */
final class GossipNode implements AutoCloseable {
  static final Topic TOPIC = new Topic("rounds");

  final TcpHost host;
  final Gossipsub gossipsub;
  final Subscription subscription;
  final BlockingQueue<Message> heard = new LinkedBlockingQueue<>();

  GossipNode(int number, PubsubTimer timer) throws IOException {
    this(number, timer, _ -> Verdict.ACCEPT);
  }

  GossipNode(int number, PubsubTimer timer, MessageValidator validator) throws IOException {
    IdentityKey key = Keys.key(number);
    host = startHost(key);
    gossipsub =
        Gossipsub.start(
            host, key, GossipsubConfig.defaults(), TopicFilter.of(Set.of(TOPIC)), timer);
    subscription = gossipsub.subscribe(TOPIC, validator, heard::add);
  }

  static TcpHost startHost(IdentityKey key) throws IOException {
    return TcpHost.start(
        HostConfig.of(key, ConnectionGater.allowing(_ -> true))
            .listeningOn(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")));
  }

  PeerId id() {
    return host.peerId();
  }

  void dial(GossipNode other) throws IOException {
    host.connect(other.host.listenAddresses().getFirst());
  }

  void awaitSubscriber(PeerId peer) {
    Eventually.holds(peer + " subscribes at " + id(), () -> gossipsub.peers(TOPIC).contains(peer));
  }

  Message next() throws InterruptedException {
    return requireNonNull(heard.poll(20, TimeUnit.SECONDS), "no message within 20 s");
  }

  @Override
  public void close() {
    gossipsub.close();
    host.close();
  }
}
