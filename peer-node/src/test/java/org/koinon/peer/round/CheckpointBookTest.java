package org.koinon.peer.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.Checkpoint;
import org.koinon.federation.ledger.SignedCheckpoint;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.study.MemberId;
import org.koinon.peer.ledger.CheckpointBook;
import org.koinon.peer.ledger.CheckpointBook.Heard;

class CheckpointBookTest {
  @TempDir private Path folder;
  private TestRound round;
  private CheckpointBook book;
  private MemberId other;

  @BeforeEach
  void open() {
    round = new TestRound(folder, 3);
    book = new CheckpointBook(folder.resolve("checkpoints"), round.ledger);
    other = round.consortium.member(1);
  }

  @AfterEach
  void close() {
    round.close();
  }

  private byte[] signed(MemberId by, long size, Digest root) {
    Checkpoint checkpoint = new Checkpoint(round.consortium.id(), size, root);
    return SignedCheckpoint.sign(checkpoint, by, TestConsortium.key(by.value())).encode();
  }

  private Digest root(long size) {
    return round.ledger.read(log -> log.tree().root(size));
  }

  @Test
  void a_checkpoint_of_the_same_log_is_kept_and_an_older_one_passed_over() {
    assertThat(book.hear(other, signed(other, 5, root(5)))).isEqualTo(Heard.KEPT);
    assertThat(book.file(other)).exists();
    assertThat(book.hear(other, signed(other, 4, root(4)))).isEqualTo(Heard.PASSED_OVER);
  }

  @Test
  void a_checkpoint_of_another_log_is_a_fork() {
    assertThat(book.hear(other, signed(other, 5, Digest.tagged("another log"))))
        .isEqualTo(Heard.FORK);
    assertThat(book.file(other)).doesNotExist();
  }

  @Test
  void a_fork_is_told_to_the_operator_with_the_name_of_who_signed_it() {
    new PieceDesk(round.context())
        .checkpoint(other, signed(other, 5, Digest.tagged("another log")));

    assertThat(round.notes).singleElement().asString().contains("LEDGER_FORK", other.value());
  }

  @Test
  void nobody_speaks_for_another() {
    byte[] forged = signed(round.consortium.member(2), 5, Digest.tagged("another log"));

    assertThat(book.hear(other, forged)).isEqualTo(Heard.PASSED_OVER);
    assertThat(book.hear(other, new byte[] {1, 2, 3})).isEqualTo(Heard.PASSED_OVER);
  }

  @Test
  void what_this_node_signs_is_what_it_has_verified() {
    MemberId me = round.consortium.member(0);
    SignedCheckpoint signed = book.sign(me, TestConsortium.key(me.value()));

    assertThat(signed.checkpoint().seen()).isEqualTo(round.ledger.seen());
    assertThat(book.file(me)).exists();
  }
}
