package org.koinon.peer.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.koinon.federation.encoding.MerkleTree;
import org.koinon.federation.ledger.Judgements.Place;
import org.koinon.federation.ledger.LogFault;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.ledger.TestScribe;
import org.koinon.federation.ledger.VerifiedLog;

class RecentJudgementsTest {
  private static final Comparator<Object> BY_IDENTITY =
      Comparator.comparingInt(System::identityHashCode);

  private final TestConsortium consortium = TestConsortium.ofHospitals(3);
  private final RecentJudgements judgements = new RecentJudgements(1 << 20);

  private List<byte[]> log() {
    VerifiedLog log = new VerifiedLog(judgements);
    List<byte[]> bytes = new ArrayList<>();
    List<Said> said = new ArrayList<>(List.of(consortium.founding()));
    said.addAll(consortium.preparation(consortium.study()));
    for (Said each : said) {
      byte[] entry = consortium.sign(log, each).encode();
      assertThat(log.append(entry)).isEmpty();
      bytes.add(entry);
    }
    return bytes;
  }

  @Test
  void a_second_reader_takes_over_the_very_entries_and_comes_to_the_same_root() {
    List<byte[]> log = log();
    VerifiedLog first = new VerifiedLog(judgements);
    VerifiedLog second = new VerifiedLog(judgements);
    VerifiedLog alone = new VerifiedLog();

    for (byte[] entry : log) {
      assertThat(first.append(entry)).isEmpty();
      assertThat(second.append(entry)).isEmpty();
      assertThat(alone.append(entry)).isEmpty();
    }

    assertThat(second.entries()).usingElementComparator(BY_IDENTITY).isEqualTo(first.entries());
    assertThat(second.entries()).isEqualTo(alone.entries());
    assertThat(second.seen()).isEqualTo(alone.seen());
  }

  @Test
  void the_same_bytes_in_another_place_are_judged() {
    List<byte[]> log = log();
    VerifiedLog shorter = new VerifiedLog(judgements);
    assertThat(shorter.append(log.getFirst())).isEmpty();

    assertThat(shorter.append(log.getLast())).isPresent();
    assertThat(new VerifiedLog(judgements).append(log.get(1)).orElseThrow().kind())
        .isEqualTo(LogFault.Kind.REFUSED);
  }

  @Test
  void what_was_refused_is_refused_again() {
    List<byte[]> log = log();
    SignedEntry changed = SignedEntry.decode(log.getLast());
    byte[] forged =
        new SignedEntry(
                changed.consortium(),
                changed.author(),
                changed.key(),
                new VerifiedLog().seen(),
                changed.entry(),
                changed.signature())
            .encode();
    for (int i = 0; i < 2; i++) {
      VerifiedLog reader = new VerifiedLog(judgements);
      log.subList(0, log.size() - 1).forEach(entry -> assertThat(reader.append(entry)).isEmpty());
      assertThat(reader.append(forged)).isPresent();
      assertThat(judgements.known(new Place(reader.seen(), MerkleTree.leafHash(forged)))).isEmpty();
    }
  }

  @Test
  void the_oldest_are_forgotten_when_there_is_no_more_room() {
    VerifiedLog log = new VerifiedLog();
    SignedEntry genesis = consortium.sign(log, consortium.founding());
    Place oldest = new Place(log.seen(), MerkleTree.leafHash(genesis.encode()));
    RecentJudgements small = new RecentJudgements(genesis.encode().length);
    small.remember(oldest, genesis);
    assertThat(small.known(oldest)).contains(genesis);
    assertThat(log.append(genesis.encode())).isEmpty();

    SignedEntry next = consortium.sign(log, TestScribe.approval(consortium.member(0), 0));
    Place newest = new Place(log.seen(), MerkleTree.leafHash(next.encode()));
    small.remember(newest, next);

    assertThat(small.known(oldest)).isEmpty();
    assertThat(small.known(newest)).contains(next);
  }
}
