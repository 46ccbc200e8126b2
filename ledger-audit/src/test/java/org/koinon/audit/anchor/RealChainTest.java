package org.koinon.audit.anchor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.koinon.audit.anchor.AnchorException.Fault;
import org.koinon.audit.anchor.AnchorWriter.Outcome;
import org.koinon.audit.anchor.AnchoredHistory.Standing;

/** The contract and its clients on real EVM nodes of two makers, as they should go. */
@Tag("anchor")
@ParameterizedClass
@EnumSource(NodeProgram.class)
class RealChainTest {
  private final NodeProgram program;
  @TempDir private Path folder;
  private ChainFixture fixture;
  private EvmAddress contract;

  RealChainTest(NodeProgram program) {
    this.program = program;
  }

  @BeforeEach
  void start() throws IOException {
    fixture = new ChainFixture(program, folder);
    contract = fixture.deployed();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void a_checkpoint_is_anchored_and_read_back() {
    Outcome outcome = fixture.published(contract, ChainFixture.checkpoint(7));

    assertThat(outcome).isInstanceOf(Outcome.Anchored.class);
    AnchoredHistory history = fixture.history(contract);
    assertThat(history.counted())
        .extracting(Anchor::checkpoint)
        .containsExactly(ChainFixture.checkpoint(7));
    assertThat(history.standing(ChainFixture.checkpoint(7))).isEqualTo(Standing.ANCHORED);
  }

  @Test
  void the_contract_that_was_made_knows_its_keys() {
    try (EvmNode node = EvmNode.open(fixture.chain.url())) {
      ContractCalls.Consortium made = AnchorReader.consortium(node, contract);

      assertThat(made.threshold()).isEqualTo(ChainFixture.THRESHOLD);
      assertThat(made.keys())
          .containsExactlyInAnyOrderElementsOf(
              fixture.members.stream().map(AnchorKey::address).toList());
    }
  }

  @Test
  void an_anchor_counts_only_when_deep_enough() {
    var unused = fixture.published(contract, ChainFixture.checkpoint(7));
    try (AnchorWriter writer = fixture.writer(() -> false)) {
      assertThatExceptionOfType(AnchorException.class)
          .isThrownBy(
              () ->
                  writer.publish(
                      contract,
                      ChainFixture.checkpoint(9),
                      fixture.signed(contract, ChainFixture.checkpoint(9))))
          .satisfies(e -> assertThat(e.fault()).isEqualTo(Fault.TIMED_OUT));
    }

    assertThat(fixture.history(contract).standing(ChainFixture.checkpoint(9)))
        .isEqualTo(Standing.PENDING);
    fixture.mine(ChainFixture.CONFIRMATIONS);
    assertThat(fixture.history(contract).standing(ChainFixture.checkpoint(9)))
        .isEqualTo(Standing.ANCHORED);
    assertThat(unused).isNotNull();
  }
}
