package org.koinon.audit.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.koinon.aggregation.Aggregation;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.Contributors;
import org.koinon.aggregation.Piece;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.ShardSum;
import org.koinon.aggregation.StatedChecks;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Beacon;
import org.koinon.aggregation.masking.CheckSums;
import org.koinon.aggregation.masking.Dealt;
import org.koinon.aggregation.masking.Draws;
import org.koinon.aggregation.masking.Masks;
import org.koinon.aggregation.masking.Recovery;
import org.koinon.aggregation.masking.Released;
import org.koinon.audit.finding.Rule;
import org.koinon.audit.source.Archive;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.MaskedEntry.Keyed;
import org.koinon.federation.ledger.RoundEntry.Attested;
import org.koinon.federation.ledger.RoundEntry.Unmasked;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;

/**
 * What a masked round asks of an auditor besides the sums: that q members stood by one opening,
 * that the released values are those committed to, and that each member's check sums and declared
 * weight fit. Uses masked pieces and released values only; no single update ever appears.
 */
final class UnmaskingAudit {
  private static final String CERTIFICATE = "certificate";
  private static final String RELEASED = "released values";
  private static final String CHECK_SUMS = "check sums";

  private record Edge(MemberId member, MemberId dropped) {}

  private final RoundView view;
  private final ShardLayout layout;
  private final Attempt attempt;
  private final List<Archive> archives;
  private final RecomputeNotes notes;
  private final Map<MemberId, List<CheckSums>> ofPieces = new TreeMap<>();
  private Optional<Released> released = Optional.empty();
  private Optional<Beacon> beacon = Optional.empty();

  UnmaskingAudit(RoundView view, ShardLayout layout, List<Archive> archives, RecomputeNotes notes) {
    this.view = view;
    this.layout = layout;
    this.attempt = new Attempt(layout.context(), view.opened().members());
    this.archives = archives;
    this.notes = notes;
  }

  /** Reads certificate and released values; once Opened stands. */
  void read() {
    certificate();
    released = findReleased();
    released.ifPresentOrElse(this::accept, this::missReleased);
  }

  private RoundId id() {
    return view.opened().id();
  }

  private void certificate() {
    int needed = view.quorum().votes();
    Map<Path, OpenCertificate> copies =
        notes.copies(
            archives,
            archive -> archive.certificate(id()),
            OpenCertificate.bytesMax(view.opened().members().size()),
            bytes -> OpenCertificate.of(view, attempt, bytes));
    Set<MemberId> signers = new LinkedHashSet<>();
    copies.forEach(
        (file, certificate) -> {
          certificate.faults().forEach(fault -> notes.changed(file, fault));
          int found = certificate.signers().size();
          if (found < needed) {
            notes.changed(
                file, "it holds the signatures of " + found + " members, a certificate " + needed);
          } else {
            signers.addAll(certificate.signers());
          }
        });
    if (!signers.isEmpty()) {
      String all = names(signers);
      notes.holds(
          CERTIFICATE, all + " signed this one opening before release; " + needed + " are enough");
    } else if (copies.isEmpty()) {
      notes.missing("the certificate of round " + id(), view.opened().members());
    }
  }

  static String names(Iterable<MemberId> members) {
    List<String> names = new ArrayList<>();
    members.forEach(member -> names.add(member.value()));
    return String.join(", ", names);
  }

  /** The copy that most members attest to, of those that hold. */
  private Optional<Released> findReleased() {
    Map<Path, Released> copies =
        notes.copies(
            archives,
            archive -> archive.released(id()),
            Released.encodedMax(attempt),
            bytes -> Released.decode(attempt, bytes));
    Map<Digest, Integer> attested = new TreeMap<>();
    unmasked().forEach((member, said) -> attested.merge(said.released(), 1, Integer::sum));
    Optional<Released> best = Optional.empty();
    int bestCount = 0;
    for (Map.Entry<Path, Released> copy : copies.entrySet()) {
      Released values = copy.getValue();
      int count = attested.getOrDefault(values.digest(attempt), 0);
      Optional<String> fault = fault(values);
      if (fault.isPresent()) {
        notes.changed(copy.getKey(), fault.get());
      } else if (count == 0 && !attested.isEmpty()) {
        notes.changed(copy.getKey(), "no member attests to these values");
      } else if (best.isEmpty() || count > bestCount) {
        best = Optional.of(values);
        bestCount = count;
      }
    }
    return best;
  }

  private Map<MemberId, Unmasked> unmasked() {
    Map<MemberId, Unmasked> unmasked = new TreeMap<>();
    view.attested()
        .forEach((member, said) -> unmasked.put(member, Objects.requireNonNull(said.unmasked())));
    return unmasked;
  }

  /** Why these cannot be the values of this round, from what the ledger alone says. */
  private Optional<String> fault(Released values) {
    for (MemberId member : view.contributors()) {
      if (!values.selfSeeds().containsKey(member)) {
        return Optional.of("the self mask of " + member + " is not in it");
      }
    }
    for (var self : values.selfSeeds().entrySet()) {
      if (!view.contributors().contains(self.getKey())) {
        return Optional.of(self.getKey() + " is not in the sum, its self mask is no part of this");
      }
      if (!Recovery.isSelf(attempt, dealt(self.getKey()), self.getValue())) {
        return Optional.of(
            "the self mask of " + self.getKey() + " is not the one that it committed to");
      }
    }
    Set<Edge> expected = edges();
    Set<Edge> found = new LinkedHashSet<>();
    for (Masks.LooseEnd end : values.looseEnds()) {
      Edge edge = new Edge(end.member(), end.dropped());
      if (!expected.contains(edge) || !found.add(edge)) {
        return Optional.of("no mask is left between " + edge.member + " and " + edge.dropped);
      }
    }
    expected.removeAll(found);
    return expected.stream()
        .findFirst()
        .map(edge -> "the mask between " + edge.member + " and " + edge.dropped + " is not in it");
  }

  private Dealt dealt(MemberId member) {
    Keyed keyed = Objects.requireNonNull(view.keyed().get(member));
    return new Dealt(member, keyed.packRoot(), keyed.selfHash(), keyed.table());
  }

  /** The masks between members of the sum and members outside. */
  private Set<Edge> edges() {
    Set<Edge> edges = new LinkedHashSet<>();
    for (MemberId dropped : outside()) {
      for (MemberId member : view.contributors()) {
        if (view.masks().orElseThrow().isEdge(member, dropped)) {
          edges.add(new Edge(member, dropped));
        }
      }
    }
    return edges;
  }

  /** Members who masked and whose contribution is in no sum. */
  private List<MemberId> outside() {
    return layout.map().line().stream()
        .filter(member -> !view.contributors().contains(member))
        .toList();
  }

  private void accept(Released values) {
    Digest opened = view.released().orElseThrow().bodyDigest();
    beacon = Optional.of(Beacon.of(attempt, opened, values.selfSeeds()));
    List<MemberId> dropped = outside();
    notes.holds(
        RELEASED,
        "the self mask of each of "
            + view.contributors().size()
            + " members is the one that it committed to"
            + (dropped.isEmpty()
                ? ""
                : "; " + values.looseEnds().size() + " masks towards " + names(dropped)));
    Digest digest = values.digest(attempt);
    unmasked()
        .forEach(
            (member, said) -> {
              if (!said.released().equals(digest)) {
                Attested entry = Objects.requireNonNull(view.attested().get(member));
                notes.atEntry(
                    member,
                    entry,
                    Rule.ATTESTATION_DIFFERS,
                    "attests to other released values, " + said.released().brief());
              }
            });
  }

  private void missReleased() {
    notes.missing("the released values of round " + id(), view.opened().members());
  }

  /** What was released, if it is known. */
  Optional<Released> released() {
    return released;
  }

  /** A piece that is what its contributor committed to. */
  void take(Piece piece) {
    beacon.ifPresent(
        coin ->
            ofPieces
                .computeIfAbsent(piece.contributor(), any -> new ArrayList<>())
                .add(CheckSums.ofShard(coin, layout, piece.blocks(), piece.shard())));
  }

  /** A piece that should be nowhere: its contributor is in no sum. */
  void surplus(MemberId member, int shard) {
    notes.open(
        "deletion",
        "a piece of shard "
            + shard
            + " of "
            + member
            + " is still there; it is in no sum and should have been deleted");
  }

  /** The sum without its masks, if they are known. */
  Optional<Blocks> bare(List<ShardSum> sums) {
    Blocks masked = Aggregation.join(layout, sums);
    beacon.ifPresent(coin -> checkSums(CheckSums.of(coin, masked)));
    int threads = Runtime.getRuntime().availableProcessors();
    return released.map(values -> values.strip(attempt, layout, masked, threads));
  }

  /** Everybody's words against the pieces, and all together against the sum. */
  private void checkSums(CheckSums ofSum) {
    StatedChecks stated = StatedChecks.of(view);
    List<MemberId> unchecked = new ArrayList<>();
    for (MemberId member : view.contributors()) {
      Optional<CheckSums> found = ofPieces(member);
      if (found.isEmpty()) {
        unchecked.add(member);
      } else {
        compare(member, member, Optional.ofNullable(stated.own().get(member)), found.get());
      }
    }
    stated.byOthers().forEach(this::compare);
    Draws draws = draws();
    notes.holds(
        "draw",
        "shard "
            + draws.shard()
            + " was to be computed anew by one of "
            + names(draws.recomputers())
            + " before it attested");
    if (!stated.lacking().isEmpty()) {
      notes.open(CHECK_SUMS, names(stated.lacking()) + " stated none, and nobody did for them");
    }
    if (!unchecked.isEmpty()) {
      notes.open(CHECK_SUMS, "not held against the pieces of " + names(unchecked));
    }
    total(stated, ofSum);
  }

  /** Only who was drawn speaks for another. */
  private void compare(StatedChecks.ByOther other) {
    List<MemberId> drawn = draws().checkers(other.contributor());
    if (!drawn.contains(other.author())) {
      notes.open(
          CHECK_SUMS,
          other.author() + " spoke for " + other.contributor() + "; drawn were " + names(drawn));
    }
    ofPieces(other.contributor())
        .ifPresent(
            found ->
                compare(other.author(), other.contributor(), Optional.of(other.sums()), found));
  }

  private Draws draws() {
    return new Draws(beacon.orElseThrow(), layout.map(), view.contributors());
  }

  private void compare(
      MemberId author, MemberId contributor, Optional<CheckSums> stated, CheckSums found) {
    if (stated.filter(sums -> !sums.equals(found)).isPresent()) {
      notes.atEntry(
          author,
          Objects.requireNonNull(view.attested().get(author)),
          Rule.CHECK_SUMS_DIFFER,
          "states check sums that are not those of the pieces of " + contributor);
    }
  }

  /** Over all shards; only if all are there. */
  private Optional<CheckSums> ofPieces(MemberId member) {
    List<CheckSums> parts = ofPieces.getOrDefault(member, List.of());
    return parts.size() == layout.shards()
        ? parts.stream().reduce(CheckSums::plus)
        : Optional.empty();
  }

  /** Of whom there are no words the pieces serve, if they are there. */
  private void total(StatedChecks stated, CheckSums ofSum) {
    List<CheckSums> all = new ArrayList<>();
    for (MemberId member : view.contributors()) {
      stated.of(member).or(() -> ofPieces(member)).ifPresent(all::add);
    }
    if (all.size() < view.contributors().size()) {
      return;
    }
    if (all.stream().reduce(CheckSums::plus).orElseThrow().equals(ofSum)) {
      notes.holds(CHECK_SUMS, "those of all members add up to those of the sum");
    } else {
      notes.ofRound(
          Rule.CHECK_SUMS_DIFFER,
          "round "
              + id()
              + ": the check sums of the members do not add up to those of the sum on the ledger;"
              + " the pieces of all members tell who is wrong");
    }
  }

  /** Once a result was decoded: that takes a total weight as declared, where weights are. */
  void decoded() {
    if (!Contributors.of(view).declared().isEmpty()) {
      notes.holds("weights", "the total is that of the weights that the ledger knows");
    }
  }
}
