package org.koinon.federation.contribution;

import org.koinon.federation.study.MemberId;

/**
 * The seed of a mask between two groups, as an end of it released it.
 *
 * @param one the end that stands first in the roster
 * @param other the other
 * @param seed s_ij, the one that both committed to
 */
public record CrossSeed(MemberId one, MemberId other, MaskSeed seed) {}
