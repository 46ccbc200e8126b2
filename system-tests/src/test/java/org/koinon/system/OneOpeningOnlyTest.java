package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.Ledger;
import org.koinon.federation.ledger.Refusal;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundEntry.Accusation;
import org.koinon.federation.ledger.RoundEntry.Ready;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.round.AbandonReason;
import org.koinon.federation.round.AccusationKind;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.peer.ledger.embedded.EmbeddedLedger;
import org.koinon.peer.round.PeerLink;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

/**
 * Members that are shown another opening than the rest, sign two, or keep back what the rest need
 * to take the masks off.
 */
class OneOpeningOnlyTest {
  private static final int PEERS = 5;
  private static final Digest ELSEWHERE = Digest.tagged("another opening");

  private final Study study = ToyConsortium.maskedStudy(40, 1, 2, ServerOptimiser.fedAvg());
  private final List<MemberId> members = ToyConsortium.members(PEERS);
  private final Letters letters = new Letters();
  private final Set<Digest> attempts = new HashSet<>();

  /** Whether the message belongs to the first attempt that was heard of. */
  private boolean isOfFirst(SignedMessage message) {
    if (attempts.isEmpty()) {
      attempts.add(message.context());
    }
    return attempts.contains(message.context());
  }

  private boolean isOfFirst(String type, byte[] bytes) {
    return Letters.read(bytes)
        .filter(message -> message.type().equals(type) && isOfFirst(message))
        .isPresent();
  }

  /** Notes what a member says. */
  private class Noted extends Relay {
    Noted(PeerLink link) {
      super(link);
    }

    @Override
    public void publish(byte[] message) {
      letters.note(message);
      super.publish(message);
    }
  }

  /**
   * Lives in another view of the ledger, as far as openings go: in the first attempt the others
   * hear it sign another opening, and it hears them do so.
   */
  private final class Elsewhere extends Noted {
    Elsewhere(PeerLink link) {
      super(link);
    }

    private static byte[] moved(SignedMessage message) {
      return Letters.resigned(message, ELSEWHERE.bytes());
    }

    private byte[] changed(byte[] bytes) {
      return isOfFirst(Letters.OPEN_SIGNATURE, bytes) ? moved(SignedMessage.decode(bytes)) : bytes;
    }

    @Override
    public void publish(byte[] message) {
      super.publish(changed(message));
    }

    @Override
    byte[] heard(byte[] message) {
      return changed(message);
    }

    @Override
    public Optional<byte[]> fetch(MemberId from, Digest address, long maxBytes) {
      return super.fetch(from, address, maxBytes).map(this::changed);
    }

    @Override
    Optional<Served> shown(Served served) {
      return Optional.of(new Served(served.what(), changed(served.bytes())));
    }
  }

  /** Signs the opening to all, and another one to somebody. */
  private final class TwoFaced extends Noted {
    private final MemberId witness;

    TwoFaced(PeerLink link, MemberId witness) {
      super(link);
      this.witness = witness;
    }

    @Override
    public void publish(byte[] message) {
      if (isOfFirst(Letters.OPEN_SIGNATURE, message)) {
        byte[] other = Letters.resigned(SignedMessage.decode(message), ELSEWHERE.bytes());
        assertThat(tell(witness, message)).isEqualTo(Reply.HELD);
        assertThat(tell(witness, other)).isEqualTo(Reply.HELD);
      }
      super.publish(message);
    }
  }

  private RoundView round(SimulatedConsortium consortium, int number) {
    return Ledgers.rounds(consortium, study.id()).get(number - 1);
  }

  private static Digest context(RoundView round) {
    return round.opened().context(ToyConsortium.ID);
  }

  @Test
  void who_is_shown_another_opening_releases_nothing_and_who_signs_both_is_named(
      @TempDir Path folder) {
    MemberId deceived = members.get(0);
    MemberId twoFaced = members.get(1);
    MemberId witness = members.get(2);
    SimulatedConsortium consortium = ToyConsortium.of(PEERS, study, folder, 91);
    members.forEach(member -> consortium.intercept(member, Noted::new));
    consortium.intercept(deceived, Elsewhere::new);
    consortium.intercept(twoFaced, link -> new TwoFaced(link, witness));

    consortium.run(study.id(), FaultPlan.NONE, new Notes());

    RoundView round = round(consortium, 1);
    assertThat(letters.authors(Letters.UNMASK, context(round)))
        .isEqualTo(members.subList(1, PEERS));
    assertThat(letters.authors(Letters.SHARE, context(round))).doesNotContain(deceived);
    assertThat(round.contributors()).isEqualTo(members);
    PlainSum.assertIsResult(consortium, round, witness);
    assertThat(Ledgers.entries(consortium, Accusation.class))
        .isNotEmpty()
        .extracting(SignedEntry::entry)
        .allMatch(
            entry ->
                entry instanceof Accusation said
                    && said.accused().equals(twoFaced)
                    && said.kind() == AccusationKind.EQUIVOCATION);
    assertThat(consortium.standing()).containsKey(deceived);
    var _ = Ledgers.assertAudited(consortium, members);
  }

  @Test
  void nobody_releases_anything_when_fewer_than_a_quorum_stand_by_one_opening(
      @TempDir Path folder) {
    SimulatedConsortium consortium = ToyConsortium.of(PEERS, study, folder, 92);
    members.forEach(member -> consortium.intercept(member, Noted::new));
    members.subList(3, PEERS).forEach(member -> consortium.intercept(member, Elsewhere::new));

    consortium.run(study.id(), FaultPlan.NONE, new Notes());

    RoundView lost = round(consortium, 1);
    assertThat(lost.released()).isPresent();
    assertThat(lost.ending())
        .contains(new Abandoned(study.id(), 1, AbandonReason.DEADLINE, Phase.ATTESTED));
    assertThat(letters.authors(Letters.OPEN_SIGNATURE, context(lost))).isEqualTo(members);
    assertThat(letters.authors(Letters.UNMASK, context(lost))).isEmpty();
    assertThat(letters.authors(Letters.SHARE, context(lost))).isEmpty();

    RoundView next = round(consortium, 2);
    for (MemberId member : members) {
      assertThat(update(next, member)).isNotEqualTo(update(lost, member));
    }
    PlainSum.assertIsResult(consortium, next, members.getFirst());
  }

  /** The end of all processes at one moment. */
  private static final class Night extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Night() {
      super("all stop", null, false, false);
    }
  }

  /** All stop when somebody comes to that step. */
  private void runUntil(SimulatedConsortium consortium, Predicate<MemberId> who, RoundStep until) {
    FaultPlan plan =
        (member, round, step) -> {
          if (step == until && who.test(member)) {
            throw new Night();
          }
          return Optional.empty();
        };
    assertThatThrownBy(() -> consortium.run(study.id(), plan, new Notes()))
        .hasCauseInstanceOf(Night.class);
  }

  /** A ledger that is shown in place of another, until the night comes. */
  private record Elsewritten(Ledger ledger, BooleanSupplier isNight) implements LedgerBehind {
    @Override
    public List<byte[]> read(long from, int max) {
      if (isNight.getAsBoolean()) {
        throw new Night();
      }
      return ledger.read(from, max);
    }
  }

  /** Who looks after the gateway of the deceived keeps others' checkpoints from it. */
  private final class Fenced extends Noted {
    Fenced(PeerLink link) {
      super(link);
    }

    @Override
    boolean hearsCheckpoints() {
      return false;
    }
  }

  /**
   * Two ledgers of one consortium, alike until all have committed; then other receipts, another
   * set, other sums and another opening, all signed by members. One member is shown the second.
   */
  @Test
  void who_is_shown_another_ledger_erases_signs_its_opening_and_releases_nothing(
      @TempDir Path folder) throws IOException {
    MemberId deceived = members.get(0);
    MemberId victim = members.get(4);
    Path one = Files.createDirectory(folder.resolve("one"));
    runUntil(ToyConsortium.of(PEERS, study, one, 94), any -> true, RoundStep.EXCHANGE);
    Path other = Folders.copy(one, folder.resolve("other"));
    SimulatedConsortium elsewhere = ToyConsortium.reopen(PEERS, other, 95);
    elsewhere.intercept(victim, Relay.Dropped::new);
    runUntil(elsewhere, deceived::equals, RoundStep.RELEASE);
    SimulatedConsortium consortium = ToyConsortium.reopen(PEERS, one, 96);
    Folders.replace(consortium.folder(deceived), elsewhere.folder(deceived));
    members.forEach(member -> consortium.intercept(member, Noted::new));
    consortium.intercept(deceived, Fenced::new);
    Notes notes = new Notes();
    consortium.interceptLedger(
        deceived,
        honest -> {
          honest.close();
          return new Elsewritten(
              EmbeddedLedger.open(elsewhere.ledgerFile()),
              () -> notes.outcomes().getOrDefault(1, List.of()).size() == PEERS - 1);
        });

    assertThatThrownBy(() -> consortium.run(study.id(), FaultPlan.NONE, notes))
        .hasCauseInstanceOf(Night.class);

    RoundView shown = round(elsewhere, 1);
    RoundView round = round(consortium, 1);
    assertThat(context(shown)).isEqualTo(context(round));
    assertThat(shown.contributors()).isEqualTo(members.subList(0, 4));
    assertThat(round.contributors()).contains(victim);
    assertThat(signedBy(deceived)).containsOnly(opening(shown)).doesNotContain(opening(round));
    assertThat(letters.authors(Letters.OPEN_SIGNATURE, context(round))).isEqualTo(members);
    assertThat(letters.authors(Letters.UNMASK, context(round))).doesNotContain(deceived);
    assertThat(letters.authors(Letters.SHARE, context(round))).doesNotContain(deceived);
    assertThat(
            new DisksOfARound(consortium, members, study, round.opened().id()).isErased(deceived))
        .isTrue();
    PlainSum.assertIsResult(consortium, round, victim);
    assertThat(Ledgers.entries(consortium, Accusation.class)).isEmpty();
    var _ = Ledgers.assertAudited(consortium, members.subList(1, PEERS));
  }

  private static Digest opening(RoundView round) {
    return round.released().orElseThrow().bodyDigest();
  }

  /** The openings that it signed. */
  private List<Digest> signedBy(MemberId member) {
    return letters.sent().stream()
        .filter(message -> message.author().equals(member))
        .filter(message -> message.type().equals(Letters.OPEN_SIGNATURE))
        .map(message -> Digest.of(message.body()))
        .toList();
  }

  private static Digest update(RoundView round, MemberId member) {
    return Objects.requireNonNull(round.ready().get(member)).update();
  }

  /** In the first attempt it signs the opening and hands out nothing that follows. */
  private final class Withholding extends Noted {
    private boolean signed;

    Withholding(PeerLink link) {
      super(link);
    }

    @Override
    public void publish(byte[] message) {
      signed |= isOfFirst(Letters.OPEN_SIGNATURE, message);
      if (!isOfFirst(Letters.UNMASK, message) && !isOfFirst(Letters.SHARE, message)) {
        super.publish(message);
      }
    }

    @Override
    Optional<Served> shown(Served served) {
      boolean kept =
          signed
              && (served.what() != What.MESSAGE
                  || isOfFirst(Letters.UNMASK, served.bytes())
                  || isOfFirst(Letters.SHARE, served.bytes())
                  || Letters.read(served.bytes()).isEmpty());
      return Optional.of(served).filter(one -> !kept);
    }
  }

  /**
   * Five, of whom four must release: with one gone and one keeping its share to itself, that one
   * alone reads the sum. A second sum without the one that is gone would open it.
   */
  @Test
  void a_withheld_share_and_a_retry_without_one_member_open_nobody(@TempDir Path folder) {
    MemberId victim = members.get(0);
    MemberId thief = members.get(1);
    SimulatedConsortium consortium = ToyConsortium.of(PEERS, study, folder, 93);
    consortium.intercept(thief, Withholding::new);
    FaultPlan plan =
        (member, round, step) -> {
          if (member.equals(victim) && step == RoundStep.UNMASK) {
            return Optional.of(new FaultPlan.Kill(-1));
          }
          if (member.equals(thief) && round.number() == 2 && step == RoundStep.CONTRIBUTE) {
            assertOldUpdateIsRefused(consortium, thief);
          }
          return Optional.empty();
        };

    consortium.run(study.id(), plan, new Notes());

    RoundView lost = round(consortium, 1);
    assertThat(lost.contributors()).isEqualTo(members);
    assertThat(lost.ending())
        .contains(new Abandoned(study.id(), 1, AbandonReason.DEADLINE, Phase.ATTESTED));
    assertThat(lost.attested()).containsOnlyKeys(thief);

    List<RoundView> retries = Ledgers.rounds(consortium, study.id()).subList(1, 3);
    for (RoundView retry : retries) {
      assertThat(retry.ready()).doesNotContainKey(victim).hasSize(PEERS - 1);
      retry
          .ready()
          .forEach((member, said) -> assertThat(said.update()).isNotEqualTo(update(lost, member)));
      assertThat(retry.ending())
          .contains(
              new Abandoned(
                  study.id(), retry.opened().round(), AbandonReason.SET_TOO_NEAR, Phase.RECEIPTED));
      assertThat(retry.released()).isEmpty();
    }
  }

  private void assertOldUpdateIsRefused(SimulatedConsortium consortium, MemberId member) {
    Ready old = Objects.requireNonNull(round(consortium, 1).ready().get(member));
    Ready again =
        new Ready(
            old.study(),
            2,
            old.update(),
            old.consent(),
            old.dataset(),
            old.code(),
            old.kemKey(),
            old.units());
    assertThat(Ledgers.append(consortium, member, again))
        .isInstanceOfSatisfying(
            Admission.Refused.class,
            refused -> assertThat(refused.refusal()).isEqualTo(Refusal.UPDATE_SPENT));
  }
}
