package org.koinon.peer.round;

import org.koinon.federation.ledger.RoundEntry;

/** How a round ended. */
public sealed interface RoundOutcome {
  /** Its result stands. */
  record Final(RoundEntry.Finalised entry) implements RoundOutcome {}

  /** Its result was not accepted; the base stays. */
  record Rejected(RoundEntry.Rejected entry) implements RoundOutcome {}

  /** It has no result; the base stays. */
  record Abandoned(RoundEntry.Abandoned entry) implements RoundOutcome {}

  /** The outcome that this entry records. */
  static RoundOutcome of(RoundEntry.Ending ending) {
    return switch (ending) {
      case RoundEntry.Finalised entry -> new Final(entry);
      case RoundEntry.Rejected entry -> new Rejected(entry);
      case RoundEntry.Abandoned entry -> new Abandoned(entry);
    };
  }
}
