package org.koinon.peer.round;

import org.koinon.federation.study.MemberId;
import org.koinon.peer.time.Timeline;

/**
 * What the steps of one round work with.
 *
 * @param me this member
 * @param vigil waits and writes entries
 * @param archive keeps pieces, sums and models
 * @param peers the other members
 * @param timeline time
 */
record Desk(
    MemberId me, RoundVigil vigil, RoundArchive archive, PeerLink peers, Timeline timeline) {}
