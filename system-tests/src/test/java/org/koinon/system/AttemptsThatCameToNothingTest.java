package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.round.AbandonReason;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

/**
 * What disks hold after an attempt that was abandoned or lost, at those who saw its end and at
 * those who were away and come back into the next one.
 */
class AttemptsThatCameToNothingTest {
  private static final int PEERS = 7;
  private static final long PAST_THE_SECOND_DEADLINE = 60_000;

  private final Study study = ToyConsortium.maskedStudy(40, 1, 2, ServerOptimiser.fedAvg());
  private final RoundId first = new RoundId(study.id(), 1);
  private final List<MemberId> members = ToyConsortium.members(PEERS);
  private final List<MemberId> away = members.subList(0, 3);
  private final Set<MemberId> seen = new TreeSet<>();

  @TempDir private Path folder;

  /**
   * All secrets of the first attempt are learned; some members are away from a step of it until it
   * is over; at the beginning of the second each disk is looked at.
   */
  private SimulatedConsortium run(
      SimulatedConsortium consortium,
      DisksOfARound disks,
      RoundStep leaving,
      Consumer<MemberId> look) {
    Set<MemberId> gone = new TreeSet<>();
    FaultPlan plan =
        (member, round, step) -> {
          if (round.equals(first)
              && step.compareTo(RoundStep.EXCHANGE) >= 0
              && step.compareTo(RoundStep.RELEASE) <= 0) {
            disks.learn();
          }
          if (round.number() == 2 && step == RoundStep.READ) {
            look.accept(member);
            assertThat(pieces(consortium, member)).as("pieces at %s", member).isEmpty();
            seen.add(member);
          }
          if (away.contains(member) && step == leaving && !gone.contains(member)) {
            leaveHalfAPiece(consortium, member);
          }
          return away.contains(member) && step == leaving && gone.add(member)
              ? Optional.of(new FaultPlan.Kill(PAST_THE_SECOND_DEADLINE))
              : Optional.empty();
        };
    consortium.run(study.id(), plan, new Notes());
    assertThat(seen).containsExactlyElementsOf(members);
    return consortium;
  }

  /** As a fall does that comes while a piece is written. */
  private void leaveHalfAPiece(SimulatedConsortium consortium, MemberId member) {
    try {
      Files.write(round(consortium, member).resolve("piece-half-0-1.part"), new byte[] {1});
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Path round(SimulatedConsortium consortium, MemberId member) {
    Path archive = consortium.folder(member).resolve("archive");
    return archive.resolve(study.id().value()).resolve("1");
  }

  private List<Path> pieces(SimulatedConsortium consortium, MemberId member) {
    try (Stream<Path> files = Files.list(round(consortium, member))) {
      return files.filter(file -> file.getFileName().toString().startsWith("piece-")).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private RoundView round(SimulatedConsortium consortium, int number) {
    return Ledgers.rounds(consortium, study.id()).get(number - 1);
  }

  private static Digest update(RoundView round, MemberId member) {
    return Objects.requireNonNull(round.ready().get(member)).update();
  }

  @Test
  void after_one_that_was_abandoned_only_the_own_update_and_salt_are_left() {
    SimulatedConsortium consortium = ToyConsortium.of(PEERS, study, folder, 141);
    DisksOfARound disks = new DisksOfARound(consortium, members, study, first);

    run(consortium, disks, RoundStep.AGGREGATE, disks::assertOnlyOwnUpdate);

    RoundView abandoned = round(consortium, 1);
    assertThat(abandoned.released()).isEmpty();
    assertThat(abandoned.ending())
        .contains(new Abandoned(study.id(), 1, AbandonReason.DEADLINE, Phase.SHARD_RESULT));
    assertThat(disks.secrets()).hasSizeGreaterThan(PEERS * PEERS * 2);
    RoundView retry = round(consortium, 2);
    for (MemberId member : members) {
      assertThat(update(retry, member)).isEqualTo(update(abandoned, member));
    }
    PlainSum.assertIsResult(consortium, retry, members.getLast());
    members.forEach(disks::assertGone);
  }

  @Test
  void after_one_that_was_lost_nothing_is_left_also_of_a_member_outside_the_sum() {
    MemberId outside = members.getLast();
    SimulatedConsortium consortium = ToyConsortium.of(PEERS, study, folder, 142);
    DisksOfARound disks = new DisksOfARound(consortium, members, study, first);
    consortium.intercept(outside, Relay.Dropped::new);

    run(consortium, disks, RoundStep.UNMASK, disks::assertGone);

    RoundView lost = round(consortium, 1);
    assertThat(lost.contributors()).isEqualTo(members.subList(0, PEERS - 1));
    assertThat(lost.released()).isPresent();
    assertThat(lost.ending())
        .contains(new Abandoned(study.id(), 1, AbandonReason.DEADLINE, Phase.ATTESTED));
    assertThat(disks.secrets()).hasSizeGreaterThan(PEERS * PEERS * 2);
    for (MemberId member : members) {
      assertThat(update(round(consortium, 2), member)).isNotEqualTo(update(lost, member));
    }
    disks.assertClean();
  }
}
