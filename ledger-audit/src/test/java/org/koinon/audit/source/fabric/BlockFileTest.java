package org.koinon.audit.source.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.hyperledger.fabric.protos.common.Block;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.audit.Audit;
import org.koinon.audit.AuditRequest;
import org.koinon.audit.LedgerFiles;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.finding.Rule;
import org.koinon.audit.report.JsonReport;
import org.koinon.audit.report.TextReport;
import org.koinon.audit.source.BadInputException;
import org.koinon.audit.source.ChannelRoot;
import org.koinon.audit.verify.AuditReport;
import org.koinon.audit.verify.Histories;
import org.koinon.federation.ledger.VerifiedLog;

class BlockFileTest {
  private static final VerifiedLog LOG = Histories.small();
  private static final TestChannel CHANNEL = TestChannel.bft().append(LOG.entries());

  @TempDir private Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void write() {
    file = CHANNEL.write(folder.resolve("heart.blocks"));
  }

  private static ChannelRoot root() {
    return new ChannelRoot(CHANNEL.genesis(), TestChannel.CHAINCODE);
  }

  private static AuditReport verify(Path file) {
    return Audit.verify(AuditRequest.of(file).with(root()));
  }

  @Test
  void blocks_and_the_copy_of_their_log_have_one_verdict_and_one_root() {
    AuditReport blocks = verify(file);
    AuditReport copy =
        Audit.verify(
            AuditRequest.of(LedgerFiles.write(folder.resolve("l.db"), Histories.bytes(LOG))));
    assertThat(blocks.findings()).isEmpty();
    assertThat(blocks.root()).isEqualTo(copy.root()).isEqualTo(LOG.root());
    assertThat(blocks.judged()).isEqualTo(copy.judged());
    assertThat(blocks.rounds()).isEqualTo(copy.rounds());
    assertThat(blocks.consortium()).isEqualTo(copy.consortium());
    assertThat(TextReport.of(blocks)).contains("3 of 4", "That the channel is the consortium's");
    assertThat(JsonReport.of(blocks)).contains("\"genesis\":\"" + CHANNEL.genesis() + "\"");
  }

  @Test
  void a_bundle_is_made_of_blocks_as_of_a_ledger_file() {
    Path bundle = folder.resolve("heart.zip");
    Audit.export(AuditRequest.of(file).with(root()), bundle, false);
    assertThat(Audit.verify(AuditRequest.of(bundle)).root()).isEqualTo(LOG.root());
  }

  @Test
  void single_blocks_in_a_folder_are_the_same_channel() throws IOException {
    Path blocks = Files.createDirectory(folder.resolve("fetched"));
    for (Block block : CHANNEL.blocks()) {
      long number = block.getHeader().getNumber();
      Files.write(blocks.resolve("audit_" + number + ".block"), block.toByteArray());
    }
    assertThat(verify(blocks).root()).isEqualTo(LOG.root());
    assertThat(verify(blocks).findings()).isEmpty();
    Files.copy(blocks.resolve("audit_0.block"), blocks.resolve("audit_config.block"));
    assertThatThrownBy(() -> verify(blocks))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("both hold block 0");
  }

  @Test
  void somebody_must_vouch_for_the_channel() {
    assertThatThrownBy(() -> Audit.verify(AuditRequest.of(file)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("--genesis")
        .hasMessageContaining(CHANNEL.genesis().hex());
  }

  @Test
  void the_first_block_is_named_by_its_file_or_by_its_hash() throws IOException {
    Path genesis =
        Files.write(folder.resolve("genesis.block"), CHANNEL.blocks().getFirst().toByteArray());
    for (String name : List.of(genesis.toString(), CHANNEL.genesis().hex(), file.toString())) {
      assertThat(ChannelRoot.of(name, TestChannel.CHAINCODE)).isEqualTo(root());
    }
    Path second =
        Files.write(folder.resolve("second.block"), CHANNEL.blocks().get(1).toByteArray());
    assertThatThrownBy(() -> ChannelRoot.of(second.toString(), TestChannel.CHAINCODE))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("is not the first block");
  }

  @Test
  void a_file_cut_in_the_middle_of_a_block_is_found_and_the_blocks_before_are_judged()
      throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (int left : List.of(17, 18, bytes.length / 2, bytes.length - 1)) {
      Path cut = Files.write(folder.resolve("cut" + left), Arrays.copyOf(bytes, left));
      AuditReport report = verify(cut);
      assertThat(report.findings()).extracting(Finding::rule).contains(Rule.BLOCKS_UNREADABLE);
      assertThat(report.findings().getFirst().sentence()).contains("cut in its middle");
    }
    assertThat(verify(folder.resolve("cut" + bytes.length / 2)).judged()).isPositive();
  }

  @Test
  void a_length_that_no_block_has_takes_no_memory() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[16] = (byte) 0xff;
    Path changed = Files.write(folder.resolve("long"), bytes);
    assertThat(verify(changed).findings())
        .extracting(Finding::rule)
        .containsExactly(Rule.BLOCKS_UNREADABLE);
  }

  @Test
  void a_file_cut_between_two_blocks_is_a_shorter_channel_whose_end_nobody_shows()
      throws IOException {
    TestChannel shorter = CHANNEL;
    Path part = folder.resolve("part");
    int kept = shorter.blocks().size() - 1;
    long size =
        16 + shorter.blocks().stream().limit(kept).mapToLong(b -> 4L + b.getSerializedSize()).sum();
    Files.write(part, Arrays.copyOf(Files.readAllBytes(file), (int) size));
    AuditReport report = verify(part);
    assertThat(report.findings()).isEmpty();
    assertThat(report.judged()).isEqualTo(LOG.size() - 1);
    assertThat(TextReport.of(report)).contains("nothing shows that this is the end");
  }
}
