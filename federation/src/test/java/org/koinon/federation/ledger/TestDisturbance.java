package org.koinon.federation.ledger;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.MaskedEntry.Missing;
import org.koinon.federation.ledger.RoundEntry.Accusation;
import org.koinon.federation.ledger.RoundEntry.ShardResultExtra;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.round.AccusationKind;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;

/**
 * What may be said in a masked round that goes wrong and is final all the same: somebody complains
 * of a piece that is not served, and doubts a sum that was opened; a colleague computes it anew,
 * and who doubted is accused.
 */
final class TestDisturbance {
  private static final int SHARD = 0;

  private TestDisturbance() {}

  /** The next of it, if the round has come to where it is said. */
  static Optional<Said> next(LedgerState state, RoundView view) {
    return view.phase().map(phase -> all(view, phase)).orElse(List.of()).stream()
        .filter(said -> state.get(said.entry().key(said.author())).isEmpty())
        .findFirst();
  }

  private static List<Said> all(RoundView view, Phase phase) {
    return switch (phase) {
      case SHARD_RESULT -> List.of(complaint(view));
      case ATTESTED -> doubt(view);
      case READY, KEYED, COMMITTED, RECEIPTED, SEPARATED -> List.of();
    };
  }

  private static List<MemberId> line(RoundView view) {
    return view.shards().map(ShardMap::line).orElseThrow();
  }

  /** By the fourth of the line, of a piece of the last that the first gave a receipt for. */
  private static Said complaint(RoundView view) {
    RoundId round = view.opened().id();
    List<MemberId> line = line(view);
    Digest sealed = view.sealed().orElseThrow().bodyDigest();
    return new Said(
        line.get(3),
        new Missing(round.study(), round.number(), sealed, line.getLast(), SHARD, line.getFirst()));
  }

  private static List<Said> doubt(RoundView view) {
    RoundId round = view.opened().id();
    List<MemberId> line = line(view);
    byte[] shard = Integer.toString(SHARD).getBytes(StandardCharsets.UTF_8);
    Accusation accusation =
        new Accusation(
            round.study(),
            round.number(),
            line.get(4),
            AccusationKind.WRONG_SUM,
            Base64.getEncoder().encodeToString(shard));
    return List.of(
        new Said(line.get(4), anew(view, TestConsortium.digest("wrong sum"))),
        new Said(line.get(2), anew(view, Objects.requireNonNull(view.sums().get(SHARD)))),
        new Said(line.get(5), accusation));
  }

  private static ShardResultExtra anew(RoundView view, Digest root) {
    RoundId round = view.opened().id();
    Digest phase = view.phaseHash(Phase.SHARD_RESULT);
    return new ShardResultExtra(round.study(), round.number(), phase, SHARD, root);
  }
}
