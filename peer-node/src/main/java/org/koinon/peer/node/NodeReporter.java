package org.koinon.peer.node;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.LedgerState;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Rounds;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.Study;
import org.koinon.gossip.Traffic;
import org.koinon.peer.dataset.DataException;
import org.koinon.peer.ledger.NodeLedger;
import org.koinon.peer.round.RoundArchive;
import org.koinon.peer.round.RoundObserver;
import org.koinon.peer.round.RoundOutcome;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.round.SiteException;
import org.koinon.peer.site.HospitalSite;
import org.koinon.peer.site.SiteReport;
import org.koinon.peer.training.LocalTrainer;
import org.koinon.peer.training.TrainingException;

/** Turns what a node's rounds say into events, and judges the model when a study is over. */
public final class NodeReporter implements RoundObserver {
  private final RoundArchive archive;
  private final HospitalSite site;
  private final LocalTrainer trainer;
  private final Consumer<NodeEvent> sink;
  private @Nullable NodeLedger ledger;
  private Supplier<Traffic> traffic = () -> Traffic.NONE;

  /** For a hospital's node. */
  public NodeReporter(
      RoundArchive archive, HospitalSite site, LocalTrainer trainer, Consumer<NodeEvent> sink) {
    this.archive = archive;
    this.site = site;
    this.trainer = trainer;
    this.sink = sink;
  }

  /** Before the node runs: where its ledger and its counters are. */
  public void attach(NodeLedger nodeLedger, Supplier<Traffic> counters) {
    this.ledger = nodeLedger;
    this.traffic = counters;
  }

  @Override
  public void step(RoundId round, RoundStep step) {
    sink.accept(new NodeEvent.Step(round, step));
  }

  @Override
  public void note(RoundId round, String sentence) {
    sink.accept(new NodeEvent.Note(round, sentence));
  }

  @Override
  public void alarm(String sentence) {
    sink.accept(new NodeEvent.Alarm(sentence));
  }

  @Override
  public void over(RoundId round, RoundOutcome outcome, ModelId standing) {
    sink.accept(new NodeEvent.Over(round, outcome, standing, traffic.get()));
    NodeLedger attached = Objects.requireNonNull(ledger);
    boolean last = attached.read(log -> isLast(log, round));
    if (last) {
      Study study = attached.read(log -> studyOf(log, round));
      sink.accept(new NodeEvent.Done(round.study(), standing, report(round, study, standing)));
    }
  }

  /** A round that others have gone on from already is not the last. */
  private static boolean isLast(LedgerState log, RoundId round) {
    return Rounds.isOver(log, round.study())
        && Rounds.latest(log, round.study())
            .filter(latest -> latest.opened().id().equals(round))
            .isPresent();
  }

  private static Study studyOf(LedgerState log, RoundId round) {
    return RoundView.of(log, round).orElseThrow().study();
  }

  /** Without a report the study is over all the same. */
  private Optional<SiteReport> report(RoundId round, Study study, ModelId standing) {
    Optional<ModelFile> initial = archive.model(study.initialModel());
    Optional<ModelFile> result = archive.model(standing);
    if (study.training() == null || initial.isEmpty() || result.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(SiteReport.of(site, trainer, study, initial.get(), result.get()));
    } catch (SiteException | DataException | TrainingException | FormatException e) {
      note(round, "no report on the test rows: " + e.getMessage());
      return Optional.empty();
    }
  }
}
