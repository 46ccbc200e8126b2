package org.koinon.peer.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Dealing;
import org.koinon.aggregation.masking.HeldShares;
import org.koinon.aggregation.masking.Holders;
import org.koinon.aggregation.masking.KemSecret;
import org.koinon.aggregation.masking.PairKeys;
import org.koinon.aggregation.masking.Seed;
import org.koinon.aggregation.masking.ShareKind;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.StudyId;

class KeyPageTest {
  private static final RoundId ROUND = new RoundId(new StudyId("heart"), 3);
  private static final MemberId ME = new MemberId("c");
  private static final List<MemberId> ALL =
      Stream.of("a", "b", "c", "d", "e").map(MemberId::new).toList();
  private static final List<MemberId> SUMMED = ALL.subList(0, 4);
  private static final List<MemberId> OUTSIDE = ALL.subList(4, 5);

  private final Random random = new Random(5);
  private final Attempt attempt = new Attempt(Digest.sha256(new byte[] {7}), ALL);
  private final Holders holders = new Holders(attempt, ALL, 4);
  private final KeyPage.Keying keying = keying();

  private KeyPage.Keying keying() {
    SortedMap<MemberId, PairKeys> pairs = new TreeMap<>();
    SortedMap<MemberId, Seed> masks = new TreeMap<>();
    SortedMap<MemberId, HeldShares> held = new TreeMap<>();
    for (MemberId other : ALL) {
      if (!other.equals(ME)) {
        boolean isLower = other.compareTo(ME) < 0;
        PairKeys keys =
            new PairKeys(isLower ? other : ME, isLower ? ME : other, seed(), seed(), seed());
        pairs.put(other, keys);
        masks.put(other, keys.mask());
        Seed transport = keys.incoming(ME);
        held.put(
            other,
            Dealing.deal(holders, other, Map.of(), random)
                .pack(ME, transport)
                .open(holders, other, ME, transport)
                .orElseThrow());
      }
    }
    Dealing dealing = Dealing.deal(holders, ME, masks, random);
    return KeyPage.Keying.of(KemSecret.draw(random))
        .withPairs(new TreeMap<>(), pairs)
        .withDealing(holders, dealing)
        .withHeld(held);
  }

  private Seed seed() {
    return Seed.draw(random);
  }

  private KeyPage.Releasing released(MemberId me, List<MemberId> summed, List<MemberId> outside) {
    return KeyPage.release(keying, me, summed, outside, ALL);
  }

  @Test
  void a_page_is_read_back_as_it_was_written() {
    for (KeyPage page : List.of(keying, released(ME, SUMMED, OUTSIDE))) {
      byte[] bytes = page.encode(attempt);
      assertThat(KeyPage.decode(attempt, bytes).encode(attempt)).isEqualTo(bytes);
    }
  }

  @Test
  void after_the_release_one_kind_of_share_is_left_of_every_dealer() {
    KeyPage.Releasing page = released(ME, SUMMED, OUTSIDE);

    assertThat(page.held().keySet()).containsExactlyElementsOf(ALL);
    page.held()
        .forEach(
            (dealer, held) -> {
              boolean isIn = SUMMED.contains(dealer);
              assertThat(held.share(ShareKind.SELF).isPresent()).isEqualTo(isIn);
              assertThat(held.share(ShareKind.RECOVERY).isPresent()).isEqualTo(!isIn);
              assertThat(held.table() != null).isEqualTo(!isIn);
            });
    assertThat(page.dropped().keySet()).containsExactlyElementsOf(OUTSIDE);
  }

  @Test
  void what_is_erased_is_nowhere_in_the_new_page() {
    byte[] page = released(ME, SUMMED, OUTSIDE).encode(attempt);

    for (Seed secret : erased()) {
      assertThat(holds(page, secret.bytes())).isFalse();
      assertThat(holds(keying.encode(attempt), secret.bytes())).isTrue();
    }
  }

  private List<Seed> erased() {
    Dealing own = Objects.requireNonNull(keying.dealing()).dealing();
    List<Seed> secrets = new ArrayList<>(List.of(keying.kem().seed(), own.recovery()));
    keying
        .pairs()
        .forEach(
            (peer, keys) -> {
              secrets.add(keys.toHigher());
              secrets.add(keys.toLower());
              if (SUMMED.contains(peer)) {
                secrets.add(keys.mask());
              }
            });
    keying
        .held()
        .forEach(
            (dealer, held) -> {
              ShareKind gone = SUMMED.contains(dealer) ? ShareKind.RECOVERY : ShareKind.SELF;
              secrets.add(held.share(gone).orElseThrow().value());
            });
    return secrets;
  }

  private static boolean holds(byte[] page, byte[] secret) {
    List<Byte> whole = boxed(page);
    return Collections.indexOfSubList(whole, boxed(secret)) >= 0;
  }

  private static List<Byte> boxed(byte[] bytes) {
    List<Byte> boxed = new ArrayList<>();
    for (byte b : bytes) {
      boxed.add(b);
    }
    return boxed;
  }

  @Test
  void where_groups_are_opened_seeds_within_the_sum_stay_until_the_groups_are_drawn() {
    List<MemberId> others = SUMMED.stream().filter(member -> !member.equals(ME)).toList();
    KeyPage.Releasing page = released(ME, SUMMED, OUTSIDE).withSummed(keying, others);
    assertThat(page.summed().keySet()).containsExactlyElementsOf(others);
    byte[] bytes = page.encode(attempt);
    assertThat(KeyPage.decode(attempt, bytes).encode(attempt)).isEqualTo(bytes);

    MemberId mate = others.getFirst();
    List<MemberId> across = others.subList(1, others.size());
    KeyPage.Releasing between = page.between(across);

    assertThat(between.summed().keySet()).containsExactlyElementsOf(across);
    Seed within = Objects.requireNonNull(keying.pairs().get(mate)).mask();
    assertThat(holds(bytes, within.bytes())).isTrue();
    assertThat(holds(between.encode(attempt), within.bytes())).isFalse();
    assertThat(between.self()).isEqualTo(page.self());
    assertThat(between.held()).isEqualTo(page.held());
  }

  @Test
  void a_member_outside_keeps_no_seed_of_the_sum_either() {
    List<MemberId> others = ALL.subList(0, 2);
    KeyPage.Releasing page = released(ME, others, ALL.subList(2, 5)).withSummed(keying, others);
    assertThat(page.summed()).isEmpty();
  }

  @Test
  void a_member_outside_keeps_neither_its_own_mask_nor_a_pairs() {
    KeyPage.Releasing page = released(ME, List.of(ALL.get(0), ALL.get(1)), ALL.subList(2, 5));

    assertThat(page.self()).isNull();
    assertThat(page.dropped()).isEmpty();
  }

  @Test
  void the_page_before_is_overwritten_on_the_disk(@TempDir Path folder) throws IOException {
    try (RoundJournal journal = RoundJournal.open(folder, new byte[32])) {
      journal.keep(ROUND, attempt, keying);
      Path file = folder.resolve("keys-heart~3");
      try (FileChannel before = FileChannel.open(file, StandardOpenOption.READ)) {
        journal.keep(ROUND, attempt, released(ME, SUMMED, OUTSIDE));

        assertThat(content(before)).isNotEmpty().containsOnly(0);
      }
      assertThat(journal.keyPage(ROUND, attempt)).containsInstanceOf(KeyPage.Releasing.class);
    }
  }

  @Test
  void the_page_of_a_round_that_is_over_is_overwritten_and_deleted(@TempDir Path folder)
      throws IOException {
    try (RoundJournal journal = RoundJournal.open(folder, new byte[32])) {
      journal.keep(ROUND, attempt, keying);
      Path file = folder.resolve("keys-heart~3");
      try (FileChannel before = FileChannel.open(file, StandardOpenOption.READ)) {
        journal.forgetKeys(ROUND.study(), 2);
        assertThat(Files.exists(file)).isTrue();
        journal.forgetKeys(ROUND.study(), 3);

        assertThat(Files.exists(file)).isFalse();
        assertThat(content(before)).isNotEmpty().containsOnly(0);
      }
    }
  }

  private static byte[] content(FileChannel file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
    while (bytes.hasRemaining() && file.read(bytes, bytes.position()) >= 0) {
      // Reads on.
    }
    return bytes.array();
  }
}
