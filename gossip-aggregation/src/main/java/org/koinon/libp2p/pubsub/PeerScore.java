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

  private static final class TopicRecord {
    boolean inMesh;
    double secondsInMesh;
    double firstDeliveries;
    double invalid;
  }

  private static final class Record {
    final Map<Topic, TopicRecord> topics = new HashMap<>();
    double application;
    double behaviour;

    TopicRecord topic(Topic topic) {
      return topics.computeIfAbsent(topic, unused -> new TopicRecord());
    }
  }

  private record Retained(Record record, long untilNanos) {}

  private final PeerScoreConfig config;
  private final Map<PeerId, Record> connected = new HashMap<>();
  private final LinkedHashMap<PeerId, Retained> retained = new LinkedHashMap<>();

  PeerScore(PeerScoreConfig config) {
    this.config = config;
  }

  void connected(PeerId peer) {
    Retained old = retained.remove(peer);
    connected.putIfAbsent(peer, old == null ? new Record() : old.record());
  }

  void disconnected(PeerId peer, long nowNanos) {
    boolean bad = score(peer) < 0;
    Record record = connected.remove(peer);
    if (record == null || !bad) {
      return;
    }
    record.topics.values().forEach(topic -> topic.inMesh = false);
    long keep = TimeUnit.SECONDS.toNanos(config.retainSeconds());
    retained.put(peer, new Retained(record, nowNanos + keep));
    if (retained.size() > MAX_RETAINED) {
      retained.pollFirstEntry();
    }
  }

  void grafted(PeerId peer, Topic topic) {
    of(peer).topic(topic).inMesh = true;
  }

  void pruned(PeerId peer, Topic topic) {
    TopicRecord record = of(peer).topic(topic);
    record.inMesh = false;
    record.secondsInMesh = 0;
  }

  void deliveredFirst(PeerId peer, Topic topic) {
    TopicRecord record = of(peer).topic(topic);
    record.firstDeliveries = Math.min(record.firstDeliveries + 1, MAX_FIRST_DELIVERIES);
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

  private Record of(PeerId peer) {
    Record record = connected.get(peer);
    // A verdict may arrive after its peer has left; it then counts for nothing.
    return record == null ? new Record() : record;
  }

  double score(PeerId peer) {
    Record record = connected.get(peer);
    if (record == null) {
      return 0;
    }
    double good = 0;
    double bad = 0;
    TopicWeights weights = config.topic();
    for (TopicRecord topic : record.topics.values()) {
      if (topic.inMesh) {
        good += weights.timeInMesh() * topic.secondsInMesh;
      }
      good += weights.firstDelivery() * topic.firstDeliveries;
      bad += weights.invalidMessage() * topic.invalid * topic.invalid;
    }
    double excess = Math.max(0, record.behaviour - config.behaviour().tolerance());
    return Math.min(good, MAX_TOPIC_SCORE)
        + bad
        + config.application() * record.application
        + config.behaviour().weight() * excess * excess;
  }

  /** Lets {@code seconds} pass: good and bad deeds fade, time in the mesh grows. */
  void decay(double seconds, long nowNanos) {
    connected.values().forEach(record -> decay(record, seconds));
    Iterator<Retained> each = retained.values().iterator();
    while (each.hasNext()) {
      Retained old = each.next();
      if (nowNanos - old.untilNanos() >= 0) {
        each.remove();
      } else {
        decay(old.record(), seconds);
      }
    }
  }

  private void decay(Record record, double seconds) {
    TopicWeights weights = config.topic();
    record.behaviour = faded(record.behaviour, config.behaviour().decay(), seconds);
    for (TopicRecord topic : record.topics.values()) {
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
