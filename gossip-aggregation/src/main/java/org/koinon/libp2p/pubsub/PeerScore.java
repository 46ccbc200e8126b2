package org.koinon.libp2p.pubsub;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.pubsub.PeerScoreConfig.TopicWeights;

/**
 * How well each peer has behaved. Owned by the router's thread.
 *
 * <p>A bad score outlives the connection, so that a peer cannot wash it off by dialling again; a
 * good one does not. Source: gossipsub v1.1 specification, section Peer Scoring.
 */
final class PeerScore {
  private static final double ZERO = 0.01;
  private static final double MAX_SECONDS_IN_MESH = 3600;
  private static final double MAX_FIRST_DELIVERIES = 100;
  private static final double MAX_TOPIC_SCORE = 100;
  private static final int MAX_RETAINED = 4096;

  private static final class TopicDeeds {
    boolean inMesh;
    double secondsInMesh;
    double firstDeliveries;
    double invalid;
  }

  private static final class Deeds {
    final Map<Topic, TopicDeeds> topics = new HashMap<>();
    double application;
    double behaviour;

    TopicDeeds topic(Topic topic) {
      return topics.computeIfAbsent(topic, _ -> new TopicDeeds());
    }
  }

  private record Retained(Deeds deeds, long untilNanos) {}

  private final PeerScoreConfig config;
  private final Map<PeerId, Deeds> connected = new HashMap<>();
  private final LinkedHashMap<PeerId, Retained> retained = new LinkedHashMap<>();

  PeerScore(PeerScoreConfig config) {
    this.config = config;
  }

  void connected(PeerId peer) {
    Retained old = retained.remove(peer);
    connected.putIfAbsent(peer, old == null ? new Deeds() : old.deeds());
  }

  void disconnected(PeerId peer, long nowNanos) {
    boolean bad = score(peer) < 0;
    Deeds deeds = connected.remove(peer);
    if (deeds == null || !bad) {
      return;
    }
    deeds.topics.values().forEach(topic -> topic.inMesh = false);
    long keep = TimeUnit.SECONDS.toNanos(config.retainSeconds());
    retained.put(peer, new Retained(deeds, nowNanos + keep));
    if (retained.size() > MAX_RETAINED) {
      retained.pollFirstEntry();
    }
  }

  void grafted(PeerId peer, Topic topic) {
    of(peer).topic(topic).inMesh = true;
  }

  void pruned(PeerId peer, Topic topic) {
    TopicDeeds deeds = of(peer).topic(topic);
    deeds.inMesh = false;
    deeds.secondsInMesh = 0;
  }

  void deliveredFirst(PeerId peer, Topic topic) {
    TopicDeeds deeds = of(peer).topic(topic);
    deeds.firstDeliveries = Math.min(deeds.firstDeliveries + 1, MAX_FIRST_DELIVERIES);
  }

  void sentInvalid(PeerId peer, Topic topic) {
    of(peer).topic(topic).invalid++;
  }

  void misbehaved(PeerId peer, int times) {
    of(peer).behaviour += times;
  }

  void application(PeerId peer, double value) {
    of(peer).application = value;
  }

  private Deeds of(PeerId peer) {
    Deeds deeds = connected.get(peer);
    // A verdict may arrive after its peer has left; it then counts for nothing.
    return deeds == null ? new Deeds() : deeds;
  }

  double score(PeerId peer) {
    Deeds deeds = connected.get(peer);
    if (deeds == null) {
      return 0;
    }
    double good = 0;
    double bad = 0;
    TopicWeights weights = config.topic();
    for (TopicDeeds topic : deeds.topics.values()) {
      if (topic.inMesh) {
        good += weights.timeInMesh() * topic.secondsInMesh;
      }
      good += weights.firstDelivery() * topic.firstDeliveries;
      bad += weights.invalidMessage() * topic.invalid * topic.invalid;
    }
    double excess = Math.max(0, deeds.behaviour - config.behaviour().tolerance());
    return Math.min(good, MAX_TOPIC_SCORE)
        + bad
        + config.application() * deeds.application
        + config.behaviour().weight() * excess * excess;
  }

  /** Lets {@code seconds} pass: good and bad deeds fade, time in the mesh grows. */
  void decay(double seconds, long nowNanos) {
    connected.values().forEach(deeds -> decay(deeds, seconds));
    Iterator<Retained> each = retained.values().iterator();
    while (each.hasNext()) {
      Retained old = each.next();
      if (nowNanos - old.untilNanos() >= 0) {
        each.remove();
      } else {
        decay(old.deeds(), seconds);
      }
    }
  }

  private void decay(Deeds deeds, double seconds) {
    TopicWeights weights = config.topic();
    deeds.behaviour = faded(deeds.behaviour, config.behaviour().decay(), seconds);
    for (TopicDeeds topic : deeds.topics.values()) {
      topic.firstDeliveries = faded(topic.firstDeliveries, weights.firstDeliveryDecay(), seconds);
      topic.invalid = faded(topic.invalid, weights.invalidMessageDecay(), seconds);
      if (topic.inMesh) {
        topic.secondsInMesh = Math.min(topic.secondsInMesh + seconds, MAX_SECONDS_IN_MESH);
      }
    }
  }

  private static double faded(double value, double decay, double seconds) {
    double rest = value * Math.pow(decay, seconds);
    return rest < ZERO ? 0 : rest;
  }
}
