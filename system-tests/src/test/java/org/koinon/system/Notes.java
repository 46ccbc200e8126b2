package org.koinon.system;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.RoundId;
import org.koinon.peer.round.RoundObserver;
import org.koinon.peer.round.RoundOutcome;
import org.koinon.peer.round.RoundStep;

/** Keeps what the nodes of a run said. */
final class Notes implements RoundObserver {
  private final List<String> sentences = new ArrayList<>();
  private final Map<Integer, List<RoundOutcome>> outcomes = new TreeMap<>();

  /** What they noted, each sentence after the name of its node. */
  List<String> sentences() {
    return sentences;
  }

  /** The ending of each round as each peer saw it. */
  Map<Integer, List<RoundOutcome>> outcomes() {
    return outcomes;
  }

  @Override
  public void step(RoundId round, RoundStep step) {}

  @Override
  public void note(RoundId round, String sentence) {
    sentences.add(sentence);
  }

  @Override
  public void alarm(String sentence) {
    sentences.add(sentence);
  }

  @Override
  public void over(RoundId round, RoundOutcome outcome, ModelId standing) {
    outcomes.computeIfAbsent(round.number(), any -> new ArrayList<>()).add(outcome);
  }
}
