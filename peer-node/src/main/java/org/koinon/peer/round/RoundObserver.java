package org.koinon.peer.round;

import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.RoundId;

/** Hears of a round's progress; called from the round's thread. */
public interface RoundObserver {
  /** A step begins. */
  void step(RoundId round, RoundStep step);

  /** Something that an operator should know; never holds patients' data or a secret. */
  void note(RoundId round, String sentence);

  /** Something that concerns the whole node and that a person must look at. */
  void alarm(String sentence);

  /** A round is over, and this peer holds the model that stands after it. */
  void over(RoundId round, RoundOutcome outcome, ModelId standing);

  /** Hears nothing. */
  RoundObserver SILENT =
      new RoundObserver() {
        @Override
        public void step(RoundId round, RoundStep step) {}

        @Override
        public void note(RoundId round, String sentence) {}

        @Override
        public void alarm(String sentence) {}

        @Override
        public void over(RoundId round, RoundOutcome outcome, ModelId standing) {}
      };
}
