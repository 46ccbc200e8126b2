package org.koinon.peer.round;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import org.koinon.aggregation.Piece;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.ShardSum;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.study.MemberId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pieces of a round's contributions, from here or from whoever holds them; each is checked
 * against its contributor's root before it counts.
 */
final class Pieces {
  private static final Logger LOG = LoggerFactory.getLogger(Pieces.class);

  private final Desk desk;
  private final RoundPlan plan;
  private final ShardLayout layout;

  Pieces(Desk desk, RoundPlan plan, ShardLayout layout) {
    this.desk = desk;
    this.plan = plan;
    this.layout = layout;
  }

  /**
   * A contributor's piece of a shard, if it can be had now. Who made it is asked first, so that no
   * owner has to serve a whole shard by itself.
   */
  Optional<Piece> piece(RoundView view, MemberId contributor, int shard) {
    SequencedSet<MemberId> holders = new LinkedHashSet<>(List.of(contributor));
    holders.addAll(owners(view, shard));
    return piece(view, contributor, shard, holders);
  }

  private Optional<Piece> piece(
      RoundView view, MemberId contributor, int shard, SequencedSet<MemberId> holders) {
    Digest root = view.committedRoot(contributor);
    return desk.archive()
        .piece(plan.round(), layout, contributor, shard, root)
        .or(() -> fetch(holders, contributor, shard, root));
  }

  private List<MemberId> owners(RoundView view, int shard) {
    List<MemberId> owners = new ArrayList<>(layout.map().owners(shard));
    owners.addAll(layout.map().spares(shard, view.quorum().faults()));
    return owners;
  }

  /** All pieces of a shard that are in the sum, or none if one cannot be had. */
  Optional<List<Piece>> ofShard(RoundView view, int shard) {
    List<Piece> pieces = new ArrayList<>();
    for (MemberId contributor : view.contributors()) {
      Optional<Piece> piece = piece(view, contributor, shard);
      if (piece.isEmpty()) {
        return Optional.empty();
      }
      pieces.add(piece.get());
    }
    return Optional.of(pieces);
  }

  /**
   * All pieces of a contributor that is silent or doubted, by shard, or none if one cannot be had;
   * it is asked last.
   */
  Optional<List<Piece>> ofContributor(RoundView view, MemberId contributor) {
    List<Piece> pieces = new ArrayList<>();
    for (int shard = 0; shard < layout.shards(); shard++) {
      SequencedSet<MemberId> holders = new LinkedHashSet<>(owners(view, shard));
      holders.add(contributor);
      Optional<Piece> piece = piece(view, contributor, shard, holders);
      if (piece.isEmpty()) {
        return Optional.empty();
      }
      pieces.add(piece.get());
    }
    return Optional.of(pieces);
  }

  ShardSum sum(int shard, List<Piece> pieces) {
    return ShardSum.of(layout, shard, pieces, plan.study().shardRule());
  }

  private Optional<Piece> fetch(
      SequencedSet<MemberId> holders, MemberId contributor, int shard, Digest committedRoot) {
    holders.remove(desk.me());
    Digest address = RoundArchive.pieceAddress(committedRoot, shard);
    for (MemberId holder : holders) {
      Optional<Piece> piece =
          desk.peers()
              .fetch(holder, address, layout.encodedSizeMax(shard))
              .flatMap(bytes -> decode(holder, bytes))
              .filter(found -> found.contributor().equals(contributor) && found.shard() == shard)
              .filter(found -> found.check(layout, committedRoot) == Piece.Check.COMMITTED);
      if (piece.isPresent()) {
        desk.archive().keep(plan.round(), piece.get(), committedRoot);
        return piece;
      }
    }
    return Optional.empty();
  }

  private Optional<Piece> decode(MemberId holder, byte[] bytes) {
    try {
      return Optional.of(Piece.decode(layout, bytes));
    } catch (FormatException e) {
      LOG.debug("{} served no piece: {}", holder, e.getMessage());
      return Optional.empty();
    }
  }
}
