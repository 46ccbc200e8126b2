package org.koinon.peer.round;

import java.util.Optional;
import org.koinon.aggregation.RoundResult;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.aggregation.model.OptimiserState;
import org.koinon.aggregation.model.TensorFile;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;

/** Models and optimiser states: from this node's archive, else from whoever has them. */
public final class ModelStore {
  /** Longest number in a file, twice: an optimiser's state has two per parameter. */
  private static final long WORD_BYTES_MAX = 2L * Double.BYTES;

  /** Room for names, shapes and what a model says of its columns. */
  private static final long HEADER_BYTES_MAX = 4 << 20;

  private final RoundArchive archive;
  private final PeerLink peers;
  private final MemberId me;

  /** For this member. */
  public ModelStore(RoundArchive archive, PeerLink peers, MemberId me) {
    this.archive = archive;
    this.peers = peers;
    this.me = me;
  }

  /** Where a round begins, if the files can be had. */
  Optional<RoundResult.Base> base(Study study, RoundOpened opened) {
    Optional<ModelFile> model =
        file(study, opened.baseModel(), opened.members()).map(ModelFile::new);
    ModelId stateId = opened.optimiserState();
    if (model.isEmpty() || stateId == null) {
      return model.map(file -> new RoundResult.Base(file, null));
    }
    return file(study, stateId, opened.members())
        .map(file -> OptimiserState.of(file, study.server().rule(), study.vector()))
        .map(state -> new RoundResult.Base(model.get(), state));
  }

  /** A file of a round's study by its id, from here or from the first of the roster that has it. */
  Optional<TensorFile> file(RoundView round, ModelId id) {
    return file(round.study(), id, round.opened().members());
  }

  private Optional<TensorFile> file(Study study, ModelId id, Iterable<MemberId> members) {
    long bytesMax = study.vector().modelWords() * WORD_BYTES_MAX + HEADER_BYTES_MAX;
    Optional<TensorFile> here = archive.file(id);
    if (here.isPresent()) {
      return here;
    }
    for (MemberId member : members) {
      if (member.equals(me)) {
        continue;
      }
      Optional<TensorFile> file =
          peers.fetch(member, id.root(), bytesMax).flatMap(bytes -> decode(bytes, id));
      if (file.isPresent()) {
        var _ = archive.keep(file.get());
        return file;
      }
    }
    return Optional.empty();
  }

  private static Optional<TensorFile> decode(byte[] bytes, ModelId id) {
    try {
      return Optional.of(TensorFile.decode(bytes)).filter(file -> file.id().equals(id));
    } catch (FormatException e) {
      return Optional.empty();
    }
  }
}
