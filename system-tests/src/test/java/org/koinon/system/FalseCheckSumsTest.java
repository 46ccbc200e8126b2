package org.koinon.system;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.aggregation.ShardSum;
import org.koinon.aggregation.masking.CheckSums;
import org.koinon.aggregation.masking.MemberMessage.CheckMessage;
import org.koinon.aggregation.masking.MemberMessage.ShardCheckMessage;
import org.koinon.audit.verify.AuditReport;
import org.koinon.audit.verify.RoundAudit;
import org.koinon.audit.verify.RoundAudit.Evidence;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.Entry;
import org.koinon.federation.ledger.RoundEntry.Accusation;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundEntry.ShardResult;
import org.koinon.federation.ledger.RoundEntry.ShardRoot;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.round.AccusationKind;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.peer.round.PeerLink;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

/**
 * A contributor that states other check sums than those of its pieces: to stop a round, or to hide
 * what it did to a sum that it owns.
 */
class FalseCheckSumsTest {
  private static final int PEERS = 5;
  private static final int SEEDS = 60;
  private static final String CHECK = "check-sums";

  private final Study study = ToyConsortium.maskedStudy(40, 1, 2, ServerOptimiser.fedAvg());
  private final Study oneOwner = ToyConsortium.maskedStudy(40, 1, 1, ServerOptimiser.fedAvg());
  private final List<MemberId> members = ToyConsortium.members(PEERS);
  private final Notes notes = new Notes();

  @TempDir private Path folder;

  /** States this total, and after it this of each shard if anything. */
  private static final class Talk extends Relay {
    private final Liar liar;
    private final UnaryOperator<CheckSums> total;
    private final Function<Liar, List<CheckSums>> shards;
    private final Map<Digest, byte[]> sums;

    Talk(
        PeerLink link,
        Liar liar,
        UnaryOperator<CheckSums> total,
        Function<Liar, List<CheckSums>> shards,
        Map<Digest, byte[]> sums) {
      super(link);
      this.liar = liar;
      this.total = total;
      this.shards = shards;
      this.sums = sums;
    }

    private byte[] changed(byte[] message) {
      return Letters.read(message)
          .map(signed -> liar.altered(signed, CheckMessage.class, this::changed).encode())
          .orElse(message);
    }

    private CheckMessage changed(CheckMessage said) {
      return said.contributor().equals(liar.id())
          ? new CheckMessage(said.phase(), liar.id(), total.apply(said.sums()))
          : said;
    }

    @Override
    public void publish(byte[] message) {
      super.publish(changed(message));
      List<CheckSums> ofShards =
          Letters.is(CHECK, message) ? shards.apply(liar) : List.<CheckSums>of();
      if (!ofShards.isEmpty()) {
        Digest opened = liar.view().released().orElseThrow().bodyDigest();
        SignedMessage said = liar.signed(new ShardCheckMessage(opened, liar.id(), ofShards));
        super.publish(said.encode());
      }
    }

    @Override
    public void serve(Receiver receiver, Function<Digest, Optional<Served>> source) {
      super.serve(
          receiver,
          address ->
              Optional.ofNullable(sums.get(address))
                  .map(bytes -> new Served(What.SUM, bytes))
                  .or(() -> source.apply(address)));
    }

    @Override
    Optional<Served> shown(Served served) {
      return Optional.of(
          served.what() == What.MESSAGE
              ? new Served(What.MESSAGE, changed(served.bytes()))
              : served);
    }
  }

  /** One more in the first of the sums. */
  private static CheckSums wrong(CheckSums right) {
    return right.plus(new CheckSums("01" + "0".repeat(right.hex().length() - 2)));
  }

  private static List<CheckSums> wrong(List<CheckSums> right) {
    List<CheckSums> wrong = new ArrayList<>(right);
    wrong.set(0, wrong(right.getFirst()));
    return wrong;
  }

  private void assertNamed(Evidence evidence, Function<Liar, List<CheckSums>> shards, long seed) {
    Liar liar = new Liar(ToyConsortium.of(PEERS, study, folder, seed), study, 2);
    SimulatedConsortium consortium = liar.consortium();
    consortium.intercept(
        liar.id(), link -> new Talk(link, liar, FalseCheckSumsTest::wrong, shards, Map.of()));

    consortium.run(study.id(), FaultPlan.NONE, notes);

    RoundView round = Ledgers.rounds(consortium, study.id()).getFirst();
    assertThat(round.contributors()).isEqualTo(members);
    PlainSum.assertIsResult(consortium, round, members.getFirst());
    assertThat(liar.accusations())
        .isNotEmpty()
        .allMatch(said -> said.accused().equals(liar.id()))
        .extracting(Accusation::kind)
        .containsOnly(AccusationKind.WRONG_CHECK);
    AuditReport report = Ledgers.assertAudited(consortium, members);
    assertThat(report.rounds().stream().map(RoundAudit::faults).flatMap(List::stream))
        .isNotEmpty()
        .allMatch(fault -> fault.evidence() == evidence);
  }

  @Test
  void who_states_another_total_than_of_its_shards_is_named_by_its_own_two_messages() {
    assertNamed(Evidence.PROVEN, Liar::checkSums, 171);
  }

  @Test
  void who_states_it_of_a_shard_too_is_named_by_its_pieces() {
    assertNamed(Evidence.NOT_CHECKED, liar -> wrong(liar.checkSums()), 172);
  }

  @Test
  void who_then_says_nothing_of_its_shards_is_named_by_its_pieces() {
    assertNamed(Evidence.NOT_CHECKED, liar -> List.of(), 173);
  }

  /** After its own honest total the liar says these two things of its shards. */
  private Liar saysTwice(Function<Liar, List<List<CheckSums>>> both, long seed) {
    Liar liar = new Liar(ToyConsortium.of(PEERS, study, folder, seed), study, 2);
    SimulatedConsortium consortium = liar.consortium();
    consortium.intercept(
        liar.id(),
        link ->
            new Relay.Overheard(link, message -> {}) {
              @Override
              public void publish(byte[] message) {
                super.publish(message);
                if (Letters.is(CHECK, message)) {
                  Digest opened = liar.view().released().orElseThrow().bodyDigest();
                  both.apply(liar).stream()
                      .map(sums -> new ShardCheckMessage(opened, liar.id(), sums))
                      .forEach(said -> super.publish(liar.signed(said).encode()));
                }
              }
            });

    consortium.run(study.id(), FaultPlan.NONE, notes);

    RoundView round = Ledgers.rounds(consortium, study.id()).getFirst();
    assertThat(round.contributors()).isEqualTo(members);
    assertThat(round.attested()).containsKeys(members.toArray(MemberId[]::new));
    PlainSum.assertIsResult(consortium, round, members.getFirst());
    return liar;
  }

  @Test
  void who_says_two_things_of_its_shards_is_named_and_all_are_through() {
    Liar liar = saysTwice(who -> List.of(who.checkSums(), wrong(who.checkSums())), 174);

    assertThat(liar.accusations())
        .isNotEmpty()
        .allMatch(said -> said.accused().equals(liar.id()))
        .extracting(Accusation::kind)
        .containsOnly(AccusationKind.EQUIVOCATION);
    var _ = Ledgers.assertAudited(liar.consortium(), members);
  }

  /** Two of 20 KiB, of shards that are not there: nobody keeps either, and nobody stops. */
  @Test
  void who_says_much_of_shards_that_are_not_there_is_passed_over_and_all_are_through() {
    Liar liar =
        saysTwice(
            who -> {
              CheckSums one = who.checkSums().getFirst();
              int count = (40 << 10) / one.hex().length();
              return List.of(nCopies(count, one), nCopies(count, wrong(one)));
            },
            175);

    assertThat(liar.accusations()).isEmpty();
    var _ = Ledgers.assertAudited(liar.consortium(), members);
  }

  /** To the last word, in its ring: of a metric's word to the upper half. */
  private static void addOne(byte[] encoded) {
    ByteBuffer word = ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN);
    int at = encoded.length - Integer.BYTES;
    word.putInt(at, word.getInt(at) + 1);
  }

  /** What an owner does to the sum of its only shard, and where it is fetched. */
  private static Entry withWrongSum(Liar liar, Entry entry, Map<Digest, byte[]> sums) {
    if (!(entry instanceof ShardResult honest) || honest.round() != 1) {
      return entry;
    }
    ShardRoot root = honest.roots().getFirst();
    byte[] sum = liar.read("sum-" + root.shard());
    addOne(sum);
    liar.write("sum-" + root.shard(), sum);
    Digest changed = ShardSum.decode(liar.layout(), sum).root();
    sums.put(
        Digest.tagged(
            "koinon/sum-address/v1",
            changed.bytes(),
            Integer.toString(root.shard()).getBytes(StandardCharsets.UTF_8)),
        sum);
    return new ShardResult(
        honest.study(),
        honest.round(),
        honest.phase(),
        List.of(new ShardRoot(root.shard(), changed)));
  }

  /** As if the error were its own contribution's. */
  private static CheckSums absorbed(Liar liar, CheckSums honest) {
    if (liar.view().opened().round() != 1) {
      return honest;
    }
    List<CheckSums> sums = new ArrayList<>(liar.checkSums());
    int shard = liar.view().shards().orElseThrow().owned(liar.id()).getFirst();
    byte[] piece = liar.read("piece-" + liar.id() + "-" + shard);
    addOne(piece);
    sums.set(shard, liar.checkSums(piece));
    return sums.stream().reduce(CheckSums::plus).orElseThrow();
  }

  private SimulatedConsortium absorbing(long seed) throws IOException {
    Path own = Files.createDirectory(folder.resolve("seed-" + seed));
    Liar liar = new Liar(ToyConsortium.of(PEERS, oneOwner, own, seed), oneOwner, 2);
    Map<Digest, byte[]> sums = new HashMap<>();
    SimulatedConsortium consortium = liar.consortium();
    liar.writes(entry -> withWrongSum(liar, entry, sums));
    consortium.intercept(
        liar.id(),
        link -> new Talk(link, liar, honest -> absorbed(liar, honest), any -> List.of(), sums));
    consortium.run(oneOwner.id(), FaultPlan.NONE, notes);
    assertThat(sums).hasSize(1);
    assertThat(notes.sentences())
        .filteredOn(note -> !note.startsWith(liar.id().value()))
        .noneMatch(note -> note.contains("of the contributors do not add up"));
    return consortium;
  }

  /** All sums add up: only who computes the drawn shard anew can see it, one time in five. */
  @Test
  void an_error_that_its_owner_absorbs_is_found_when_its_shard_is_drawn() throws IOException {
    long seed = 1;
    SimulatedConsortium consortium = absorbing(seed);
    while (Ledgers.entries(consortium, Accusation.class).isEmpty() && seed < SEEDS) {
      consortium = absorbing(++seed);
    }

    RoundView round = Ledgers.rounds(consortium, oneOwner.id()).getFirst();
    assertThat(round.ending()).containsInstanceOf(Finalised.class);
    assertThat(round.standing()).isNotEqualTo(round.sums());
    PlainSum.assertIsResult(consortium, round, members.getFirst());
    assertThat(new Liar(consortium, oneOwner, 2).accusations())
        .allMatch(said -> said.accused().equals(members.get(2)))
        .extracting(Accusation::kind)
        .containsOnly(AccusationKind.WRONG_SUM);
    assertThat(notes.sentences()).anyMatch(note -> note.contains("was wrong and is put right"));
    var _ = Ledgers.assertAudited(consortium, members);
  }
}
