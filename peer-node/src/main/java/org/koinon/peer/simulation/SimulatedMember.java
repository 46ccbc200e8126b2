package org.koinon.peer.simulation;

import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.study.Member;
import org.koinon.peer.round.Site;

/**
 * A member of a simulated consortium.
 *
 * @param member its record
 * @param key its signing key
 * @param site its hospital
 */
public record SimulatedMember(Member member, SigningKey key, Site site) {}
