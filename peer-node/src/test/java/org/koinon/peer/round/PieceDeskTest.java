package org.koinon.peer.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.aggregation.Piece;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.peer.round.PeerLink.PieceName;
import org.koinon.peer.round.PeerLink.Reply;

class PieceDeskTest {
  @TempDir private Path folder;
  private TestRound round;
  private PieceDesk desk;
  private MemberId me;
  private MemberId other;
  private MemberId last;

  @BeforeEach
  void open() {
    round = new TestRound(folder, 4);
    desk = new PieceDesk(round.context());
    me = round.consortium.member(0);
    other = round.consortium.member(1);
    last = round.consortium.member(3);
    round.ready();
  }

  @AfterEach
  void close() {
    round.close();
  }

  private void commitAll() {
    round.view().opened().members().forEach(round::commit);
  }

  private int owned() {
    return round.layout().map().owned(me).getFirst();
  }

  private PieceName name(MemberId contributor, int shard) {
    return new PieceName(round.id, contributor, shard);
  }

  private Piece piece(MemberId contributor, int shard) {
    return round.contribution(contributor).pieces().get(shard);
  }

  private Digest address(MemberId contributor, int shard) {
    return RoundArchive.pieceAddress(round.contribution(contributor).root(), shard);
  }

  @Test
  void no_piece_is_taken_before_the_last_has_committed() {
    round.commit(me);
    round.commit(other);
    PieceName name = name(other, owned());

    assertThat(desk.offered(other, name, 100)).isEqualTo(Reply.LATER);
    assertThat(desk.piece(other, name, piece(other, owned()).encode())).isEqualTo(Reply.LATER);
    assertThat(round.archive.holds(round.contribution(other).root(), owned())).isFalse();
  }

  @Test
  void no_piece_is_given_before_the_last_has_committed_not_even_to_who_knows_its_address() {
    int shard = round.layout().map().owned(other).getFirst();
    round.archive.keep(round.id, piece(me, shard), round.contribution(me).root());
    round.commit(me);
    round.commit(other);

    assertThat(desk.mayRead(other, address(me, shard))).isFalse();
    round.commit(round.consortium.member(2));
    round.commit(last);
    assertThat(desk.mayRead(other, address(me, shard))).isTrue();
    assertThat(desk.serve(address(me, shard)).orElseThrow().bytes())
        .isEqualTo(piece(me, shard).encode());
  }

  @Test
  void a_piece_is_given_to_the_owners_of_its_shard_alone() {
    commitAll();
    int shard = owned();
    round.archive.keep(round.id, piece(me, shard), round.contribution(me).root());

    for (MemberId reader : round.view().opened().members()) {
      assertThat(desk.mayRead(reader, address(me, shard)))
          .as("%s", reader)
          .isEqualTo(round.layout().map().owners(shard).contains(reader));
    }
  }

  @Test
  void a_piece_that_fits_its_commitment_is_held_and_need_not_come_twice() {
    commitAll();
    byte[] bytes = piece(other, owned()).encode();
    PieceName name = name(other, owned());

    assertThat(desk.offered(other, name, bytes.length)).isEqualTo(Reply.WELCOME);
    assertThat(desk.piece(other, name, bytes)).isEqualTo(Reply.HELD);
    assertThat(desk.offered(other, name, bytes.length)).isEqualTo(Reply.HELD);
    assertThat(round.notes).isEmpty();
  }

  @Test
  void a_changed_byte_anywhere_in_a_piece_is_refused_with_the_name_of_its_sender() {
    commitAll();
    byte[] bytes = piece(other, owned()).encode();

    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      assertThat(desk.piece(last, name(other, owned()), changed))
          .as("byte %d", i)
          .isEqualTo(Reply.REFUSED);
    }
    assertThat(round.notes)
        .hasSize(bytes.length)
        .allSatisfy(note -> assertThat(note).contains("from " + last));
    assertThat(round.archive.holds(round.contribution(other).root(), owned())).isFalse();
  }

  @Test
  void too_long_a_piece_is_refused_before_it_is_read() {
    commitAll();
    long most = round.layout().encodedSizeMax(owned());

    assertThat(desk.offered(other, name(other, owned()), most)).isEqualTo(Reply.WELCOME);
    assertThat(desk.offered(other, name(other, owned()), most + 1)).isEqualTo(Reply.REFUSED);
    assertThat(round.notes.getLast()).contains("from " + other, (most + 1) + " bytes");
  }

  @Test
  void pieces_that_nobody_asked_for_are_refused() {
    commitAll();
    int notMine =
        round.layout().map().line().stream()
            .map(round.layout().map().line()::indexOf)
            .filter(shard -> !round.layout().map().owners(shard).contains(me))
            .filter(
                shard ->
                    !round
                        .layout()
                        .map()
                        .spares(shard, round.view().quorum().faults())
                        .contains(me))
            .findFirst()
            .orElse(round.layout().shards());

    assertThat(desk.offered(other, name(other, notMine), 10)).isEqualTo(Reply.REFUSED);
    assertThat(desk.offered(other, name(other, 99_999), 10)).isEqualTo(Reply.REFUSED);
    assertThat(desk.offered(other, name(new MemberId("nobody"), owned()), 10))
        .isEqualTo(Reply.REFUSED);
    assertThat(desk.offered(other, new PieceName(new RoundId(round.study.id(), 2), other, 0), 10))
        .isEqualTo(Reply.LATER);
  }

  @Test
  void another_piece_than_announced_is_refused() {
    commitAll();
    byte[] bytes = piece(last, owned()).encode();

    assertThat(desk.piece(last, name(other, owned()), bytes)).isEqualTo(Reply.REFUSED);
    assertThat(round.notes.getLast()).contains("another piece than announced");
  }
}
