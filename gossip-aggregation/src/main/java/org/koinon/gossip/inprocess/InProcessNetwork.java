package org.koinon.gossip.inprocess;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.koinon.gossip.ExchangeException;
import org.koinon.gossip.ExchangeLimits;
import org.koinon.gossip.PeerAddress;

/**
 * Joins the nodes of one process. Every message is delivered on the caller's thread, to the peers
 * in the order of their names, before the call returns; so one seed and one caller give one run.
 * Safe for several threads; no lock is held while a node's code runs.
 */
public final class InProcessNetwork {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<PeerAddress, InProcessPeer> peers = new TreeMap<>();
  private final Set<PeerAddress> cut = new HashSet<>();
  private final ExchangeLimits limits;
  private Random gossipDice = new Random(0);
  private double gossipLoss;
  private OptionalInt breakAfterBytes = OptionalInt.empty();

  public InProcessNetwork(ExchangeLimits limits) {
    this.limits = limits;
  }

  /** A new node; one that has left may join again under the same name. */
  public InProcessPeer join(PeerAddress address) {
    lock.lock();
    try {
      if (peers.containsKey(address)) {
        throw new IllegalStateException(address + " is in the network already");
      }
      InProcessPeer peer = new InProcessPeer(this, address, limits);
      peers.put(address, peer);
      return peer;
    } finally {
      lock.unlock();
    }
  }

  void leave(InProcessPeer peer) {
    lock.lock();
    try {
      peers.remove(peer.address(), peer);
    } finally {
      lock.unlock();
    }
  }

  /** From now on nothing reaches the peer and nothing comes from it. */
  public void cut(PeerAddress peer) {
    lock.lock();
    try {
      cut.add(peer);
    } finally {
      lock.unlock();
    }
  }

  public void restore(PeerAddress peer) {
    lock.lock();
    try {
      cut.remove(peer);
    } finally {
      lock.unlock();
    }
  }

  /** Loses this part, 0 to 1, of all gossip deliveries, drawn from the seed. */
  public void loseGossip(double part, long seed) {
    if (!(part >= 0 && part <= 1)) {
      throw new IllegalArgumentException("a part lies between 0 and 1, not " + part);
    }
    lock.lock();
    try {
      gossipLoss = part;
      gossipDice = new Random(seed);
    } finally {
      lock.unlock();
    }
  }

  /** The next transfer that is longer breaks once, after so many bytes of payload. */
  public void breakNextTransferAfter(int bytes) {
    lock.lock();
    try {
      breakAfterBytes = OptionalInt.of(bytes);
    } finally {
      lock.unlock();
    }
  }

  /** How much of a transfer of this length gets through: all, or the part before a fault. */
  int through(int bytes) {
    lock.lock();
    try {
      if (breakAfterBytes.isEmpty() || breakAfterBytes.getAsInt() >= bytes) {
        return bytes;
      }
      int part = breakAfterBytes.getAsInt();
      breakAfterBytes = OptionalInt.empty();
      return part;
    } finally {
      lock.unlock();
    }
  }

  List<InProcessPeer> gossipTargets(PeerAddress from) {
    lock.lock();
    try {
      List<InProcessPeer> targets = new ArrayList<>();
      if (!peers.containsKey(from) || cut.contains(from)) {
        return targets;
      }
      for (InProcessPeer peer : peers.values()) {
        boolean lost = gossipLoss > 0 && gossipDice.nextDouble() < gossipLoss;
        if (!peer.address().equals(from) && !cut.contains(peer.address()) && !lost) {
          targets.add(peer);
        }
      }
      return targets;
    } finally {
      lock.unlock();
    }
  }

  InProcessPeer reach(PeerAddress from, PeerAddress to) {
    lock.lock();
    try {
      Optional<InProcessPeer> peer = Optional.ofNullable(peers.get(to));
      if (peer.isEmpty() || !peers.containsKey(from) || cut.contains(from) || cut.contains(to)) {
        throw new ExchangeException("no connection from " + from + " to " + to);
      }
      return peer.get();
    } finally {
      lock.unlock();
    }
  }
}
