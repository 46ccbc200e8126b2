package org.koinon.libp2p.pubsub;

/**
 * Weights and thresholds of the peer score. P3 (too few deliveries in the mesh) is left out: a
 * topic with one message per round would punish honest peers. P6 (many peers behind one address) is
 * left out because a roster admits peers by key.
 *
 * @param topic weights per topic: P1, P2 and P4
 * @param application P5: weight of the score that the application gives
 * @param behaviour P7: broken promises and GRAFT within a back-off
 * @param thresholds what a low score costs
 * @param retainSeconds how long a bad score outlives the connection
 */
public record PeerScoreConfig(
    TopicWeights topic,
    double application,
    Behaviour behaviour,
    Thresholds thresholds,
    long retainSeconds) {

  /**
   * Per topic.
   *
   * @param timeInMesh P1 per second in the mesh, counted for at most an hour
   * @param firstDelivery P2 per message that this peer brought first
   * @param firstDeliveryDecay per second
   * @param invalidMessage P4, negative, times the square of the number of rejected messages
   * @param invalidMessageDecay per second
   */
  public record TopicWeights(
      double timeInMesh,
      double firstDelivery,
      double firstDeliveryDecay,
      double invalidMessage,
      double invalidMessageDecay) {
    public TopicWeights {
      requirePositive(timeInMesh, "time in mesh");
      requirePositive(firstDelivery, "first delivery");
      requireNegative(invalidMessage, "invalid message");
      requireDecay(firstDeliveryDecay);
      requireDecay(invalidMessageDecay);
    }
  }

  /**
   * P7.
   *
   * @param weight negative, times the square of what exceeds the tolerance
   * @param tolerance slips that cost nothing
   * @param decay per second
   */
  public record Behaviour(double weight, double tolerance, double decay) {
    public Behaviour {
      requireNegative(weight, "behaviour");
      requirePositive(tolerance, "tolerance");
      requireDecay(decay);
    }
  }

  /**
   * Scores below which a peer loses something; above which it gains.
   *
   * @param gossip no IHAVE and IWANT with it
   * @param publish our own messages are not sent to it
   * @param graylist everything from it is ignored
   * @param opportunisticGraft a mesh with a lower median looks for better peers
   */
  public record Thresholds(
      double gossip, double publish, double graylist, double opportunisticGraft) {
    public Thresholds {
      if (!(gossip < 0 && publish <= gossip && graylist <= publish && opportunisticGraft >= 0)) {
        throw new IllegalArgumentException(
            "thresholds must be graylist <= publish <= gossip < 0 <= opportunistic graft; got "
                + "%s, %s, %s, %s".formatted(graylist, publish, gossip, opportunisticGraft));
      }
    }
  }

  public PeerScoreConfig {
    requirePositive(application, "application");
    if (retainSeconds < 0) {
      throw new IllegalArgumentException("a score cannot be kept for " + retainSeconds + " s");
    }
  }

  public static PeerScoreConfig defaults() {
    return new PeerScoreConfig(
        new TopicWeights(0.01, 1, 0.98, -10, 0.98),
        10,
        new Behaviour(-10, 1, 0.95),
        new Thresholds(-10, -50, -80, 1),
        900);
  }

  private static void requirePositive(double value, String what) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException("weight of " + what + " must be >= 0, not " + value);
    }
  }

  private static void requireNegative(double value, String what) {
    if (!(value <= 0)) {
      throw new IllegalArgumentException("weight of " + what + " must be <= 0, not " + value);
    }
  }

  private static void requireDecay(double value) {
    if (!(value > 0 && value < 1)) {
      throw new IllegalArgumentException("a decay lies between 0 and 1, not " + value);
    }
  }
}
