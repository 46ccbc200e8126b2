package org.koinon.aggregation.masking;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.koinon.aggregation.Piece;
import org.koinon.aggregation.ShardLayout;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.MerkleTree;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;

/**
 * What members say to each other in an attempt beside the ledger. Each stands for one view of it by
 * the hash of the phase before, which is the first field of every body.
 *
 * <p>Bodies are binary, big-endian, with members as 16-bit numbers; every length is checked before
 * memory is taken, and nothing may follow. None is longer than {@link SignedMessage#BODY_MAX}.
 */
public sealed interface MemberMessage {
  /** Hash of the phase before, as the ledger's rules compute it; of Opened, once it is there. */
  Digest phase();

  /**
   * A member's public key, to all ready members.
   *
   * @param phase of Ready
   * @param key must have the announced hash
   */
  record KeyMessage(Digest phase, KemPublicKey key) implements MemberMessage {}

  /**
   * A ciphertext to a member of a higher number.
   *
   * @param phase of Ready
   * @param to whose key it is for
   * @param ciphertext of X-Wing
   */
  record PairMessage(Digest phase, MemberId to, KemCiphertext ciphertext)
      implements MemberMessage {}

  /**
   * A holder's shares of the author's secrets.
   *
   * @param phase of Ready
   * @param to the holder
   * @param pack sealed for it
   */
  record PackMessage(Digest phase, MemberId to, Pack pack) implements MemberMessage {}

  /**
   * The author holds all that is needed, has erased the other half, and stands by this Opened.
   *
   * @param opened hash of the entry
   */
  record OpenSignature(Digest opened) implements MemberMessage {
    @Override
    public Digest phase() {
      return opened;
    }
  }

  /**
   * The author, a member of the sum, takes off its own masks.
   *
   * @param phase hash of Opened
   * @param self b
   * @param dropped s_ij for every member outside the sum with which there is an edge
   */
  record Unmask(Digest phase, Seed self, SortedMap<MemberId, Seed> dropped)
      implements MemberMessage {
    /** Copies. */
    public Unmask {
      dropped = Collections.unmodifiableSortedMap(new TreeMap<>(dropped));
    }

    /** From any map. */
    public static Unmask of(Digest phase, Seed self, Map<MemberId, Seed> dropped) {
      return new Unmask(phase, self, new TreeMap<>(dropped));
    }
  }

  /**
   * A share that is meant to be public.
   *
   * @param phase hash of Opened
   * @param share with the path to its dealer's pack root
   */
  record ReleasedShare(Digest phase, Share share) implements MemberMessage {}

  /**
   * What its contributor says a piece is, told before the piece: if that does not lead to the root
   * that it committed to, it is named by its own signature.
   *
   * @param phase of Committed
   * @param shard whose
   * @param root of the piece's words
   * @param path from the shard's leaf to the committed root
   */
  record PieceHeader(Digest phase, int shard, Digest root, List<Digest> path)
      implements MemberMessage {
    /** Copies. */
    public PieceHeader {
      path = List.copyOf(path);
    }

    /** Of a piece. */
    public static PieceHeader of(Digest phase, Piece piece) {
      return new PieceHeader(phase, piece.shard(), piece.shardRoot(), piece.path());
    }

    /** Whether such a piece is the one that its contributor committed to. */
    public boolean isCommitted(ShardLayout layout, MemberId contributor, Digest committedRoot) {
      byte[] leaf = layout.leaf(contributor, shard, root).bytes();
      return shard < layout.shards()
          && MerkleTree.verifyInclusion(
              MerkleTree.leafHash(leaf), shard, layout.shards(), path, committedRoot);
    }
  }

  /**
   * Check sums of a masked contribution, by its contributor or by who was drawn for it.
   *
   * @param phase hash of Opened
   * @param contributor whose contribution
   * @param sums over all of it
   */
  record CheckMessage(Digest phase, MemberId contributor, CheckSums sums)
      implements MemberMessage {}

  /**
   * The same shard by shard, once the totals did not add up.
   *
   * @param phase hash of Opened
   * @param contributor whose contribution
   * @param sums of each shard, in order
   */
  record ShardCheckMessage(Digest phase, MemberId contributor, List<CheckSums> sums)
      implements MemberMessage {
    /** A body without its phase, contributor and count. */
    private static final int SHARD_SUMS_BYTES_MAX =
        SignedMessage.BODY_MAX - Digest.BYTES - 2 * Short.BYTES;

    /** Copies. */
    public ShardCheckMessage {
      sums = List.copyOf(sums);
    }

    /** Whether so many fit a message. */
    public static boolean fits(int shards, CheckSums one) {
      return (2L + one.bytes().length) * shards <= SHARD_SUMS_BYTES_MAX;
    }

    /** Over the whole contribution. */
    public CheckSums total() {
      return sums.stream().reduce(CheckSums::plus).orElseThrow();
    }
  }

  /**
   * What the drawn member found when it computed a shard's sum from the pieces.
   *
   * @param phase hash of Opened
   * @param shard which
   * @param root of the sum
   */
  record RecomputedMessage(Digest phase, int shard, Digest root) implements MemberMessage {}

  /** The type of all messages of this kind, as it is signed. */
  static String typeOf(Class<? extends MemberMessage> kind) {
    return MessageBody.type(kind);
  }

  /** The type as it is signed. */
  default String type() {
    return MessageBody.type(this);
  }

  /** The body. */
  default byte[] encode(Attempt attempt) {
    return MessageBody.encode(attempt, this);
  }

  /** The message, signed. */
  default SignedMessage sign(Attempt attempt, MemberId author, SigningKey key) {
    return SignedMessage.sign(type(), attempt.context(), author, encode(attempt), key);
  }

  /**
   * The message that this body encodes.
   *
   * @throws FormatException if it is not exactly one of this type among these holders
   */
  static MemberMessage decode(String type, Holders holders, byte[] body) {
    return MessageBody.decode(type, holders, body);
  }

  /**
   * The message in a signed one, whose signature the caller has checked.
   *
   * @throws FormatException if it belongs to another attempt or is not exactly one of its type
   */
  static MemberMessage of(Holders holders, SignedMessage signed) {
    if (!signed.context().equals(holders.attempt().context())) {
      throw new FormatException("context", "the message belongs to another attempt");
    }
    return decode(signed.type(), holders, signed.body());
  }
}
