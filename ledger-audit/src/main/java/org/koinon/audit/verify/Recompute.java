package org.koinon.audit.verify;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koinon.aggregation.Aggregation;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.Contributors;
import org.koinon.aggregation.Piece;
import org.koinon.aggregation.RoundResult;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.ShardSum;
import org.koinon.aggregation.model.Chunks;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.aggregation.model.OptimiserState;
import org.koinon.aggregation.model.RealVector;
import org.koinon.aggregation.model.TensorFile;
import org.koinon.audit.finding.Rule;
import org.koinon.audit.source.Archive;
import org.koinon.audit.verify.RoundRecompute.Status;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.Membership;
import org.koinon.federation.ledger.RoundEntry;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundEntry.Attested;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundEntry.Rejected;
import org.koinon.federation.ledger.RoundEntry.ShardResult;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Separation;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyKind;

/**
 * Computes rounds again: every shard's sum from the archived pieces, the result from the sums, and
 * compares each with the ledger bit for bit. Reads archives only; needs nobody's word.
 */
public final class Recompute {
  private static final long HEADERS_MAX = 16L << 20;

  private final CheckedLog checked;
  private final List<Archive> archives;
  private final Map<ModelId, TensorFile> made = new HashMap<>();

  private Recompute(CheckedLog checked, List<Archive> archives) {
    this.checked = checked;
    this.archives = archives;
  }

  /** Computes these rounds again, in their order. */
  public static List<RoundRecompute> rounds(
      CheckedLog checked, List<RoundAudit> rounds, List<Archive> archives) {
    Recompute recompute = new Recompute(checked, archives);
    return rounds.stream()
        .map(round -> RoundView.of(checked.log(), round.round()).orElseThrow())
        .map(recompute::round)
        .toList();
  }

  private RoundRecompute round(RoundView view) {
    boolean hasFolder =
        archives.stream().anyMatch(archive -> Files.exists(archive.round(view.opened().id())));
    boolean isAbandoned = view.ending().orElse(null) instanceof Abandoned;
    boolean isMasked = view.study().privacy().policy().isMasked();
    boolean hasSum =
        isMasked ? view.released().isPresent() && !isAbandoned : view.sealed().isPresent();
    if (!hasSum || (isAbandoned && !hasFolder)) {
      return new RoundRecompute(
          view.opened().id(), Status.NO_RESULT, 0, 0, null, List.of(), List.of(), List.of());
    }
    return new OneRound(view).run();
  }

  /** One round's computation while it goes on. */
  private final class OneRound {
    private final RoundView view;
    private final Study study;
    private final Map<Integer, Digest> standing;
    private final ShardLayout layout;
    private final RecomputeNotes notes;
    private final @Nullable UnmaskingAudit unmasking;
    private final @Nullable GroupAudit groups;
    private final List<ShardSum> sums = new ArrayList<>();
    private int shardsRecomputed;
    private @Nullable ModelId model;

    OneRound(RoundView view) {
      this.view = view;
      this.study = view.study();
      this.standing = view.standing();
      var consortium = new Membership(checked.log()).consortium().orElseThrow();
      this.layout =
          new ShardLayout(
              view.opened().context(consortium), study.vector(), view.shards().orElseThrow());
      this.notes = new RecomputeNotes(checked, view.opened().id());
      this.unmasking =
          study.privacy().policy().isMasked()
              ? new UnmaskingAudit(view, layout, archives, notes)
              : null;
      this.groups =
          view.separation()
              .filter(Separation::isClosed)
              .map(closed -> new GroupAudit(view, layout, closed, notes))
              .orElse(null);
    }

    RoundRecompute run() {
      if (unmasking != null) {
        unmasking.read();
      }
      for (int shard = 0; shard < layout.shards(); shard++) {
        shard(shard);
      }
      if (sums.size() == layout.shards()) {
        result();
      }
      boolean hasResult = !(view.ending().orElse(null) instanceof Abandoned);
      Status status =
          !notes.findings().isEmpty()
              ? Status.DIFFERS
              : !notes.missing().isEmpty()
                  ? Status.NOT_AVAILABLE
                  : hasResult ? Status.RECOMPUTED : Status.NO_RESULT;
      return new RoundRecompute(
          view.opened().id(),
          status,
          layout.shards(),
          shardsRecomputed,
          model,
          notes.missing(),
          notes.checks(),
          notes.findings());
    }

    private void shard(int shard) {
      List<Piece> pieces = new ArrayList<>();
      List<MemberId> lacking = new ArrayList<>();
      view.committed()
          .forEach(
              (member, said) -> {
                Optional<Piece> piece = piece(member, shard, said.root());
                if (view.contributors().contains(member)) {
                  piece.ifPresentOrElse(pieces::add, () -> lacking.add(member));
                } else if (unmasking != null && piece.isPresent()) {
                  unmasking.surplus(member, shard);
                }
              });
      missingPieces(lacking, shard);
      if (unmasking != null) {
        pieces.forEach(unmasking::take);
      }
      if (groups != null) {
        groups.take(shard, pieces);
      }
      Optional<ShardSum> archived = archivedSum(shard);
      if (pieces.size() == view.contributors().size()) {
        ShardSum sum = ShardSum.of(layout, shard, pieces, study.shardRule());
        compareSum(sum);
        shardsRecomputed++;
        sums.add(sum);
      } else {
        archived.ifPresent(sums::add);
      }
    }

    private void missingPieces(List<MemberId> lacking, int shard) {
      if (!lacking.isEmpty()) {
        Set<MemberId> holders = new LinkedHashSet<>(layout.map().owners(shard));
        holders.addAll(lacking);
        String whose = UnmaskingAudit.names(lacking);
        String what = lacking.size() == 1 ? "the piece" : "the pieces";
        notes.missing(
            what + " of shard " + shard + " of " + whose + " in round " + id(),
            List.copyOf(holders));
      }
    }

    /** Checks every archived copy; any good one serves. */
    private Optional<Piece> piece(MemberId member, int shard, Digest committed) {
      Optional<Piece> good = Optional.empty();
      for (Archive archive : archives) {
        Path file = archive.piece(view.opened().id(), member, shard);
        Optional<byte[]> bytes = Archive.read(file, layout.sizeBytes(shard) + HEADERS_MAX);
        if (bytes.isPresent()) {
          Optional<Piece> piece = notes.decode(file, () -> Piece.decode(layout, bytes.get()));
          if (piece.isPresent() && !isOf(piece.get(), member, shard, committed)) {
            notes.changed(file, "it is not the piece that " + member + " committed to");
          } else if (piece.isPresent()) {
            good = piece;
          }
        }
      }
      return good;
    }

    private boolean isOf(Piece piece, MemberId member, int shard, Digest committed) {
      return piece.contributor().equals(member)
          && piece.shard() == shard
          && piece.check(layout, committed) == Piece.Check.COMMITTED;
    }

    private Optional<ShardSum> archivedSum(int shard) {
      Digest expected = standing.get(shard);
      Optional<ShardSum> good = Optional.empty();
      for (Archive archive : archives) {
        Path file = archive.sum(view.opened().id(), shard);
        Optional<byte[]> bytes = Archive.read(file, layout.sizeBytes(shard) + HEADERS_MAX);
        if (bytes.isPresent() && expected != null) {
          Optional<ShardSum> sum = notes.decode(file, () -> ShardSum.decode(layout, bytes.get()));
          if (sum.isPresent()
              && (sum.get().shard() != shard || !sum.get().root().equals(expected))) {
            notes.changed(
                file, "it is not the sum whose root is on the ledger, " + expected.brief());
          } else if (sum.isPresent()) {
            good = sum;
          }
        }
      }
      return good;
    }

    /** Under a masked policy who was outvoted is on record; the sum that stands is what counts. */
    private void compareSum(ShardSum sum) {
      Digest stands = standing.get(sum.shard());
      boolean isRight = sum.root().equals(stands);
      boolean isNamed = false;
      for (Map.Entry<MemberId, ShardResult> entry : view.shardResults().entrySet()) {
        for (RoundEntry.ShardRoot root : entry.getValue().roots()) {
          if (root.shard() == sum.shard()
              && !root.root().equals(sum.root())
              && !(isRight && unmasking != null)) {
            isNamed = true;
            notes.atEntry(
                entry.getKey(), entry.getValue(), Rule.SUM_DIFFERS, says(root, sum.root()));
          }
        }
      }
      if (stands != null && !isRight && !isNamed) {
        String sentence =
            "the ledger's sum of shard "
                + sum.shard()
                + " of round "
                + id()
                + " is "
                + stands.brief()
                + ", the pieces sum to "
                + sum.root().brief();
        notes.ofRound(Rule.SUM_DIFFERS, sentence);
      }
    }

    private static String says(RoundEntry.ShardRoot said, Digest found) {
      return "says "
          + said.root().brief()
          + " for shard "
          + said.shard()
          + ", the pieces sum to "
          + found.brief();
    }

    private void result() {
      Optional<Blocks> whole = bare();
      Optional<RoundResult.Base> base = base();
      if (base.isEmpty() || whole.isEmpty()) {
        return;
      }
      Optional<RoundResult> found;
      try {
        found = result(base.get(), whole.get());
      } catch (FormatException e) {
        notes.differs("the base model does not fit the study: " + e.getMessage());
        return;
      }
      found.ifPresent(this::judge);
    }

    /** Under group-opening only if every piece is there; what lacks is noted. */
    private Optional<RoundResult> result(RoundResult.Base base, Blocks whole) {
      return groups == null
          ? Optional.of(RoundResult.of(study, base, whole, Contributors.of(view)))
          : Objects.requireNonNull(unmasking)
              .released()
              .flatMap(seeds -> groups.result(base, seeds));
    }

    private void judge(RoundResult result) {
      switch (result) {
        case RoundResult.Impossible(String reason) -> {
          if (view.ending().orElse(null) instanceof Finalised) {
            notes.differs("no result follows from the sums: " + reason);
          } else {
            notes.holds("result", "none follows from the sums: " + reason);
          }
        }
        case RoundResult.Computed computed -> {
          if (unmasking != null) {
            unmasking.decoded();
          }
          compare(computed);
        }
      }
    }

    /** The sum of all shards as it is decoded: under a masked policy without the masks. */
    private Optional<Blocks> bare() {
      return unmasking == null ? Optional.of(Aggregation.join(layout, sums)) : unmasking.bare(sums);
    }

    private void compare(RoundResult.Computed computed) {
      ModelId found = computed.model().id();
      TensorFile state =
          computed.optimiserState() == null ? null : computed.optimiserState().toFile();
      ModelId stateId = state == null ? null : state.id();
      model = found;
      made.clear();
      made.put(found, computed.model().file());
      if (state != null) {
        made.put(state.id(), state);
      }
      switch (view.ending().orElse(null)) {
        case Finalised finalised -> {
          compare("model", finalised.model(), found);
          compare("optimiser state", finalised.optimiserState(), stateId);
          checkFile(finalised.model());
          if (finalised.optimiserState() != null) {
            checkFile(finalised.optimiserState());
          }
        }
        case Rejected rejected -> compare("model", rejected.model(), found);
        case Abandoned abandoned -> {}
        case null -> {}
      }
      view.attested().forEach((member, said) -> compare(member, said, found, stateId));
    }

    private void compare(String what, @Nullable ModelId stated, @Nullable ModelId found) {
      if (!Objects.equals(stated, found)) {
        String computed = found == null ? "none" : found.brief();
        String says = stated == null ? "none" : stated.brief();
        notes.differs("the ledger's " + what + " is " + says + ", the sums give " + computed);
      }
    }

    private void compare(MemberId member, Attested said, ModelId found, @Nullable ModelId stateId) {
      if (!said.model().equals(found) || !Objects.equals(said.optimiserState(), stateId)) {
        String what = "attests to " + said.model().brief() + ", the sums give " + found.brief();
        notes.atEntry(member, said, Rule.ATTESTATION_DIFFERS, what);
      }
    }

    private Optional<RoundResult.Base> base() {
      if (study.kind() == StudyKind.STATISTICS) {
        RealVector zeros = RealVector.of(new double[study.vector().modelWords()]);
        ModelFile any = ModelFile.ofStatistics(study.vector(), zeros, new java.util.TreeMap<>());
        return Optional.of(new RoundResult.Base(any, null));
      }
      Optional<TensorFile> file = file("the base model", view.opened().baseModel());
      ModelId stateId = view.opened().optimiserState();
      Optional<TensorFile> state =
          stateId == null ? Optional.empty() : file("the optimiser state", stateId);
      if (file.isEmpty() || (stateId != null && state.isEmpty())) {
        return Optional.empty();
      }
      try {
        OptimiserState before =
            state.isEmpty()
                ? null
                : OptimiserState.of(state.get(), study.server().rule(), study.vector());
        return Optional.of(new RoundResult.Base(new ModelFile(file.get()), before));
      } catch (FormatException e) {
        notes.differs("the base of the round does not fit the study: " + e.getMessage());
        return Optional.empty();
      }
    }

    private Optional<TensorFile> file(String what, ModelId id) {
      Optional<TensorFile> found = checkFile(id);
      if (found.isEmpty() && made.containsKey(id)) {
        found = Optional.of(made.get(id));
      }
      if (found.isEmpty()) {
        String named = what + " of round " + id() + " (" + id.brief() + ")";
        notes.missing(named, view.opened().members());
      }
      return found;
    }

    /** Checks every archived copy of a file by its name; any good one serves. */
    private Optional<TensorFile> checkFile(ModelId id) {
      Optional<TensorFile> good = Optional.empty();
      for (Archive archive : archives) {
        Path path = archive.model(id);
        Optional<byte[]> bytes =
            Archive.read(path, 16L * study.vector().modelWords() + HEADERS_MAX);
        if (bytes.isPresent()) {
          if (!Chunks.root(ByteBuffer.wrap(bytes.get())).equals(id.root())) {
            notes.changed(path, "its Merkle root is not its name");
          } else {
            good = good.or(() -> notes.decode(path, () -> TensorFile.decode(bytes.get())));
          }
        }
      }
      return good;
    }

    private org.koinon.federation.round.RoundId id() {
      return view.opened().id();
    }
  }
}
