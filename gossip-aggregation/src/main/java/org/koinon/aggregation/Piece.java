package org.koinon.aggregation;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.MerkleTree;
import org.koinon.federation.study.MemberId;

/**
 * One shard of one hospital's contribution with the path to its commitment: what an owner receives,
 * checks, sums and archives.
 *
 * <p>Encoded: u32 length of a header, the header as canonical JSON, the bytes of both blocks.
 *
 * @param contributor whose
 * @param shard from 0
 * @param salt of this shard under policy open; null where masks hide the words
 * @param blocks the shard's words
 * @param path from the shard's leaf to the committed root
 */
public record Piece(
    MemberId contributor, int shard, @Nullable Salt salt, Blocks blocks, List<Digest> path) {
  /** Longest path: 2^16 shards. */
  private static final int PATH_MAX = 16;

  private static final String FORMAT = "koinon/piece/1";

  /** Copies. */
  public Piece {
    path = List.copyOf(path);
  }

  /** What comes of checking a piece against its commitment. */
  public enum Check {
    /** It is what its contributor committed to. */
    COMMITTED,
    /** The round has no shard of this number. */
    NO_SUCH_SHARD,
    /** Its blocks do not have the sizes of the shard. */
    WRONG_SIZE,
    /** The path does not lead to the committed root. */
    NOT_COMMITTED
  }

  Piece with(List<Digest> newPath) {
    return new Piece(contributor, shard, salt, blocks, newPath);
  }

  /** The root over the shard's chunks, salted if there is a salt. */
  public Digest shardRoot() {
    return blocks.root(salt);
  }

  Digest leafHash(ShardLayout layout) {
    return MerkleTree.leafHash(layout.leaf(contributor, shard, shardRoot()).bytes());
  }

  /** Checks the piece against the root on the ledger. */
  public Check check(ShardLayout layout, Digest committedRoot) {
    if (shard < 0 || shard >= layout.shards()) {
      return Check.NO_SUCH_SHARD;
    }
    if (!layout.fits(blocks, shard)) {
      return Check.WRONG_SIZE;
    }
    boolean isIncluded =
        MerkleTree.verifyInclusion(leafHash(layout), shard, layout.shards(), path, committedRoot);
    return isIncluded ? Check.COMMITTED : Check.NOT_COMMITTED;
  }

  /** The bytes for wire and archive. */
  public byte[] encode() {
    return Envelope.encode(new Header(FORMAT, contributor, shard, salt, path), blocks);
  }

  /**
   * The piece that these bytes encode; its blocks share the array.
   *
   * @throws FormatException if they are not exactly a piece of this layout
   */
  public static Piece decode(ShardLayout layout, byte[] bytes) {
    Envelope<Header> envelope = Envelope.decode(Header.class, FORMAT, bytes);
    Header header = envelope.header();
    if (header.path().size() > PATH_MAX) {
      throw new FormatException("path", "has more than " + PATH_MAX + " digests");
    }
    Blocks blocks = envelope.blocks(layout, header.shard());
    return new Piece(header.contributor(), header.shard(), header.salt(), blocks, header.path());
  }

  /** What stands before the words; public only for the codec. */
  public record Header(
      String format, MemberId contributor, int shard, @Nullable Salt salt, List<Digest> path) {
    /** Copies. */
    public Header {
      path = List.copyOf(path);
    }
  }
}
