package org.koinon.audit.source.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.koinon.federation.encoding.Digest;
import org.koinon.testkit.Seeded;

/**
 * The first blocks of a channel that Fabric 3.1.5 made: three hospitals, four BFT orderers, the
 * chaincode's approval and agreement, the demonstration's first entries and transactions that lost
 * a race. They hold Fabric's own hashes, verdicts and commit hashes, which must come out here.
 */
class RealBlocksTest {
  private static final Digest GENESIS =
      new Digest("c780dbd0137a9954ca7cbcfc57b917cf07b5d2b614fc8113de71dab39b927aeb");
  private static final String CHAINCODE = "federation";
  private static final List<byte[]> BLOCKS = blocks();

  private static List<byte[]> blocks() {
    List<byte[]> blocks = new ArrayList<>();
    try (InputStream in = RealBlocksTest.class.getResourceAsStream("/fabric/real-network.blocks");
        DataInputStream data = new DataInputStream(Objects.requireNonNull(in))) {
      data.skipNBytes("koinon/blocks/1\n".length());
      while (data.available() > 0) {
        blocks.add(data.readNBytes(data.readInt()));
      }
      return blocks;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static ChannelVerifier verified(int blocks) {
    ChannelVerifier verifier = new ChannelVerifier("blocks", GENESIS, CHAINCODE);
    BLOCKS.subList(0, blocks).forEach(block -> assertThat(verifier.take(block)).isTrue());
    return verifier;
  }

  @Test
  void a_real_networks_blocks_are_judged_as_its_peers_judged_them() {
    ChannelVerifier verifier = verified(BLOCKS.size());
    assertThat(verifier.findings()).isEmpty();
    assertThat(verifier.entries()).hasSize(22);
    assertThat(verifier.summary())
        .hasValueSatisfying(
            summary -> {
              assertThat(summary.channel()).isEqualTo("demo");
              assertThat(summary.saysVerdicts()).isTrue();
              assertThat(summary.invalid()).isEqualTo(8);
              assertThat(summary.members())
                  .containsExactly("hospital-01", "hospital-02", "hospital-03");
            });
  }

  @Seeded(cases = 3)
  void no_byte_of_a_real_block_can_be_changed(long seed) {
    Random random = new Random(seed);
    int last = 2 + random.nextInt(6);
    byte[] block = BLOCKS.get(last);
    for (int i = 0; i < 4; i++) {
      ChannelVerifier verifier = verified(last);
      byte[] changed = block.clone();
      int at = random.nextInt(changed.length);
      changed[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      assertThat(verifier.take(changed)).as("byte " + at + " of block " + last).isFalse();
    }
  }

  @Test
  void the_last_bytes_of_a_real_block_are_its_peers_words_and_are_checked_too() {
    int last = 4;
    byte[] block = BLOCKS.get(last);
    for (int back = 1; back <= 40; back += 6) {
      byte[] changed = block.clone();
      changed[block.length - back] ^= 1;
      assertThat(verified(last).take(changed)).as(back + " bytes before the end").isFalse();
    }
  }
}
