package org.koinon.aggregation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.MerkleTree;
import org.koinon.federation.study.MemberId;

/**
 * One hospital's vector cut into shards, with the root it commits to before any shard leaves.
 *
 * @param contributor whose
 * @param root M_i, over the leaves of all shards in order; goes on the ledger
 * @param pieces one per shard, in order
 */
public record Contribution(MemberId contributor, Digest root, List<Piece> pieces) {
  /** Copies. */
  public Contribution {
    pieces = List.copyOf(pieces);
  }

  /**
   * Cuts and commits; the pieces share the blocks' bytes.
   *
   * @param salt from which each shard's salt is drawn; null where masks already hide the words
   */
  public static Contribution cut(
      ShardLayout layout, MemberId contributor, Blocks blocks, @Nullable Salt salt) {
    MerkleTree tree = new MerkleTree();
    List<Piece> bare = new ArrayList<>();
    for (int shard = 0; shard < layout.shards(); shard++) {
      Salt own = salt == null ? null : salt.forShard(layout.context(), shard);
      Piece piece = new Piece(contributor, shard, own, layout.slice(blocks, shard), List.of());
      tree.append(piece.leafHash(layout));
      bare.add(piece);
    }
    List<Piece> pieces =
        bare.stream()
            .map(piece -> piece.with(tree.inclusionProof(piece.shard(), tree.size())))
            .toList();
    return new Contribution(contributor, tree.root(), pieces);
  }
}
