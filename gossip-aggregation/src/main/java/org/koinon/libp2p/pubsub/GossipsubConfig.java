package org.koinon.libp2p.pubsub;

import java.time.Duration;

/**
 * Every number of gossipsub. The defaults are those of the specification and of go-libp2p, except
 * for the smaller payload limit. Use {@link #defaults()} and the {@code with...} methods.
 *
 * @param mesh how many peers a topic's mesh holds
 * @param lazy what is announced to peers outside the mesh
 * @param caps what one peer may make us do between two heartbeats
 * @param timing periods and expiries
 * @param limits sizes on the wire
 * @param score how peers are judged
 * @param floodPublish whether our own messages go to every good peer, not to the mesh alone
 */
public record GossipsubConfig(
    MeshSize mesh,
    LazyGossip lazy,
    PeerCaps caps,
    Timing timing,
    RpcLimits limits,
    PeerScoreConfig score,
    boolean floodPublish) {

  /**
   * Degrees of the mesh.
   *
   * @param target D: where repairs lead
   * @param low Dlo: fewer are too few
   * @param high Dhi: more are too many
   * @param best Dscore: so many of the best survive a cut
   * @param outbound Dout: at least so many that we dialled, against eclipse by diallers
   */
  public record MeshSize(int target, int low, int high, int best, int outbound) {
    public MeshSize {
      if (!(1 <= low && low <= target && target <= high && best >= 0 && best <= target)) {
        throw new IllegalArgumentException(
            "a mesh needs 1 <= low %d <= target %d <= high %d and 0 <= best %d <= target"
                .formatted(low, target, high, best));
      }
      if (!(outbound >= 0 && outbound < low && outbound <= target / 2)) {
        throw new IllegalArgumentException(
            "outbound %d must be below low %d and at most half of target %d"
                .formatted(outbound, low, target));
      }
    }
  }

  /**
   * IHAVE and its cache.
   *
   * @param degree Dlazy: at least so many peers hear of recent messages
   * @param factor or this part of the peers outside the mesh, if it is more
   * @param historyWindows heartbeats for which a message can be asked for
   * @param gossipWindows heartbeats for which it is announced
   * @param retransmissions how often one peer may ask for one message
   */
  public record LazyGossip(
      int degree, double factor, int historyWindows, int gossipWindows, int retransmissions) {
    public LazyGossip {
      if (!(degree >= 0 && factor >= 0 && factor <= 1 && retransmissions >= 1)) {
        throw new IllegalArgumentException(
            "lazy gossip needs degree >= 0, factor in 0..1 and at least 1 retransmission");
      }
      if (!(1 <= gossipWindows && gossipWindows <= historyWindows)) {
        throw new IllegalArgumentException(
            "gossip windows %d must be 1 to history windows %d"
                .formatted(gossipWindows, historyWindows));
      }
    }
  }

  /**
   * Per peer and heartbeat.
   *
   * @param ihaveMessages IHAVE messages that are looked at
   * @param ihaveIds ids that we ask for
   * @param idontwantIds ids that we keep from sending
   * @param idontwantBytes our own IDONTWANT goes out for payloads from this size on
   * @param pendingValidations messages of one peer that wait for signature check or validator
   */
  public record PeerCaps(
      int ihaveMessages,
      int ihaveIds,
      int idontwantIds,
      int idontwantBytes,
      int pendingValidations) {
    public PeerCaps {
      if (ihaveMessages < 1
          || ihaveIds < 1
          || idontwantIds < 0
          || idontwantBytes < 0
          || pendingValidations < 1) {
        throw new IllegalArgumentException("a cap is too small to let any message through");
      }
    }
  }

  /**
   * Periods and expiries.
   *
   * @param heartbeat period of mesh maintenance
   * @param pruneBackoff no GRAFT for so long after a PRUNE
   * @param unsubscribeBackoff the same after leaving a topic
   * @param iwantFollowup how long a peer has to deliver what it announced
   * @param seen how long a message id is remembered
   */
  public record Timing(
      Duration heartbeat,
      Duration pruneBackoff,
      Duration unsubscribeBackoff,
      Duration iwantFollowup,
      Duration seen) {
    /** A longer back-off asked for by a peer is cut to this. */
    public static final Duration MAX_BACKOFF = Duration.ofHours(1);

    static final Duration GRAFT_FLOOD = Duration.ofSeconds(10);
    static final Duration FANOUT = Duration.ofSeconds(60);

    public Timing {
      requirePositive(heartbeat, "heartbeat");
      requirePositive(pruneBackoff, "prune back-off");
      requirePositive(unsubscribeBackoff, "unsubscribe back-off");
      requirePositive(iwantFollowup, "IWANT follow-up");
      requirePositive(seen, "seen time");
      if (pruneBackoff.compareTo(MAX_BACKOFF) > 0 || pruneBackoff.toSeconds() < 1) {
        throw new IllegalArgumentException(
            "prune back-off must be 1 s to 1 h, not " + pruneBackoff);
      }
    }

    private static void requirePositive(Duration value, String what) {
      if (!value.isPositive()) {
        throw new IllegalArgumentException(what + " must be longer than zero, not " + value);
      }
    }
  }

  public static GossipsubConfig defaults() {
    return new GossipsubConfig(
        new MeshSize(6, 5, 12, 4, 2),
        new LazyGossip(6, 0.25, 5, 3, 3),
        new PeerCaps(10, 5000, 512, 1024, 64),
        new Timing(
            Duration.ofSeconds(1),
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            Duration.ofSeconds(3),
            Duration.ofSeconds(120)),
        RpcLimits.defaults(),
        PeerScoreConfig.defaults(),
        true);
  }

  public GossipsubConfig withMesh(MeshSize value) {
    return new GossipsubConfig(value, lazy, caps, timing, limits, score, floodPublish);
  }

  public GossipsubConfig withTiming(Timing value) {
    return new GossipsubConfig(mesh, lazy, caps, value, limits, score, floodPublish);
  }

  public GossipsubConfig withLimits(RpcLimits value) {
    return new GossipsubConfig(mesh, lazy, caps, timing, value, score, floodPublish);
  }

  public GossipsubConfig withFloodPublish(boolean value) {
    return new GossipsubConfig(mesh, lazy, caps, timing, limits, score, value);
  }
}
