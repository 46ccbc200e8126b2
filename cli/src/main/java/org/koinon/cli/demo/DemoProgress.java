package org.koinon.cli.demo;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.koinon.cli.NodeEventJson;
import org.koinon.cli.report.SiteResult;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyId;
import org.koinon.gossip.Traffic;
import org.koinon.peer.site.SiteReport;
import tools.jackson.databind.JsonNode;

/** What the nodes of a demonstration have said so far. Safe for several threads. */
final class DemoProgress {
  private static final long LOOK_MILLIS = 500;

  private record Done(ModelId model, SiteReport report) {}

  /** From the first word of a round to the last one, as this process heard them. */
  private record Span(long fromNanos, long toNanos) {
    Span with(Span later) {
      return new Span(fromNanos, later.toNanos);
    }

    double seconds() {
      return (toNanos - fromNanos) / 1e9;
    }
  }

  private final Screen screen;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<StudyId, Integer> rounds = new HashMap<>();
  private final Set<MemberId> up = new HashSet<>();
  private final Set<List<Object>> steps = new HashSet<>();
  private final Map<RoundId, Span> spans = new LinkedHashMap<>();
  private final Map<List<Object>, Done> done = new HashMap<>();
  private final Map<MemberId, Traffic> before = new HashMap<>();
  private final Map<MemberId, Traffic> traffic = new HashMap<>();

  DemoProgress(Screen screen) {
    this.screen = screen;
  }

  /** Rounds of this study will come. */
  void expect(Study study) {
    locked(() -> rounds.put(study.id(), study.rounds()));
  }

  /** An event of a node. */
  void hear(MemberId member, JsonNode event) {
    lock.lock();
    try {
      take(member, event);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void take(MemberId member, JsonNode event) {
    switch (event.path("event").asString()) {
      case "up" -> {
        up.add(member);
        before.put(member, traffic.getOrDefault(member, Traffic.NONE));
      }
      case "step" -> {
        RoundId round = round(event);
        String step = event.path("step").asString();
        steps.add(List.of(member, round, step));
        heard(round);
        screen.step(
            member,
            round.study().value(),
            round.number(),
            rounds.getOrDefault(round.study(), 0),
            step);
      }
      case "over" -> {
        RoundId round = round(event);
        heard(round);
        Traffic sent = NodeEventJson.traffic(event.path("sent"));
        traffic.put(member, before.getOrDefault(member, Traffic.NONE).plus(sent));
        screen.over(
            member,
            round.study().value(),
            round.number(),
            event.path("outcome").asString(),
            NodeEventJson.model(event).brief());
      }
      case "done" ->
          done.put(
              List.of(member, new StudyId(event.path("study").asString())),
              new Done(NodeEventJson.model(event), NodeEventJson.report(event)));
      case "alarm" -> screen.say(member + ": LOOK AT THIS: " + event.path("text").asString());
      default -> {} // notes are for a node's own operator
    }
  }

  private void heard(RoundId round) {
    long now = System.nanoTime();
    spans.merge(round, new Span(now, now), Span::with);
  }

  /** How long the rounds of a study took, in order. */
  List<Double> seconds(StudyId study) {
    return locked(
        () ->
            spans.entrySet().stream()
                .filter(span -> span.getKey().study().equals(study))
                .map(span -> span.getValue().seconds())
                .toList());
  }

  private static RoundId round(JsonNode event) {
    return new RoundId(new StudyId(event.path("study").asString()), event.path("round").asInt());
  }

  void awaitUp(Collection<MemberId> members, Runnable check) {
    await("all nodes to come up", () -> up.containsAll(members), check);
    locked(() -> up.clear());
  }

  void awaitStep(MemberId member, RoundId round, String step, Runnable check) {
    await(
        member + " to come to " + step + " in " + round,
        () -> steps.contains(List.of(member, round, step)),
        check);
  }

  void awaitDone(StudyId study, Collection<MemberId> members, Runnable check) {
    await(
        "the study " + study,
        () -> members.stream().allMatch(member -> done.containsKey(List.of(member, study))),
        check);
  }

  private void await(String what, BooleanSupplier condition, Runnable check) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Demo.PATIENCE_MILLIS);
    while (true) {
      lock.lock();
      try {
        if (condition.getAsBoolean()) {
          return;
        }
        var _ = changed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (condition.getAsBoolean()) {
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for " + what, e);
      } finally {
        lock.unlock();
      }
      check.run();
      if (System.nanoTime() > end) {
        throw new IllegalStateException("waited too long for " + what);
      }
    }
  }

  /** The model that a member holds at the end of a study. */
  ModelId model(StudyId study, MemberId member) {
    return locked(() -> of(study, member)).model();
  }

  /** What a study came to at a member. */
  SiteResult result(StudyId study, MemberId member) {
    return locked(
        () ->
            new SiteResult(
                member.value(),
                of(study, member).model(),
                of(study, member).report(),
                traffic.getOrDefault(member, Traffic.NONE)));
  }

  private Done of(StudyId study, MemberId member) {
    return Objects.requireNonNull(done.get(List.of(member, study)), "not done: " + member);
  }

  private void locked(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }

  private <T> T locked(java.util.function.Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }
}
