package org.koinon.gossip.inprocess;

import org.koinon.gossip.ExchangeLimits;
import org.koinon.gossip.GossipNetwork;
import org.koinon.gossip.PeerAddress;
import org.koinon.gossip.ShardExchange;

/** One node of an {@link InProcessNetwork}: its two ports. Closing it leaves the network. */
public final class InProcessPeer implements AutoCloseable {
  private final InProcessNetwork network;
  private final PeerAddress address;
  private final InProcessGossip gossip;
  private final InProcessExchange exchange;

  InProcessPeer(InProcessNetwork network, PeerAddress address, ExchangeLimits limits) {
    this.network = network;
    this.address = address;
    this.gossip = new InProcessGossip(network, address);
    this.exchange = new InProcessExchange(network, address, limits);
  }

  public PeerAddress address() {
    return address;
  }

  public GossipNetwork gossip() {
    return gossip;
  }

  public ShardExchange exchange() {
    return exchange;
  }

  InProcessGossip hearer() {
    return gossip;
  }

  InProcessExchange server() {
    return exchange;
  }

  @Override
  public void close() {
    network.leave(this);
    gossip.close();
    exchange.close();
  }
}
