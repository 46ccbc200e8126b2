package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.ledger.MaskedEntry.Missing;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundEntry.ReceiptedExtra;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.peer.round.PeerLink;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

/** Owners of one shard who do not take a piece, or who give a receipt and do not serve it. */
class AContributorIsDeniedTest {
  private static final MemberId VICTIM = ToyConsortium.member(0);

  private final Study study = ToyConsortium.maskedStudy(40, 1, 2, ServerOptimiser.fedAvg());
  private final RoundId first = new RoundId(study.id(), 1);
  private final Letters letters = new Letters();

  /** The first shard that the victim does not own. */
  private static int shard(ShardMap map) {
    return IntStream.range(0, map.shards())
        .filter(shard -> !map.owners(shard).contains(VICTIM))
        .findFirst()
        .orElseThrow();
  }

  private ShardMap map(SimulatedConsortium consortium) {
    RoundView view = Ledgers.read(consortium, log -> RoundView.of(log, first).orElseThrow());
    return view.shards().orElseThrow();
  }

  /** Any member: it does not take the victim's piece if it owns the shard. */
  private final class Denying extends Relay {
    private final SimulatedConsortium consortium;
    private final MemberId me;

    Denying(PeerLink link, SimulatedConsortium consortium, MemberId me) {
      super(link);
      this.consortium = consortium;
      this.me = me;
    }

    @Override
    Optional<Reply> instead(PieceName name) {
      if (!name.contributor().equals(VICTIM) || !name.round().equals(first)) {
        return Optional.empty();
      }
      ShardMap map = map(consortium);
      return name.shard() == shard(map) && map.owners(name.shard()).contains(me)
          ? Optional.of(Reply.REFUSED)
          : Optional.empty();
    }
  }

  @Test
  void whom_both_owners_of_a_shard_deny_is_in_by_the_receipts_of_those_next_in_line(
      @TempDir Path folder) {
    SimulatedConsortium consortium = ToyConsortium.of(7, study, folder, 81);
    List<MemberId> members = ToyConsortium.members(7);
    members.forEach(
        member -> consortium.intercept(member, link -> new Denying(link, consortium, member)));

    consortium.run(study.id(), FaultPlan.NONE, new Notes());

    RoundView round = Ledgers.rounds(consortium, study.id()).getFirst();
    ShardMap map = round.shards().orElseThrow();
    List<SignedEntry> extras =
        Ledgers.entries(consortium, ReceiptedExtra.class).stream()
            .filter(entry -> ((ReceiptedExtra) entry.entry()).contributor().equals(VICTIM))
            .toList();
    assertThat(extras).isNotEmpty();
    for (SignedEntry extra : extras) {
      int shard = ((ReceiptedExtra) extra.entry()).shard();
      assertThat(shard).isEqualTo(shard(map));
      assertThat(map.spares(shard, round.quorum().faults())).contains(extra.author());
    }
    assertThat(round.contributors()).isEqualTo(members);
    PlainSum.assertIsResult(consortium, round, VICTIM);
    var _ = Ledgers.assertAudited(consortium, members);
  }

  /** The victim reaches one owner of the shard only, and serves nothing. */
  private final class HalfHeard extends Relay {
    private final SimulatedConsortium consortium;

    HalfHeard(PeerLink link, SimulatedConsortium consortium) {
      super(link);
      this.consortium = consortium;
    }

    @Override
    public Reply send(MemberId to, PieceName name, byte[] bytes) {
      ShardMap map = map(consortium);
      boolean lost = name.shard() == shard(map) && !to.equals(map.owners(name.shard()).getFirst());
      return lost ? Reply.UNREACHABLE : super.send(to, name, bytes);
    }

    @Override
    Optional<Served> shown(Served served) {
      return Optional.of(served).filter(one -> one.what() != What.PIECE);
    }
  }

  /** Any other member: serves no piece if it is the owner that has the victim's. */
  private final class Keeping extends Relay {
    private final SimulatedConsortium consortium;
    private final MemberId me;

    Keeping(PeerLink link, SimulatedConsortium consortium, MemberId me) {
      super(link);
      this.consortium = consortium;
      this.me = me;
    }

    @Override
    public void publish(byte[] message) {
      letters.note(message);
      super.publish(message);
    }

    @Override
    Optional<Served> shown(Served served) {
      if (served.what() != What.PIECE) {
        return Optional.of(served);
      }
      ShardMap map = map(consortium);
      boolean mine = map.owners(shard(map)).getFirst().equals(me);
      return Optional.of(served).filter(one -> !mine);
    }
  }

  @Test
  void a_receipt_without_the_piece_ends_the_attempt_before_it_is_opened_and_is_on_record(
      @TempDir Path folder) {
    SimulatedConsortium consortium = ToyConsortium.of(5, study, folder, 82);
    List<MemberId> members = ToyConsortium.members(5);
    List<MemberId> others = members.subList(1, 5);
    consortium.intercept(VICTIM, link -> new HalfHeard(link, consortium));
    others.forEach(
        member -> consortium.intercept(member, link -> new Keeping(link, consortium, member)));

    consortium.run(study.id(), goneOnceSealed(), new Notes());

    List<RoundView> rounds = Ledgers.rounds(consortium, study.id());
    RoundView lost = rounds.getFirst();
    assertThat(lost.ending())
        .containsInstanceOf(Abandoned.class)
        .hasValueSatisfying(
            end -> assertThat(((Abandoned) end).phase()).isEqualTo(Phase.SHARD_RESULT));
    assertThat(lost.contributors()).isEqualTo(members);
    assertThat(lost.released()).isEmpty();
    assertNothingReleased(lost);
    assertMissing(consortium, lost);

    RoundView retry = rounds.get(1);
    assertThat(retry.ending()).containsInstanceOf(Finalised.class);
    assertThat(retry.contributors()).isEqualTo(others);
    for (MemberId member : others) {
      assertThat(Objects.requireNonNull(retry.ready().get(member)).update())
          .isEqualTo(Objects.requireNonNull(lost.ready().get(member)).update());
    }
    PlainSum.assertIsResult(consortium, retry, others.getFirst());
  }

  private FaultPlan goneOnceSealed() {
    return (member, round, step) ->
        member.equals(VICTIM) && step == RoundStep.SEAL
            ? Optional.of(new FaultPlan.Kill(-1))
            : Optional.empty();
  }

  private void assertNothingReleased(RoundView round) {
    var context = round.opened().context(ToyConsortium.ID);
    for (String type : List.of(Letters.OPEN_SIGNATURE, Letters.UNMASK, Letters.SHARE)) {
      assertThat(letters.authors(type, context)).isEmpty();
    }
  }

  /** More than f members have it on record, and of the one who serves nothing alone. */
  private static void assertMissing(SimulatedConsortium consortium, RoundView round) {
    ShardMap map = round.shards().orElseThrow();
    List<SignedEntry> missing = Ledgers.entries(consortium, Missing.class);
    assertThat(missing).hasSizeGreaterThan(round.quorum().faults());
    for (SignedEntry entry : missing) {
      Missing said = (Missing) entry.entry();
      assertThat(said.contributor()).isEqualTo(VICTIM);
      assertThat(said.holder()).isEqualTo(map.owners(shard(map)).getFirst());
      assertThat(round.receiptGivers(VICTIM, said.shard())).contains(said.holder());
    }
  }
}
