package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.simulation.SimulatedConsortium;
import org.koinon.system.DebuggedProgram.Line;
import org.koinon.system.DebuggedProgram.Place;
import org.koinon.system.DebuggedProgram.Run;
import org.koinon.system.DebuggedProgram.Watch;

/**
 * A real process and a real kill -9, at every line that a node runs between the beginning of
 * erasing and the last mask: what is left on the disks is read as a thief reads it, and another
 * process goes on from there. Never is more on a disk than S9 allows, and never is a word said in
 * two ways.
 *
 * <p>The lines are those that an unharmed process was seen to run; a line that is added is found.
 */
class AKillAtEachLineTest {
  /** A kill, a restart and the rest of the round take some five seconds. */
  private static final int SOME = 12;

  private static final int FEW = 4;

  private static final int KILLED = 128 + 9;
  private static final MemberId VICTIM = ToyHouse.SEALING;
  private static final RoundId ROUND = new RoundId(ToyHouse.STUDY.id(), 1);
  private static final Place ERASE = round("Release", "erase");
  private static final Place STRIP = round("Release", "strip");

  /** Whatever writes, deletes or sends, from S9 to S10. */
  private static final Set<Place> PLACES =
      Set.of(
          ERASE,
          round("Release", "run"),
          round("Release", "keepOpening"),
          round("SealedOpenings", "keep"),
          new Place("org.koinon.network.keys.PrivateFile", "replace"),
          round("Release", "certify"),
          round("Release", "unmask"),
          round("Release", "collect"),
          round("RoundJournal", "forget"),
          round("RoundJournal", "scrap"),
          round("RoundJournal", "wipe"),
          round("RoundJournal", "keep"),
          round("RoundJournal", "replace"),
          round("RoundJournal", "write"),
          round("RoundJournal", "zero"),
          round("RoundArchive", "forgetPieces"),
          round("RoundArchive", "keepCertificate"),
          round("Courier", "publish"),
          round("Courier", "write"),
          round("MaskCollection", "releaseShares"));

  /** What only a member of the sum does: its update is spent, its opening sealed. */
  private static final Set<Place> OF_THE_SUM =
      Set.of(
          round("Release", "keepOpening"),
          round("SealedOpenings", "keep"),
          new Place("org.koinon.network.keys.PrivateFile", "replace"),
          round("RoundJournal", "forget"),
          round("RoundJournal", "scrap"),
          round("RoundJournal", "wipe"));

  /** A member that lives outside the sum: its own self mask is what it erases. */
  private static Set<Place> outside() {
    Set<Place> places = new HashSet<>(PLACES);
    places.removeAll(OF_THE_SUM);
    return places;
  }

  private static Place round(String type, String method) {
    return new Place("org.koinon.peer.round." + type, method);
  }

  /**
   * Disks on which every secret of the round lies, none erased yet.
   *
   * @param folder of the consortium
   * @param disks its disks, all secrets known
   * @param letters what was said until then
   */
  private record Eve(Path folder, DisksOfARound disks, Letters letters) {}

  /** Ends all when the first member begins to release. */
  private static final class Dusk extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Dusk() {
      super("the eve of the release", null, false, false);
    }
  }

  private static Eve eve(Path folder) {
    SimulatedConsortium consortium = ToyHouse.found(folder, 131);
    Letters letters = new Letters();
    overhear(consortium, letters);
    DisksOfARound disks = new DisksOfARound(consortium, ToyHouse.MEMBERS, ToyHouse.STUDY, ROUND);
    assertThatThrownBy(
            () ->
                consortium.run(
                    ToyHouse.STUDY.id(),
                    (member, round, step) -> {
                      if (step == RoundStep.RELEASE) {
                        throw new Dusk();
                      }
                      return ToyHouse.fate(member, round, step);
                    },
                    new Notes()))
        .hasCauseInstanceOf(Dusk.class);
    disks.learn();
    assertThat(disks.isKeying(VICTIM)).isTrue();
    assertThat(disks.isKeying(ToyHouse.OUTSIDE)).isTrue();
    return new Eve(folder, disks, letters);
  }

  private static void overhear(SimulatedConsortium consortium, Letters letters) {
    for (MemberId member : ToyHouse.MEMBERS) {
      consortium.intercept(member, link -> ToyHouse.link(member, link, letters::note));
    }
  }

  private static DebuggedProgram program(MemberId victim, Path folder) {
    Watch watch = new Watch(victim.value(), ERASE, STRIP, PLACES);
    return new DebuggedProgram(watch, ToyHouse.class, folder.toString(), "132");
  }

  @TestFactory
  @Tag("processes")
  Stream<DynamicTest> at_some_lines_between_erasing_and_the_last_mask(@TempDir Path folder)
      throws IOException, InterruptedException {
    return kills(folder, SOME, FEW);
  }

  @TestFactory
  @Tag("long")
  Stream<DynamicTest> at_each_line_between_erasing_and_the_last_mask(@TempDir Path folder)
      throws IOException, InterruptedException {
    return kills(folder, Integer.MAX_VALUE, Integer.MAX_VALUE);
  }

  /** The first line, the last, and as many evenly between them. */
  private static List<Line> some(List<Line> lines, int most) {
    if (lines.size() <= most) {
      return lines;
    }
    return IntStream.range(0, most)
        .mapToObj(i -> lines.get(i * (lines.size() - 1) / (most - 1)))
        .toList();
  }

  private static Stream<DynamicTest> kills(Path folder, int most, int mostOutside)
      throws IOException, InterruptedException {
    Eve eve = eve(Files.createDirectory(folder.resolve("eve")));
    return Stream.concat(
        kills(eve, VICTIM, PLACES, Files.createDirectory(folder.resolve("inside")), most),
        kills(
            eve,
            ToyHouse.OUTSIDE,
            outside(),
            Files.createDirectory(folder.resolve("outside")),
            mostOutside));
  }

  private static Stream<DynamicTest> kills(
      Eve eve, MemberId victim, Set<Place> places, Path folder, int most)
      throws IOException, InterruptedException {
    Path whole = Folders.copy(eve.folder(), folder.resolve("unharmed"));
    Run unharmed = program(victim, whole).trace();
    assertThat(unharmed.exit()).isZero();
    assertThat(unharmed.reached()).isEqualTo(places);
    assertEnd(eve.disks(), ToyHouse.reopen(whole, 133));
    List<Line> lines = some(List.copyOf(unharmed.lines()), most);
    List<Boolean> erased = new ArrayList<>();
    return Stream.concat(
        lines.stream()
            .map(
                line ->
                    DynamicTest.dynamicTest(
                        victim + " at " + line,
                        () -> {
                          Path own = folder.resolve(line.toString().replace(':', '-'));
                          erased.add(isErasedByKill(eve, victim, line, own));
                        })),
        Stream.of(
            DynamicTest.dynamicTest(
                victim + ": before some the page was whole, and from one on it is erased",
                () -> assertThat(erased).hasSameSizeAs(lines).isSorted().contains(true, false))));
  }

  /** Whether the victim's page was erased when it was killed; the rest of the round follows. */
  private static boolean isErasedByKill(Eve eve, MemberId victim, Line line, Path folder)
      throws IOException, InterruptedException {
    var _ = Folders.copy(eve.folder(), folder);

    Run killed = program(victim, folder).kill(line);

    assertThat(killed.exit()).isEqualTo(KILLED);
    Letters letters = eve.letters().copy();
    ToyHouse.hear(killed.output(), letters);
    SimulatedConsortium consortium = ToyHouse.reopen(folder, 133);
    overhear(consortium, letters);
    DisksOfARound disks = eve.disks().copiedTo(consortium);
    boolean isErased = disks.isErased(victim);
    disks.assertClean();
    disks.assertErasedBySigners(letters);

    consortium.run(
        ToyHouse.STUDY.id(),
        (member, round, step) -> {
          if (step.compareTo(RoundStep.RELEASE) >= 0) {
            disks.assertClean();
          }
          return ToyHouse.fate(member, round, step);
        },
        new Notes());

    disks.assertErasedBySigners(letters);
    letters.assertOneWordEach();
    assertEnd(eve.disks(), consortium);
    return isErased;
  }

  /** The result is the plain sum of all but one, and nothing else of the round is left anywhere. */
  private static void assertEnd(DisksOfARound known, SimulatedConsortium consortium) {
    DisksOfARound disks = known.copiedTo(consortium);
    var round = Ledgers.rounds(consortium, ToyHouse.STUDY.id()).getFirst();
    assertThat(round.contributors()).isEqualTo(ToyHouse.MEMBERS.subList(0, 6));
    PlainSum.assertIsResult(consortium, round, VICTIM);
    Ledgers.assertNothingIsSaidTwice(consortium);
    ToyHouse.MEMBERS.subList(0, 5).forEach(disks::assertGone);
    disks.assertGone(ToyHouse.OUTSIDE);
    assertThat(consortium.folder(ToyHouse.SEALING).resolve("openings")).isNotEmptyDirectory();
    disks.assertClean();
  }
}
