package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.Entry;
import org.koinon.federation.ledger.GroupEntry.Partitioned;
import org.koinon.federation.ledger.GroupEntry.Separated;
import org.koinon.federation.ledger.Ledger;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Separation;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

/**
 * Disks of a round whose sum comes apart into groups, read as a thief reads them: at every step,
 * and after a fall between drawing the groups and releasing the masks between them.
 */
class SecretsOfGroupsTest {
  private static final int PEERS = 9;

  private final Study study = ToyConsortium.groupedStudy(40, 1, PEERS);
  private final List<MemberId> members = ToyConsortium.members(PEERS);
  private final MemberId victim = members.get(4);
  private final Letters letters = new Letters();

  /** From the exchange on pages have all secrets, until members begin to erase. */
  private static FaultPlan watched(DisksOfARound disks, BiConsumer<MemberId, RoundStep> look) {
    return (member, round, step) -> {
      if (step.compareTo(RoundStep.EXCHANGE) >= 0 && step.compareTo(RoundStep.RELEASE) <= 0) {
        disks.learn();
      }
      if (step.compareTo(RoundStep.RELEASE) >= 0) {
        disks.assertClean();
      }
      look.accept(member, step);
      return Optional.empty();
    };
  }

  private SimulatedConsortium consortium(Path folder, long seed) {
    SimulatedConsortium consortium = ToyConsortium.of(PEERS, study, folder, seed);
    for (MemberId member : members) {
      consortium.intercept(member, link -> new Relay.Overheard(link, letters::note));
    }
    return consortium;
  }

  private DisksOfARound disks(SimulatedConsortium consortium) {
    return new DisksOfARound(consortium, members, study, new RoundId(study.id(), 1));
  }

  private void assertEnd(SimulatedConsortium consortium, DisksOfARound disks) {
    RoundView round = Ledgers.rounds(consortium, study.id()).getFirst();
    assertThat(round.ending()).containsInstanceOf(Finalised.class);
    Separation groups = round.separation().orElseThrow();
    assertThat(groups.separated()).isEqualTo(members);
    assertThat(groups.groups().groups()).hasSize(3);
    // Of each: key, self mask, recovery secret, two shares and a mask of all.
    assertThat(disks.secrets())
        .hasSizeGreaterThanOrEqualTo(PEERS * 3 + PEERS * PEERS * 2 + PEERS * (PEERS - 1) / 2);
    disks.assertErasedBySigners(letters);
    letters.assertOneWordEach();
    Ledgers.assertNothingIsSaidTwice(consortium);
    members.forEach(disks::assertGone);
    disks.assertClean();
    var _ = Ledgers.assertAudited(consortium, members);
  }

  @Test
  void masks_within_a_group_are_gone_before_those_between_groups_are_released(
      @TempDir Path folder) {
    SimulatedConsortium consortium = consortium(folder, 115);
    DisksOfARound disks = disks(consortium);
    FaultPlan plan =
        watched(
            disks,
            (member, step) -> {
              if (step == RoundStep.STRIP) {
                assertThat(disks.isCutToItsGroup(member)).as("%s", member).isTrue();
              }
            });

    consortium.run(study.id(), plan, new Notes());

    assertEnd(consortium, disks);
  }

  /** Lines between the opening and the last mask between groups; the fall comes after the line. */
  enum Line {
    COIN_POSTED,
    SEEDS_ERASED,
    SEPARATED_SENT
  }

  /** The end of all processes at one moment. */
  private static final class PowerCut extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PowerCut() {
      super("the power is cut", null, false, false);
    }
  }

  /** Cuts the power when a member writes an entry, before or after it stands. */
  private record Falling(Ledger ledger, Line line, boolean falls) implements LedgerBehind {
    @Override
    public Admission append(SignedEntry entry) {
      Entry said = entry.entry();
      cut(line == Line.SEEDS_ERASED && falls && said instanceof Separated);
      Admission admission = ledger.append(entry);
      cut(line == Line.COIN_POSTED && said instanceof Partitioned);
      cut(line == Line.SEPARATED_SENT && falls && said instanceof Separated);
      return admission;
    }

    private static void cut(boolean isHere) {
      if (isHere) {
        throw new PowerCut();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void after_a_fall_while_groups_come_apart_no_disk_has_more_than_it_may(
      Line line, @TempDir Path folder) {
    SimulatedConsortium consortium = consortium(folder, 116);
    DisksOfARound disks = disks(consortium);
    for (MemberId member : members) {
      boolean falls = member.equals(victim);
      consortium.interceptLedger(member, ledger -> new Falling(ledger, line, falls));
    }

    assertThatThrownBy(
            () -> consortium.run(study.id(), watched(disks, (member, step) -> {}), new Notes()))
        .hasCauseInstanceOf(PowerCut.class);

    Separation groups =
        Ledgers.rounds(consortium, study.id()).getFirst().separation().orElseThrow();
    assertThat(groups.coin()).isPresent();
    assertThat(groups.separated().contains(victim)).isEqualTo(line == Line.SEPARATED_SENT);
    assertThat(disks.isCutToItsGroup(victim)).isEqualTo(line != Line.COIN_POSTED);
    disks.assertClean();

    members.forEach(member -> consortium.interceptLedger(member, UnaryOperator.identity()));
    consortium.run(study.id(), watched(disks, (member, step) -> {}), new Notes());

    assertEnd(consortium, disks);
  }
}
