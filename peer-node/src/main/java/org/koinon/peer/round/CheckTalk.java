package org.koinon.peer.round;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.koinon.aggregation.Piece;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.masking.Beacon;
import org.koinon.aggregation.masking.CheckSums;
import org.koinon.aggregation.masking.Draws;
import org.koinon.aggregation.masking.MemberMessage;
import org.koinon.aggregation.masking.MemberMessage.CheckMessage;
import org.koinon.aggregation.masking.MemberMessage.RecomputedMessage;
import org.koinon.aggregation.masking.MemberMessage.ShardCheckMessage;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.CheckedFor;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;

/**
 * What members tell each other about a sum that was opened: each the check sums of its own
 * contribution, the drawn ones those of the silent, and the drawn one what a shard sums to.
 *
 * <p>Who is silent for an eighth of the phase is spoken for, by one after the other of those drawn;
 * after three eighths nobody waits any longer: what was not said stays open.
 */
final class CheckTalk {
  /**
   * Of what is talked.
   *
   * @param plan of the round
   * @param layout its shards
   * @param view once the sums were opened
   * @param opened hash of that entry
   * @param draws who checks what
   */
  record Terms(RoundPlan plan, ShardLayout layout, RoundView view, Digest opened, Draws draws) {}

  private static final int PARTS = 16;
  private static final int SILENT_AFTER = 2;
  private static final int GIVEN_UP_AFTER = 6;

  private final Terms terms;
  private final RoundContext node;
  private final Courier courier;
  private final Pieces pieces;
  private final MemberId me;
  private final List<MemberId> recomputers;
  private final Map<MemberId, List<MemberId>> checkers = new HashMap<>();
  private final SortedMap<MemberId, CheckMessage> heard = new TreeMap<>();
  private final SortedMap<MemberId, MemberId> authors = new TreeMap<>();
  private final SortedMap<MemberId, CheckSums> spokenFor = new TreeMap<>();
  private final SortedMap<MemberId, CheckSums> mine = new TreeMap<>();
  private long since;
  private boolean isOfShards;

  CheckTalk(Terms terms, RoundContext node, Courier courier, Pieces pieces) {
    this.terms = terms;
    this.node = node;
    this.courier = courier;
    this.pieces = pieces;
    this.me = node.pen().me();
    this.recomputers = terms.draws.recomputers();
    this.since = node.timeline().now();
  }

  /** States the check sums of this member's own contribution, if it is in the sum. */
  void speak(Optional<CheckSums> own) {
    own.ifPresent(
        sums -> {
          mine.put(me, sums);
          var _ = courier.publish(new CheckMessage(terms.opened, me, sums));
        });
  }

  /** A duty: takes what comes, and says what this member was drawn for. */
  RoundVigil.Duty listening() {
    return new Fetching(node, courier).duty(this::turn, view -> wanted());
  }

  private boolean turn(RoundView view) {
    listen();
    if (!isOfShards) {
      speakForSilent(view);
      computeDrawnShard(view);
    }
    return isOfShards ? isHeardOfShards() : isHeard();
  }

  private boolean isPast(int parts) {
    long millis = terms.view.study().deadlines().millis(Phase.ATTESTED);
    return node.timeline().now() >= since + parts * millis / PARTS;
  }

  private Collection<MemberId> contributors() {
    return terms.view.contributors();
  }

  /** Who may speak for a contributor: itself and, once it is silent, those drawn for it. */
  private List<MemberId> voices(MemberId contributor) {
    List<MemberId> voices = new ArrayList<>();
    voices.add(contributor);
    if (isPast(SILENT_AFTER) || isOfShards) {
      voices.addAll(checkers.computeIfAbsent(contributor, terms.draws::checkers));
    }
    return voices;
  }

  private void listen() {
    for (MemberId contributor : contributors()) {
      if (heard.containsKey(contributor)) {
        continue;
      }
      for (MemberId voice : voices(contributor)) {
        courier
            .find(CheckMessage.class, voice, Courier.subject(contributor))
            .filter(said -> said.phase().equals(terms.opened))
            .filter(said -> said.sums().fits(terms.layout.vector()))
            .ifPresent(
                said -> {
                  if (heard.putIfAbsent(contributor, said) == null) {
                    authors.put(contributor, voice);
                  }
                });
      }
    }
  }

  private void speakForSilent(RoundView view) {
    for (MemberId silent : contributors()) {
      if (heard.containsKey(silent) || mine.containsKey(silent) || !isPast(SILENT_AFTER)) {
        continue;
      }
      int place = voices(silent).subList(1, voices(silent).size()).indexOf(me);
      if (place >= 0 && isPast(SILENT_AFTER + place)) {
        pieces
            .ofContributor(view, silent)
            .map(found -> sums(found).stream().reduce(CheckSums::plus).orElseThrow())
            .ifPresent(
                sums -> {
                  mine.put(silent, sums);
                  spokenFor.put(silent, sums);
                  var _ = courier.publish(new CheckMessage(terms.opened, silent, sums));
                });
      }
    }
  }

  private List<CheckSums> sums(List<Piece> ofAllShards) {
    return ofAllShards.stream().map(piece -> sums(terms.draws.beacon(), piece)).toList();
  }

  private CheckSums sums(Beacon beacon, Piece piece) {
    return CheckSums.ofShard(beacon, terms.layout, piece.blocks(), piece.shard());
  }

  private void computeDrawnShard(RoundView view) {
    int shard = terms.draws.shard();
    int place = recomputers.indexOf(me);
    if (place < 0 || !isPast(SILENT_AFTER * place) || !verdicts().isEmpty()) {
      return;
    }
    pieces
        .ofShard(view, shard)
        .map(found -> pieces.sum(shard, found).root())
        .ifPresent(
            root -> {
              var _ = courier.publish(new RecomputedMessage(terms.opened, shard, root));
            });
  }

  private List<RecomputedMessage> verdicts() {
    int shard = terms.draws.shard();
    List<RecomputedMessage> verdicts = new ArrayList<>();
    for (MemberId drawn : recomputers) {
      courier
          .find(RecomputedMessage.class, drawn, Courier.subject(shard))
          .filter(said -> said.phase().equals(terms.opened))
          .ifPresent(verdicts::add);
    }
    return verdicts;
  }

  /** Whether all was said that is waited for. */
  boolean isHeard() {
    boolean isChecked = heard.keySet().containsAll(contributors());
    boolean isComputed = recomputers.isEmpty() || !verdicts().isEmpty();
    return (isChecked && isComputed) || isPast(GIVEN_UP_AFTER);
  }

  /** The shard that was drawn, if who computed it anew got another sum than the one opened. */
  Set<Integer> contradicted() {
    Digest opened = terms.view.sums().get(terms.draws.shard());
    Set<Integer> contradicted = new TreeSet<>();
    verdicts().stream()
        .filter(said -> !said.root().equals(opened))
        .forEach(said -> contradicted.add(said.shard()));
    return contradicted;
  }

  /** What all check sums add up to, if all are there. */
  Optional<CheckSums> total() {
    return heard.keySet().containsAll(contributors())
        ? heard.values().stream().map(CheckMessage::sums).reduce(CheckSums::plus)
        : Optional.empty();
  }

  /** Check sums that this member states for others. */
  List<CheckedFor> spokenFor() {
    List<CheckedFor> others = new ArrayList<>();
    spokenFor.forEach((member, sums) -> others.add(new CheckedFor(member, sums.hex())));
    return others;
  }

  /** States shard by shard what it stated before, of itself and of others. */
  void speakOfShards() {
    isOfShards = true;
    since = node.timeline().now();
    for (Map.Entry<MemberId, CheckSums> said : mine.entrySet()) {
      if (ShardCheckMessage.fits(terms.layout.shards(), said.getValue())) {
        pieces
            .ofContributor(terms.view, said.getKey())
            .map(this::sums)
            .ifPresent(
                sums -> {
                  var _ = courier.publish(new ShardCheckMessage(terms.opened, said.getKey(), sums));
                });
      }
    }
  }

  /** Whether everybody did who stated the total, or is not waited for any longer. */
  boolean isHeardOfShards() {
    return hasAllShards() || isPast(SILENT_AFTER);
  }

  /** Whether everybody's sums are here shard by shard: then few shards are in doubt. */
  boolean hasAllShards() {
    return ofShards().size() == contributors().size();
  }

  /** By the same author as the total. */
  private SortedMap<MemberId, ShardCheckMessage> ofShards() {
    SortedMap<MemberId, ShardCheckMessage> found = new TreeMap<>();
    authors.forEach(
        (contributor, author) ->
            courier
                .find(ShardCheckMessage.class, author, Courier.subject(contributor))
                .filter(said -> said.phase().equals(terms.opened))
                .filter(said -> said.sums().size() == terms.layout.shards())
                .filter(said -> said.sums().getFirst().fits(terms.layout.vector()))
                .ifPresent(said -> found.put(contributor, said)));
    return found;
  }

  /**
   * The shards whose check sums do not add up; all of them if somebody did not say.
   *
   * @param opened check sums of a shard's sum as it was opened
   */
  Set<Integer> suspects(IntFunction<CheckSums> opened) {
    Collection<ShardCheckMessage> said = ofShards().values();
    boolean isComplete = said.size() == contributors().size();
    Set<Integer> suspects = new TreeSet<>();
    for (int shard = 0; shard < terms.layout.shards(); shard++) {
      int number = shard;
      Optional<CheckSums> total =
          said.stream().map(one -> one.sums().get(number)).reduce(CheckSums::plus);
      if (!isComplete || !opened.apply(shard).equals(total.orElse(null))) {
        suspects.add(shard);
      }
    }
    return suspects;
  }

  /** Whoever stated other sums shard by shard than in total, with both messages. */
  List<List<SignedMessage>> contradictions() {
    List<List<SignedMessage>> contradictions = new ArrayList<>();
    ofShards()
        .forEach(
            (contributor, said) -> {
              CheckMessage total = heard.get(contributor);
              if (total != null && !said.total().equals(total.sums())) {
                List<SignedMessage> both = new ArrayList<>();
                signed(CheckMessage.class, contributor).ifPresent(both::add);
                signed(ShardCheckMessage.class, contributor).ifPresent(both::add);
                contradictions.add(both);
              }
            });
    return contradictions;
  }

  private Optional<SignedMessage> signed(
      Class<? extends MemberMessage> type, MemberId contributor) {
    MemberId author = authors.get(contributor);
    return author == null
        ? Optional.empty()
        : courier.signed(type, author, Courier.subject(contributor));
  }

  /** What was stated, of these shards or in total alone, that is not what the pieces give. */
  List<SignedMessage> falseChecks(Set<Integer> shards, Beacon beacon) {
    List<SignedMessage> wrong = new ArrayList<>();
    ofShards()
        .forEach(
            (contributor, said) -> {
              boolean isFalse =
                  shards.stream()
                      .anyMatch(
                          shard ->
                              pieces
                                  .piece(terms.view, contributor, shard)
                                  .map(piece -> sums(beacon, piece))
                                  .filter(sums -> !sums.equals(said.sums().get(shard)))
                                  .isPresent());
              if (isFalse) {
                signed(ShardCheckMessage.class, contributor).ifPresent(wrong::add);
              }
            });
    wrong.addAll(falseTotals(beacon));
    return wrong;
  }

  /** Totals that the pieces do not give, of those who then said nothing shard by shard. */
  private List<SignedMessage> falseTotals(Beacon beacon) {
    List<SignedMessage> wrong = new ArrayList<>();
    Set<MemberId> spoke = isOfShards ? ofShards().keySet() : authors.keySet();
    heard.forEach(
        (contributor, said) -> {
          boolean isFalse =
              !spoke.contains(contributor)
                  && pieces
                      .ofContributor(terms.view, contributor)
                      .map(found -> found.stream().map(piece -> sums(beacon, piece)))
                      .flatMap(sums -> sums.reduce(CheckSums::plus))
                      .filter(sums -> !sums.equals(said.sums()))
                      .isPresent();
          if (isFalse) {
            signed(CheckMessage.class, contributor).ifPresent(wrong::add);
          }
        });
    return wrong;
  }

  private List<Courier.Wanted> wanted() {
    List<Courier.Wanted> wanted = new ArrayList<>();
    for (MemberId contributor : contributors()) {
      MemberId author = authors.get(contributor);
      if (isOfShards && author != null) {
        wanted.add(wanted(ShardCheckMessage.class, author, Courier.subject(contributor)));
      } else if (!heard.containsKey(contributor)) {
        voices(contributor)
            .forEach(
                voice ->
                    wanted.add(wanted(CheckMessage.class, voice, Courier.subject(contributor))));
      }
    }
    String shard = Courier.subject(terms.draws.shard());
    if (!isOfShards && verdicts().isEmpty()) {
      recomputers.forEach(drawn -> wanted.add(wanted(RecomputedMessage.class, drawn, shard)));
    }
    return wanted;
  }

  private static Courier.Wanted wanted(
      Class<? extends MemberMessage> type, MemberId author, String subject) {
    return Release.wanted(type, author, subject);
  }
}
