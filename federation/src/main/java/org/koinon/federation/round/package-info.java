/** One round: its phases, its arithmetic of quorums, its endings. */
@NullMarked
package org.koinon.federation.round;

import org.jspecify.annotations.NullMarked;
