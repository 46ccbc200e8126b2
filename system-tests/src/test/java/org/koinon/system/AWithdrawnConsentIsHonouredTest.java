package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.Refusal;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundEntry.Ready;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.peer.node.RefusedEntryException;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

class AWithdrawnConsentIsHonouredTest {
  private static final int PEERS = 4;

  private final Study study = ToyConsortium.study(50, 2, 2, ServerOptimiser.fedAvg());
  private final MemberId hospital = ToyConsortium.member(1);
  private final List<Refusal> refusals = new ArrayList<>();

  @Test
  void the_next_ready_cites_a_new_snapshot_and_the_old_one_is_refused(@TempDir Path folder) {
    SimulatedConsortium consortium = ToyConsortium.of(PEERS, study, folder, 41);

    consortium.run(study.id(), withdrawAsRoundTwoBegins(consortium), new Notes());

    assertThat(refusals).containsExactly(Refusal.CONSENT_WITHDRAWN);
    List<RoundView> rounds = Ledgers.rounds(consortium, study.id());
    assertThat(rounds)
        .extracting(round -> Objects.requireNonNull(round.ready().get(hospital)).consent())
        .containsExactly(1, 2);
    assertThat(rounds)
        .allSatisfy(
            round -> {
              assertThat(round.ending()).containsInstanceOf(Finalised.class);
              assertThat(round.sealed().orElseThrow().contributors()).hasSize(PEERS);
            });
    var _ = Ledgers.assertAudited(consortium, ToyConsortium.members(PEERS));
  }

  /** The hospital's consent office acts while its node begins to read what round 2 is. */
  private FaultPlan withdrawAsRoundTwoBegins(SimulatedConsortium consortium) {
    return (member, round, step) -> {
      if (member.equals(hospital) && round.number() == 2 && step == RoundStep.READ) {
        consortium.as(
            hospital,
            registrar -> {
              registrar.withdraw(study.id());
              refusals.add(
                  catchThrowableOfType(
                          RefusedEntryException.class,
                          () -> registrar.say(readyWithTheOldSnapshot(round)))
                      .refusal());
            });
      }
      return Optional.empty();
    };
  }

  private Ready readyWithTheOldSnapshot(RoundId round) {
    Digest update = Digest.tagged("an update made under the old consent");
    return new Ready(round.study(), round.number(), update, 1, 1, study.code());
  }
}
