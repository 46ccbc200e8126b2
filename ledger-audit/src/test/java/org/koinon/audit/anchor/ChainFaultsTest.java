package org.koinon.audit.anchor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.koinon.audit.anchor.ChainFixture.checkpoint;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.audit.anchor.AnchorException.Fault;
import org.koinon.audit.anchor.AnchorWatch.Change;
import org.koinon.audit.anchor.AnchorWriter.Outcome;
import org.koinon.audit.anchor.AnchoredHistory.Standing;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.Checkpoint;

/** What may go wrong on a chain, made to happen on a real EVM node. */
@Tag("anchor")
class ChainFaultsTest {
  @TempDir private Path folder;
  private ChainFixture fixture;
  private EvmAddress contract;

  @BeforeEach
  void start() throws IOException {
    fixture = new ChainFixture(folder);
    contract = fixture.deployed();
    var _ = fixture.chain.ask("evm_setAutomine", false);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private Outcome publish(AnchorKey payer, Checkpoint checkpoint, Pace pace) {
    return publish(payer, FeePolicy.USUAL, checkpoint, pace);
  }

  private Outcome publish(AnchorKey payer, FeePolicy fees, Checkpoint checkpoint, Pace pace) {
    try (AnchorWriter writer = fixture.writer(payer, fees, pace)) {
      return writer.publish(contract, checkpoint, fixture.signed(contract, checkpoint));
    }
  }

  private BigInteger nonce(AnchorKey key) {
    try (EvmNode node = EvmNode.open(fixture.chain.url())) {
      return node.nonce(key.address());
    }
  }

  private Pace miningAfter(Runnable... steps) {
    List<Runnable> all = new ArrayList<>(List.of(steps));
    for (int i = 0; i < 60; i++) {
      all.add(() -> fixture.chain.mine(1));
    }
    return ChainFixture.doing(all);
  }

  @Test
  void a_stuck_transaction_gets_a_higher_fee_under_the_same_nonce() {
    BigInteger before = nonce(fixture.payer);
    Runnable dearBlock =
        () -> {
          var _ =
              fixture.chain.ask(
                  "anvil_setNextBlockBaseFeePerGas", "0x" + Long.toHexString(20_000_000_000L));
          fixture.chain.mine(1);
        };

    Outcome outcome =
        publish(
            fixture.payer, new FeePolicy(100, 1), checkpoint(5), miningAfter(dearBlock, dearBlock));

    assertThat(outcome).isInstanceOf(Outcome.Anchored.class);
    assertThat(fixture.notes).anyMatch(note -> note.contains("fee is raised"));
    assertThat(nonce(fixture.payer)).isEqualTo(before.add(BigInteger.ONE));
  }

  @Test
  void no_fee_above_the_cap_is_ever_offered() {
    Runnable dearBlock =
        () -> {
          var _ =
              fixture.chain.ask(
                  "anvil_setNextBlockBaseFeePerGas", "0x" + Long.toHexString(90_000_000_000L));
          fixture.chain.mine(1);
        };
    int[] left = {8};
    Pace pace =
        () -> {
          dearBlock.run();
          return left[0]-- > 0;
        };

    assertThatExceptionOfType(AnchorException.class)
        .isThrownBy(() -> publish(fixture.payer, new FeePolicy(10, 1), checkpoint(5), pace))
        .satisfies(e -> assertThat(e.fault()).isEqualTo(Fault.TIMED_OUT))
        .withMessageContaining("10.0 gwei");
    assertThat(fixture.history(contract).standing(checkpoint(5))).isEqualTo(Standing.ABSENT);
  }

  @Test
  void a_transaction_that_the_pool_lost_is_sent_again() {
    Outcome outcome =
        publish(
            fixture.payer,
            checkpoint(5),
            miningAfter(
                () -> {
                  var _ = fixture.chain.ask("anvil_dropAllTransactions");
                }));

    assertThat(outcome).isInstanceOf(Outcome.Anchored.class);
    assertThat(fixture.notes).anyMatch(note -> note.contains("sent again"));
  }

  @Test
  void two_members_that_publish_the_same_at_once_leave_one_anchor() throws IOException {
    AnchorKey other = fixture.key("other payer");
    fixture.chain.fund(other.address(), 1);
    AtomicReference<Outcome> second = new AtomicReference<>();

    Outcome first =
        publish(
            fixture.payer,
            checkpoint(5),
            miningAfter(() -> second.set(publish(other, checkpoint(5), fixture.mining()))));

    assertThat(first).isInstanceOf(Outcome.Anchored.class);
    assertThat(second.get()).isInstanceOf(Outcome.Anchored.class);
    assertThat(fixture.history(contract).counted()).hasSize(1);
  }

  @Test
  void a_longer_log_that_came_first_makes_a_shorter_one_needless() throws IOException {
    AnchorKey other = fixture.key("other payer");
    fixture.chain.fund(other.address(), 1);
    var longer = publish(other, checkpoint(9), fixture.mining());

    Outcome outcome = publish(fixture.payer, checkpoint(5), fixture.mining());

    assertThat(longer).isInstanceOf(Outcome.Anchored.class);
    assertThat(outcome).isInstanceOf(Outcome.Passed.class);
  }

  @Test
  void a_nonce_that_another_program_used_is_not_waited_for() {
    Outcome outcome =
        publish(
            fixture.payer,
            checkpoint(5),
            miningAfter(
                () -> {
                  var _ = fixture.chain.ask("anvil_dropAllTransactions");
                  try (AnchorWriter same = fixture.writer(fixture.mining())) {
                    var _ =
                        same.deploy(fixture.members.stream().map(AnchorKey::address).toList(), 1);
                  }
                }));

    assertThat(outcome).isInstanceOf(Outcome.Anchored.class);
    assertThat(fixture.notes).anyMatch(note -> note.contains("was used by another transaction"));
    assertThat(fixture.history(contract).counted()).hasSize(1);
  }

  @Test
  void after_a_reorganisation_the_anchor_is_brought_again() {
    AnchorWatch watch = new AnchorWatch();
    List<Change> changes = new ArrayList<>();
    Runnable look = () -> changes.addAll(watch.next(fixture.history(contract)));

    Outcome outcome =
        publish(
            fixture.payer,
            checkpoint(5),
            miningAfter(
                () -> {
                  fixture.chain.mine(1);
                  look.run();
                },
                () -> {
                  var _ = fixture.chain.ask("anvil_reorg", 1, List.of());
                  var _ = fixture.chain.ask("anvil_dropAllTransactions");
                  look.run();
                }));
    look.run();

    assertThat(outcome).isInstanceOf(Outcome.Anchored.class);
    assertThat(changes.stream().map(Object::getClass).map(Class::getSimpleName).toList())
        .containsExactly("Seen", "Vanished", "Counts");
    assertThat(fixture.history(contract).counted()).hasSize(1);
  }

  @Test
  void another_root_for_an_anchored_size_is_a_contradiction_and_costs_nothing() {
    var first = publish(fixture.payer, checkpoint(5), fixture.mining());
    BigInteger before = nonce(fixture.payer);
    Checkpoint other = new Checkpoint(ChainFixture.LEAGUE, 5, Digest.tagged("another log"));

    assertThat(first).isInstanceOf(Outcome.Anchored.class);
    assertThatExceptionOfType(AnchorException.class)
        .isThrownBy(() -> publish(fixture.payer, other, fixture.mining()))
        .satisfies(e -> assertThat(e.fault()).isEqualTo(Fault.CONTRADICTED));
    assertThat(nonce(fixture.payer)).isEqualTo(before);
  }

  @Test
  void a_node_of_another_chain_gets_no_transaction() {
    AnchorPoint elsewhere =
        new AnchorPoint(fixture.chain.url(), contract, Optional.of(new ChainId(1)), 3);

    assertThatExceptionOfType(AnchorException.class)
        .isThrownBy(
            () ->
                AnchorWriter.open(
                    fixture.chain.url(),
                    new ChainId(1),
                    fixture.payer,
                    new AnchorWriter.Manner(FeePolicy.USUAL, 3, () -> false, fixture.notes::add)))
        .satisfies(e -> assertThat(e.fault()).isEqualTo(Fault.WRONG_CHAIN));
    assertThatExceptionOfType(AnchorException.class)
        .isThrownBy(() -> AnchorReader.read(elsewhere, ChainFixture.LEAGUE))
        .satisfies(e -> assertThat(e.fault()).isEqualTo(Fault.WRONG_CHAIN));
  }

  @Test
  void an_address_without_the_contract_is_not_believed() {
    assertThatExceptionOfType(AnchorException.class)
        .isThrownBy(() -> fixture.history(fixture.payer.address()))
        .satisfies(e -> assertThat(e.fault()).isEqualTo(Fault.NOT_THE_CONTRACT));
    var _ = fixture.chain.ask("anvil_setCode", fixture.payer.address().value(), "0x6001600101");
    assertThatExceptionOfType(AnchorException.class)
        .isThrownBy(() -> fixture.history(fixture.payer.address()))
        .withMessageContaining("is not CheckpointAnchor");
  }

  @Test
  void a_payer_without_funds_is_told_so() throws IOException {
    AnchorKey poor = fixture.key("poor");

    assertThatExceptionOfType(AnchorException.class)
        .isThrownBy(() -> publish(poor, checkpoint(5), fixture.mining()))
        .satisfies(e -> assertThat(e.fault()).isEqualTo(Fault.FUNDS_MISSING));
  }

  @Test
  void a_node_that_stops_is_asked_again_until_patience_ends() {
    assertThatExceptionOfType(AnchorException.class)
        .isThrownBy(
            () -> {
              int[] left = {3};
              Pace pace =
                  () -> {
                    fixture.chain.close();
                    return left[0]-- > 0;
                  };
              var _ = publish(fixture.payer, checkpoint(5), pace);
            })
        .satisfies(e -> assertThat(e.fault()).isEqualTo(Fault.TIMED_OUT))
        .withMessageContaining("does not answer");
    assertThat(fixture.notes).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void a_node_that_stops_and_comes_back_gets_what_its_pool_lost() {
    AnchorWatch watch = new AnchorWatch();
    List<Change> changes = new ArrayList<>();
    Outcome outcome =
        publish(
            fixture.payer,
            checkpoint(5),
            miningAfter(
                () -> fixture.chain.close(),
                () -> assertThat(fixture.notes).last().asString().contains("does not answer"),
                () -> {
                  fixture.startAgain();
                  var _ = fixture.chain.ask("evm_setAutomine", false);
                  changes.addAll(watch.next(fixture.history(contract)));
                }));
    changes.addAll(watch.next(fixture.history(contract)));

    assertThat(outcome).isInstanceOf(Outcome.Anchored.class);
    assertThat(fixture.notes).anyMatch(note -> note.contains("sent again"));
    assertThat(changes).singleElement().isInstanceOf(Change.Counts.class);
  }

  @Test
  void an_anchor_that_was_in_a_block_when_the_node_stopped_is_not_brought_twice() {
    BigInteger before = nonce(fixture.payer);

    Outcome outcome =
        publish(
            fixture.payer,
            checkpoint(5),
            miningAfter(
                () -> fixture.chain.mine(1), () -> fixture.chain.close(), fixture::startAgain));

    assertThat(outcome).isInstanceOf(Outcome.Anchored.class);
    assertThat(fixture.history(contract).counted()).hasSize(1);
    assertThat(nonce(fixture.payer)).isEqualTo(before.add(BigInteger.ONE));
  }

  @Test
  void a_transaction_that_a_full_pool_refused_is_offered_until_it_is_taken() {
    BigInteger before = nonce(fixture.payer);
    try (FullPool full = new FullPool(fixture.chain.url(), 2);
        AnchorWriter writer =
            AnchorWriter.open(
                full.url(),
                fixture.chain.chain(),
                fixture.payer,
                new AnchorWriter.Manner(
                    FeePolicy.USUAL,
                    ChainFixture.CONFIRMATIONS,
                    fixture.mining(),
                    fixture.notes::add))) {
      Outcome outcome =
          writer.publish(contract, checkpoint(5), fixture.signed(contract, checkpoint(5)));

      assertThat(outcome).isInstanceOf(Outcome.Anchored.class);
      assertThat(full.offers()).isEqualTo(3);
    }
    assertThat(fixture.notes).filteredOn(note -> note.contains("txpool is full")).hasSize(2);
    assertThat(nonce(fixture.payer)).isEqualTo(before.add(BigInteger.ONE));
  }

  @Test
  void a_chain_without_a_base_fee_takes_old_transactions() throws IOException {
    Path apart = java.nio.file.Files.createDirectory(folder.resolve("old"));
    try (ChainFixture old = new ChainFixture(apart, "--hardfork", "berlin")) {
      EvmAddress there = old.deployed();

      assertThat(old.published(there, checkpoint(5))).isInstanceOf(Outcome.Anchored.class);
    }
  }

  @Test
  void a_program_that_starts_again_finds_its_stuck_transaction_and_replaces_it() {
    BigInteger before = nonce(fixture.payer);
    assertThatExceptionOfType(AnchorException.class)
        .isThrownBy(() -> publish(fixture.payer, checkpoint(5), () -> false))
        .satisfies(e -> assertThat(e.fault()).isEqualTo(Fault.TIMED_OUT));

    Outcome outcome = publish(fixture.payer, checkpoint(5), fixture.mining());

    assertThat(outcome).isInstanceOf(Outcome.Anchored.class);
    assertThat(nonce(fixture.payer)).isEqualTo(before.add(BigInteger.ONE));
  }
}
