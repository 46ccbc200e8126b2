package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Opening;
import org.koinon.audit.Audit;
import org.koinon.audit.AuditRequest;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.peer.round.JournalException;
import org.koinon.peer.round.Keeping;
import org.koinon.peer.round.OpeningVault;
import org.koinon.peer.round.PeerLink;
import org.koinon.peer.round.Retention;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

/**
 * Journals, archives, ledger and bundle of a masked round, read as a thief reads them: at every
 * step of every member, after a fall between any two lines of erasing and releasing, and at the
 * end.
 */
class SecretsOnTheDiskTest {
  private static final Optional<FaultPlan.Kill> FOR_EVER = Optional.of(new FaultPlan.Kill(-1));

  private final Study study = ToyConsortium.maskedStudy(40, 1, 2, ServerOptimiser.fedAvg());
  private final RoundId first = new RoundId(study.id(), 1);

  @Test
  void no_secret_lies_where_it_may_not_at_any_step(@TempDir Path folder) throws IOException {
    List<MemberId> members = ToyConsortium.members(7);
    MemberId dropped = members.get(6);
    MemberId silent = members.get(5);
    SimulatedConsortium consortium =
        ToyConsortium.of(7, study, Files.createDirectory(folder.resolve("consortium")), 111);
    DisksOfARound disks = new DisksOfARound(consortium, members, study, first);
    consortium.intercept(dropped, link -> new Reaching(link, members.getFirst()));
    FaultPlan plan =
        (member, round, step) -> {
          learn(disks, step);
          if (step.compareTo(RoundStep.EXCHANGE) >= 0) {
            disks.assertClean();
          }
          if (step.compareTo(RoundStep.RELEASE) > 0) {
            assertThat(disks.isErased(member)).isTrue();
          }
          boolean falls =
              (member.equals(dropped) && step == RoundStep.SEAL)
                  || (member.equals(silent) && step == RoundStep.UNMASK);
          return falls ? FOR_EVER : Optional.empty();
        };

    consortium.run(study.id(), plan, new Notes());

    // Of each: key, self mask, recovery secret, salt, update, pieces, two shares and a table of
    // all.
    assertThat(disks.secrets())
        .hasSizeGreaterThanOrEqualTo(7 * 5 + 7 * 7 * 2 + 7 + 7 * 6 + 7 * 6 / 2)
        .anyMatch(name -> name.startsWith("masked piece of 7"));
    RoundView round = Ledgers.rounds(consortium, study.id()).getFirst();
    assertThat(round.contributors()).isEqualTo(members.subList(0, 6));
    PlainSum.assertIsResult(consortium, round, members.getFirst());
    members.subList(0, 5).forEach(disks::assertGone);
    disks.assertClean();
    assertThat(disks.isErased(silent)).isTrue();
    assertBundleIsClean(consortium, disks, members.subList(0, 5), folder.resolve("bundle.zip"));
  }

  /** Brings its pieces to one owner only, so that it is outside the sum and they are there. */
  private static final class Reaching extends Relay {
    private final MemberId owner;

    Reaching(PeerLink link, MemberId owner) {
      super(link);
      this.owner = owner;
    }

    @Override
    public Reply send(MemberId to, PieceName name, byte[] bytes) {
      return to.equals(owner) ? super.send(to, name, bytes) : Reply.LATER;
    }
  }

  /** From the exchange on pages have all secrets, until members begin to erase. */
  private static void learn(DisksOfARound disks, RoundStep step) {
    if (step.compareTo(RoundStep.EXCHANGE) >= 0 && step.compareTo(RoundStep.RELEASE) <= 0) {
      disks.learn();
    }
  }

  private static void assertBundleIsClean(
      SimulatedConsortium consortium, DisksOfARound disks, List<MemberId> members, Path target)
      throws IOException {
    List<Path> archives =
        members.stream().map(member -> consortium.folder(member).resolve("archive")).toList();
    AuditRequest request = new AuditRequest(consortium.ledgerFile(), List.of(), archives);
    var _ = Audit.export(request, target, true);
    try (FileSystem zip = FileSystems.newFileSystem(target)) {
      assertThat(disks.leaksTo(zip.getPath("/"))).isEmpty();
    }
  }

  /** The lines of S9 and S10, each after the one before; the fall comes after the line. */
  enum Line {
    OPENING_SEALED,
    SPENT,
    ERASED,
    SIGNED,
    SIGNATURE_SENT,
    CERTIFIED,
    UNMASK_SIGNED,
    UNMASK_SENT,
    SHARE_SIGNED,
    SHARE_SENT;

    boolean isErased() {
      return compareTo(ERASED) >= 0;
    }
  }

  /** The end of all processes at one moment. */
  private static final class PowerCut extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PowerCut() {
      super("the power is cut", null, false, false);
    }
  }

  /** Cuts the power when a member publishes something, before or after it leaves. */
  private static final class Falling extends Relay.Overheard {
    private final Line line;
    private final boolean falls;

    Falling(PeerLink link, Letters letters, Line line, boolean falls) {
      super(link, letters::note);
      this.line = line;
      this.falls = falls;
    }

    @Override
    public void publish(byte[] message) {
      cut(message, Line.SIGNED, Line.UNMASK_SIGNED, Line.SHARE_SIGNED);
      super.publish(message);
      cut(message, Line.SIGNATURE_SENT, Line.UNMASK_SENT, Line.SHARE_SENT);
    }

    private void cut(byte[] message, Line signature, Line unmask, Line share) {
      boolean isHere =
          (line == signature && Letters.is(Letters.OPEN_SIGNATURE, message))
              || (line == unmask && Letters.is(Letters.UNMASK, message))
              || (line == share && Letters.is(Letters.SHARE, message));
      if (falls && isHere) {
        throw new PowerCut();
      }
    }
  }

  /** Where what opens a contribution goes, cut off as it is about to be erased. */
  private record CutVault() implements OpeningVault {
    @Override
    public void keep(RoundId round, Attempt attempt, MemberId member, Opening opening) {
      throw new PowerCut();
    }

    @Override
    public void forget(RoundId round) {
      // Nothing was kept.
    }
  }

  @ParameterizedTest
  @EnumSource
  void after_a_fall_between_two_lines_no_disk_has_both_kinds_and_nothing_is_said_in_other_words(
      Line line, @TempDir Path folder) throws IOException {
    List<MemberId> members = ToyConsortium.members(5);
    MemberId victim = members.get(1);
    MemberId away = members.get(4);
    RoundStep leaves =
        line.compareTo(Line.SHARE_SIGNED) < 0 ? RoundStep.EXCHANGE : RoundStep.UNMASK;
    SimulatedConsortium consortium = ToyConsortium.of(5, study, folder, 112);
    Path obstacle = JournalBytes.folder(consortium, victim).resolve("keys-toy-study~1.part");
    Letters letters = new Letters();
    DisksOfARound disks = new DisksOfARound(consortium, members, study, first);
    intercept(consortium, members, letters, line, victim);
    if (line == Line.OPENING_SEALED) {
      consortium.keep(victim, new Keeping(new CutVault(), Retention.FOR_EVER));
    }
    FaultPlan plan =
        (member, round, step) -> {
          learn(disks, step);
          if (member.equals(victim)) {
            fall(line, step, obstacle);
          }
          return member.equals(away) && step == leaves ? FOR_EVER : Optional.empty();
        };

    assertThatThrownBy(() -> consortium.run(study.id(), plan, new Notes()))
        .hasCauseInstanceOf(line == Line.SPENT ? JournalException.class : PowerCut.class);

    assertThat(disks.isErased(victim)).isEqualTo(line.isErased());
    disks.assertClean();
    disks.assertErasedBySigners(letters);
    if (line == Line.SPENT) {
      Files.delete(obstacle.resolve("in the way"));
      Files.delete(obstacle);
    }

    intercept(consortium, members, letters, line, null);
    consortium.keep(victim, Keeping.DEFAULT);
    consortium.run(
        study.id(),
        (member, round, step) -> {
          if (step.compareTo(RoundStep.RELEASE) >= 0) {
            disks.assertClean();
          }
          return member.equals(away) ? FOR_EVER : Optional.empty();
        },
        new Notes());

    PlainSum.assertIsResult(consortium, Ledgers.rounds(consortium, study.id()).getFirst(), victim);
    disks.assertErasedBySigners(letters);
    members.subList(0, 4).forEach(disks::assertGone);
    disks.assertClean();
    letters.assertOneWordEach();
  }

  private static void intercept(
      SimulatedConsortium consortium,
      List<MemberId> members,
      Letters letters,
      Line line,
      @Nullable MemberId victim) {
    for (MemberId member : members) {
      boolean falls = member.equals(victim);
      consortium.intercept(member, link -> new Falling(link, letters, line, falls));
    }
  }

  /** Falls that come at steps, or whose cause is laid there. */
  private static void fall(Line line, RoundStep step, Path obstacle) {
    if ((line == Line.ERASED && step == RoundStep.STAND_BY)
        || (line == Line.CERTIFIED && step == RoundStep.UNMASK)) {
      throw new PowerCut();
    }
    if (line == Line.SPENT && step == RoundStep.RELEASE) {
      try { // no page can be written where a folder is in the way
        Files.createDirectories(obstacle.resolve("in the way"));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }
}
