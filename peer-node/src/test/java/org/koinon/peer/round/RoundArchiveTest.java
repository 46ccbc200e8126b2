package org.koinon.peer.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.aggregation.Piece;
import org.koinon.aggregation.ShardSum;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.aggregation.model.Parameters;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.study.MemberId;

class RoundArchiveTest {
  @TempDir private Path folder;
  private TestRound round;
  private MemberId other;
  private Piece piece;
  private Digest root;

  @BeforeEach
  void open() {
    round = new TestRound(folder, 3);
    round.ready();
    round.view().opened().members().forEach(round::commit);
    other = round.consortium.member(1);
    piece = round.contribution(other).pieces().getFirst();
    root = round.contribution(other).root();
  }

  @AfterEach
  void close() {
    round.close();
  }

  private RoundArchive restarted() {
    return new RoundArchive(folder.resolve("archive"));
  }

  @Test
  void after_a_restart_the_pieces_of_the_round_are_found_once_it_is_read() {
    round.archive.keep(round.id, piece, root);
    RoundArchive archive = restarted();

    assertThat(archive.holds(root, 0)).isFalse();
    archive.index(round.view());
    assertThat(archive.holds(root, 0)).isTrue();
    assertThat(archive.holds(root, 1)).isFalse();
    assertThat(archive.pieceAt(RoundArchive.pieceAddress(root, 0)))
        .hasValue(new PeerLink.PieceName(round.id, other, 0));
    assertThat(archive.piece(round.id, round.layout(), other, 0, root)).hasValue(piece);
  }

  @Test
  void files_of_others_numbers_are_for_their_owner_alone() throws IOException {
    round.archive.keep(round.id, piece, root);
    Path file = folder.resolve("archive/sepsis/1/piece-" + other + "-0");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("archive"))))
        .isEqualTo("rwx------");
  }

  @Test
  void a_damaged_piece_is_as_good_as_none() throws IOException {
    round.archive.keep(round.id, piece, root);
    Path file = folder.resolve("archive/sepsis/1/piece-" + other + "-0");
    byte[] whole = Files.readAllBytes(file);

    for (int i = 0; i < whole.length; i++) {
      byte[] changed = whole.clone();
      changed[i] ^= 1;
      Files.write(file, changed);
      assertThat(round.archive.piece(round.id, round.layout(), other, 0, root))
          .as("byte %d", i)
          .isEmpty();
      Files.write(file, Arrays.copyOf(whole, i));
      assertThat(round.archive.piece(round.id, round.layout(), other, 0, root))
          .as("cut at %d", i)
          .isEmpty();
    }
  }

  @Test
  void a_damaged_sum_or_model_is_as_good_as_none() throws IOException {
    ShardSum sum = ShardSum.of(round.layout(), 0, List.of(piece), null);
    round.archive.keep(round.id, sum);
    ModelFile model =
        ModelFile.of(Parameters.zeros(round.study.vector()), new TreeMap<>(), new TreeMap<>());
    var id = round.archive.keep(model.file());
    assertThat(round.archive.sum(round.id, round.layout(), 0, sum.root())).isPresent();
    assertThat(round.archive.model(id)).isPresent();

    Files.write(folder.resolve("archive/sepsis/1/sum-0"), new byte[3]);
    Files.write(round.archive.modelPath(id), new byte[3]);

    assertThat(round.archive.sum(round.id, round.layout(), 0, sum.root())).isEmpty();
    assertThat(round.archive.model(id)).isEmpty();
  }

  @Test
  void an_address_that_nothing_lies_at_gives_nothing() {
    assertThat(round.archive.at(Digest.tagged("nowhere"))).isEmpty();
    assertThat(round.archive.pieceAt(Digest.tagged("nowhere"))).isEmpty();
  }

  @Test
  void with_a_members_pieces_go_those_that_a_killed_process_did_not_rename() throws IOException {
    round.archive.keep(round.id, piece, root);
    Path pieces = folder.resolve("archive").resolve(round.id.study().value()).resolve("1");
    Path own = Files.createFile(pieces.resolve("piece-" + other + "-0-8291.part"));
    MemberId third = round.consortium.member(2);
    Path others = Files.createFile(pieces.resolve("piece-" + third + "-0-8291.part"));

    round.archive.forgetPieces(round.view(), other);

    assertThat(own).doesNotExist();
    assertThat(others).exists();
    assertThat(round.archive.holds(root, 0)).isFalse();
  }
}
