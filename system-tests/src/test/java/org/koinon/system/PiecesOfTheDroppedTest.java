package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.audit.Audit;
import org.koinon.audit.AuditRequest;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.peer.round.PeerLink;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

/**
 * A member hands out some of its pieces and no more. The seeds that it shares with the sum come
 * out; what it handed out must be gone before that.
 */
class PiecesOfTheDroppedTest {
  private static final int PEERS = 7;
  private static final int TAKEN = 5;
  private static final int NEEDLE_BYTES = 64;

  private final Study study = ToyConsortium.maskedStudy(400, 1, 2, ServerOptimiser.fedAvg());
  private final List<MemberId> members = ToyConsortium.members(PEERS);
  private final MemberId dropped = members.get(4);
  private final DiskScan scan = new DiskScan();
  private final Set<MemberId> keepers = new TreeSet<>();

  @TempDir private Path folder;

  /** Nothing reaches others after so many pieces. */
  private static final class Stopping extends Relay {
    private int taken;

    Stopping(PeerLink link) {
      super(link);
    }

    @Override
    public Reply send(MemberId to, PieceName name, byte[] bytes) {
      if (taken == TAKEN) {
        return Reply.UNREACHABLE;
      }
      Reply reply = super.send(to, name, bytes);
      taken += reply == Reply.HELD ? 1 : 0;
      return reply;
    }

    @Override
    Optional<Served> shown(Served served) {
      return Optional.of(served).filter(one -> one.what() != What.PIECE);
    }
  }

  @Test
  void are_nowhere_once_their_holders_stand_by_the_opening() throws IOException {
    SimulatedConsortium consortium =
        ToyConsortium.of(PEERS, study, Files.createDirectory(folder.resolve("consortium")), 131);
    consortium.intercept(dropped, Stopping::new);
    FaultPlan watch =
        (member, round, step) -> {
          Path archive = consortium.folder(member).resolve("archive");
          if (member.equals(dropped) && step == RoundStep.EXCHANGE) {
            pieces(archive).forEach(this::learn);
          } else if (step == RoundStep.RELEASE && !pieces(archive).isEmpty()) {
            keepers.add(member);
          } else if (step.compareTo(RoundStep.RELEASE) > 0) {
            assertThat(pieces(archive)).as("%s at %s", member, step).isEmpty();
          }
          return Optional.empty();
        };

    consortium.run(study.id(), watch, new Notes());

    RoundView round = Ledgers.rounds(consortium, study.id()).getFirst();
    assertThat(round.committed()).containsKey(dropped);
    assertThat(round.contributors()).doesNotContain(dropped).hasSize(PEERS - 1);
    PlainSum.assertIsResult(consortium, round, members.getFirst());
    assertThat(scan.size()).isEqualTo(PEERS);
    assertThat(keepers).contains(dropped).hasSizeGreaterThan(2);
    assertThat(pieces(folder)).isEmpty();
    assertThat(scan.findIn(folder)).isEmpty();
    assertBundleHasNone(consortium);
  }

  private List<Path> pieces(Path of) {
    try (Stream<Path> files = Files.exists(of) ? Files.walk(of) : Stream.empty()) {
      return files.filter(file -> file.toString().contains("/piece-" + dropped + "-")).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The masked words are what counts: they stand at the end. */
  private void learn(Path piece) {
    try {
      byte[] bytes = Files.readAllBytes(piece);
      byte[] words = Arrays.copyOfRange(bytes, bytes.length - NEEDLE_BYTES, bytes.length);
      scan.add(piece.getFileName().toString(), words);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void assertBundleHasNone(SimulatedConsortium consortium) throws IOException {
    List<Path> archives =
        members.stream().map(member -> consortium.folder(member).resolve("archive")).toList();
    Path bundle = folder.resolve("bundle.zip");
    var _ =
        Audit.export(new AuditRequest(consortium.ledgerFile(), List.of(), archives), bundle, true);
    try (FileSystem zip = FileSystems.newFileSystem(bundle)) {
      assertThat(pieces(zip.getPath("/"))).isEmpty();
      assertThat(scan.findIn(zip.getPath("/"))).isEmpty();
    }
  }
}
