package org.koinon.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.study.MemberId;
import org.koinon.testkit.Seeded;

class PieceTest {
  private static final ShardLayout SMALL =
      Studies.layout(Studies.spec(32, Studies.tensor("t", 11, "1", "0", 20)), 4, 2);

  private static Contribution contribution(ShardLayout layout, long seed) {
    return Studies.contributions(layout, new Random(seed)).getFirst();
  }

  @Seeded(cases = 30)
  void every_piece_is_committed_and_comes_back_from_its_bytes(long seed) {
    Random random = new Random(seed);
    ShardLayout layout =
        Studies.layout(Studies.spec(random), 1 + random.nextInt(16), 1 + random.nextInt(3));
    Contribution contribution = contribution(layout, seed);

    for (Piece piece : contribution.pieces()) {
      byte[] bytes = piece.encode();
      assertThat((long) bytes.length).isLessThanOrEqualTo(layout.encodedSizeMax(piece.shard()));
      assertThat(Piece.decode(layout, bytes)).isEqualTo(piece);
      assertThat(piece.check(layout, contribution.root())).isEqualTo(Piece.Check.COMMITTED);
    }
  }

  @Test
  void a_shard_may_be_empty() {
    ShardLayout layout =
        Studies.layout(Studies.spec(32, Studies.tensor("t", 1, "1", "0", 20)), 16, 2);
    Contribution contribution = contribution(layout, 1);

    assertThat(layout.sizeBytes(0)).isZero();
    assertThat(contribution.pieces().getFirst().check(layout, contribution.root()))
        .isEqualTo(Piece.Check.COMMITTED);
  }

  @Test
  void a_shard_of_several_chunks_is_committed() {
    ShardLayout layout =
        Studies.layout(Studies.spec(64, Studies.tensor("t", 700_001, "1", "0", 20)), 2, 1);
    Contribution contribution = contribution(layout, 1);
    Piece piece = contribution.pieces().get(1);

    assertThat(layout.sizeBytes(1)).isGreaterThan(2 << 20);
    assertThat(piece.check(layout, contribution.root())).isEqualTo(Piece.Check.COMMITTED);
    byte[] bytes = piece.encode();
    bytes[bytes.length - (1 << 20)] ^= 1;
    assertThat(Piece.decode(layout, bytes).check(layout, contribution.root()))
        .isEqualTo(Piece.Check.NOT_COMMITTED);
  }

  @Seeded
  void a_changed_byte_is_refused(long seed) {
    Random random = new Random(seed);
    Contribution contribution = contribution(SMALL, seed);
    byte[] bytes = contribution.pieces().get(random.nextInt(4)).encode();
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));

    assertThat(isCommitted(bytes, contribution.root())).isFalse();
  }

  @Seeded
  void a_cut_or_lengthened_piece_is_refused(long seed) {
    Random random = new Random(seed);
    Contribution contribution = contribution(SMALL, seed);
    byte[] bytes = contribution.pieces().get(random.nextInt(4)).encode();

    assertThat(isCommitted(Arrays.copyOf(bytes, random.nextInt(bytes.length)), contribution.root()))
        .isFalse();
    assertThat(isCommitted(Arrays.copyOf(bytes, bytes.length + 4), contribution.root())).isFalse();
  }

  private static boolean isCommitted(byte[] bytes, Digest root) {
    try {
      return Piece.decode(SMALL, bytes).check(SMALL, root) == Piece.Check.COMMITTED;
    } catch (FormatException e) {
      return false;
    }
  }

  @Seeded(cases = 300)
  void hostile_bytes_end_in_a_format_error(long seed) {
    Random random = new Random(seed);
    byte[] bytes = new byte[random.nextInt(200)];
    random.nextBytes(bytes);
    if (bytes.length > 8 && random.nextBoolean()) {
      ByteBuffer.wrap(bytes).putInt(random.nextInt(bytes.length)).put((byte) '{');
    }

    assertThatExceptionOfType(FormatException.class).isThrownBy(() -> Piece.decode(SMALL, bytes));
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> ShardSum.decode(SMALL, bytes));
  }

  @Test
  void a_newer_format_is_named() {
    byte[] json = "{\"format\":\"koinon/piece/2\",\"x\":1}".getBytes(StandardCharsets.UTF_8);
    byte[] bytes = ByteBuffer.allocate(4 + json.length).putInt(json.length).put(json).array();

    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> Piece.decode(SMALL, bytes))
        .withMessageContaining("format: is not koinon/piece/1");
  }

  @Test
  void the_piece_of_another_member_shard_or_round_is_refused() {
    Contribution contribution = contribution(SMALL, 1);
    Piece piece = contribution.pieces().get(1);
    MemberId other = Studies.members(4).getLast();
    ShardLayout otherRound =
        new ShardLayout(Digest.sha256(new byte[] {8}), SMALL.vector(), SMALL.map());

    Piece stolen = new Piece(other, 1, piece.salt(), piece.blocks(), piece.path());
    Piece moved = new Piece(piece.contributor(), 2, piece.salt(), piece.blocks(), piece.path());

    assertThat(stolen.check(SMALL, contribution.root())).isEqualTo(Piece.Check.NOT_COMMITTED);
    assertThat(moved.check(SMALL, contribution.root())).isNotEqualTo(Piece.Check.COMMITTED);
    assertThat(piece.check(otherRound, contribution.root())).isEqualTo(Piece.Check.NOT_COMMITTED);
  }

  @Test
  void numbers_and_sizes_outside_the_layout_are_refused() {
    Contribution contribution = contribution(SMALL, 1);
    Piece piece = contribution.pieces().get(1);
    Blocks whole = new Blocks(Words.zeros(32, 11), Words.zeros(64, 3));

    Piece beyond = new Piece(piece.contributor(), 4, piece.salt(), piece.blocks(), piece.path());
    Piece below = new Piece(piece.contributor(), -1, piece.salt(), piece.blocks(), piece.path());
    Piece large = new Piece(piece.contributor(), 1, piece.salt(), whole, piece.path());

    assertThat(beyond.check(SMALL, contribution.root())).isEqualTo(Piece.Check.NO_SUCH_SHARD);
    assertThat(below.check(SMALL, contribution.root())).isEqualTo(Piece.Check.NO_SUCH_SHARD);
    assertThat(large.check(SMALL, contribution.root())).isEqualTo(Piece.Check.WRONG_SIZE);
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> Piece.decode(SMALL, beyond.encode()));
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> Piece.decode(SMALL, large.encode()));
  }

  @Test
  void without_the_salt_a_guess_of_the_update_cannot_be_tested() {
    Blocks blocks = new Blocks(Words.zeros(32, 11), Words.zeros(64, 3));
    MemberId member = Studies.members(1).getFirst();
    Contribution salted = Contribution.cut(SMALL, member, blocks, Studies.salt(new Random(1)));
    Contribution guess = Contribution.cut(SMALL, member, blocks, Studies.salt(new Random(2)));
    Contribution bare = Contribution.cut(SMALL, member, blocks, null);

    for (int shard = 0; shard < 4; shard++) {
      int number = shard;
      assertThat(
              List.of(salted, guess, bare).stream()
                  .map(Contribution::pieces)
                  .map(pieces -> pieces.get(number).shardRoot())
                  .distinct())
          .hasSize(3);
    }
    assertThat(salted.pieces().get(0).salt()).isNotEqualTo(salted.pieces().get(1).salt());
  }

  @Test
  void a_masked_piece_has_no_salt() {
    Blocks blocks = new Blocks(Words.zeros(32, 11), Words.zeros(64, 3));
    Contribution bare = Contribution.cut(SMALL, Studies.members(1).getFirst(), blocks, null);
    Piece piece = bare.pieces().getLast();

    assertThat(Piece.decode(SMALL, piece.encode())).isEqualTo(piece);
    assertThat(piece.check(SMALL, bare.root())).isEqualTo(Piece.Check.COMMITTED);
  }

  @Test
  void its_text_shows_neither_salt_nor_numbers() {
    Piece piece = contribution(SMALL, 1).pieces().getFirst();

    assertThat(piece.toString()).contains("[REDACTED]").contains("Words[2 of 32 bits]");
  }

  @Test
  void shards_are_cut_by_the_shard_map() {
    ShardLayout layout =
        new ShardLayout(SMALL.context(), SMALL.vector(), new ShardMap(Studies.members(3), 1));

    assertThat(List.of(layout.modelWords(0), layout.modelWords(1), layout.modelWords(2)))
        .containsExactly(3, 4, 4);
    assertThat(layout.metricWords(0)).isEqualTo(1);
    assertThat(layout.sizeBytes(2)).isEqualTo(4 * 4 + 8);
  }
}
