package org.koinon.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.finding.Rule;
import org.koinon.federation.encoding.Canonical;
import org.koinon.federation.encoding.Json;
import org.koinon.federation.ledger.ConsortiumEntry.Approval;
import org.koinon.federation.ledger.Entry;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.testkit.Seeded;

/** Whatever is done to one entry of a log is found, and that entry is named. */
class TamperMatrixTest {
  private static final VerifiedLog LOG = Histories.full();
  private static final List<byte[]> ENTRIES = Histories.bytes(LOG);
  private static final TestConsortium CONSORTIUM = Histories.CONSORTIUM;

  private static Finding.OfEntry fault(List<byte[]> entries) {
    Optional<Finding> fault = CheckedLog.of(entries).fault();
    assertThat(fault).as("the fault is found").isPresent();
    return (Finding.OfEntry) fault.get();
  }

  /** The first entry of every type. */
  private static List<Integer> samples() {
    Set<String> types = new HashSet<>();
    return IntStream.range(0, ENTRIES.size())
        .filter(i -> types.add(LOG.at(i).entry().type()))
        .boxed()
        .toList();
  }

  @Test
  void the_log_has_every_type_of_entry_and_is_honest() {
    assertThat(samples()).hasSize(Entry.TYPES.size());
    assertThat(CheckedLog.of(ENTRIES).fault()).isEmpty();
  }

  @Test
  void a_changed_or_removed_field_of_any_type_names_its_entry() {
    for (int position : samples()) {
      for (byte[] variant : variants(ENTRIES.get(position))) {
        int end = Math.min(ENTRIES.size(), position + 3);
        List<byte[]> entries = new ArrayList<>(ENTRIES.subList(0, end));
        entries.set(position, variant);

        Finding.OfEntry fault = fault(entries);

        String shown = new String(variant, StandardCharsets.UTF_8);
        assertThat(fault.position()).as(shown + "\n" + fault).isEqualTo(position);
        assertThat(fault.sentence()).contains("entry " + position);
      }
    }
  }

  private static List<byte[]> variants(byte[] entry) {
    List<byte[]> variants = new ArrayList<>();
    for (Json json : variants(Canonical.decode(entry))) {
      variants.add(Canonical.encode(json));
    }
    return variants;
  }

  /** The value with each part changed, and each member or item removed. */
  private static List<Json> variants(Json value) {
    return switch (value) {
      case Json.Bool(boolean flag) -> List.of(new Json.Bool(!flag));
      case Json.Int(long number) -> List.of(new Json.Int(number ^ 1));
      case Json.Str(String text) when text.isEmpty() -> List.of(new Json.Str("x"));
      case Json.Str(String text) -> {
        char last = (char) (text.charAt(text.length() - 1) ^ 1);
        yield List.of(new Json.Str(text.substring(0, text.length() - 1) + last));
      }
      case Json.Arr(List<Json> items) -> {
        List<Json> variants = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
          List<Json> fewer = new ArrayList<>(items);
          fewer.remove(i);
          variants.add(new Json.Arr(fewer));
          for (Json item : variants(items.get(i))) {
            List<Json> other = new ArrayList<>(items);
            other.set(i, item);
            variants.add(new Json.Arr(other));
          }
        }
        yield variants;
      }
      case Json.Obj(SortedMap<String, Json> members) -> {
        List<Json> variants = new ArrayList<>();
        for (var member : members.entrySet()) {
          SortedMap<String, Json> fewer = new TreeMap<>(members);
          fewer.remove(member.getKey());
          variants.add(new Json.Obj(fewer));
          for (Json changed : variants(member.getValue())) {
            SortedMap<String, Json> other = new TreeMap<>(members);
            other.put(member.getKey(), changed);
            variants.add(new Json.Obj(other));
          }
        }
        yield variants;
      }
    };
  }

  @Test
  void two_neighbours_swapped_are_named() {
    for (int position = 0; position + 1 < ENTRIES.size(); position++) {
      List<byte[]> entries = new ArrayList<>(ENTRIES);
      Collections.swap(entries, position, position + 1);

      Finding.OfEntry fault = fault(entries);

      assertThat(fault.position()).isEqualTo(position);
      boolean isLast = position + 2 == ENTRIES.size();
      assertThat(fault.rule()).as("%s", fault).isEqualTo(Rule.ENTRIES_SWAPPED);
      assertThat(isLast || fault.sentence().contains("entry " + (position + 1))).isTrue();
    }
  }

  @Test
  void two_distant_entries_swapped_are_named() {
    for (int position = 0; position + 9 < ENTRIES.size(); position += 7) {
      List<byte[]> entries = new ArrayList<>(ENTRIES);
      Collections.swap(entries, position, position + 9);

      Finding.OfEntry fault = fault(entries);

      assertThat(fault.rule()).as("%s", fault).isEqualTo(Rule.ENTRIES_SWAPPED);
      assertThat(fault.position()).isEqualTo(position);
      assertThat(fault.sentence()).contains("entry " + (position + 9));
    }
  }

  @Test
  void a_deleted_entry_is_named_by_its_position() {
    for (int position = 0; position + 1 < ENTRIES.size(); position++) {
      List<byte[]> entries = new ArrayList<>(ENTRIES);
      entries.remove(position);

      Finding.OfEntry fault = fault(entries);

      assertThat(fault.rule()).as("%s", fault).isEqualTo(Rule.ENTRY_MISSING);
      assertThat(fault.position()).isEqualTo(position);
    }
  }

  @Test
  void an_entry_that_stands_twice_is_named_with_its_twin() {
    for (int position = 0; position < ENTRIES.size(); position += 3) {
      for (int at : List.of(position + 1, ENTRIES.size())) {
        List<byte[]> entries = new ArrayList<>(ENTRIES);
        entries.add(at, ENTRIES.get(position));

        Finding.OfEntry fault = fault(entries);

        assertThat(fault.rule()).as("%s", fault).isEqualTo(Rule.ENTRY_REPEATED);
        assertThat(fault.position()).isIn((long) position, (long) at);
        assertThat(fault.key()).isEqualTo(LOG.at(position).entryKey());
      }
    }
  }

  @Test
  void an_entry_that_a_member_inserted_later_is_named() {
    for (int position = 1;
        position < ENTRIES.size() - 1;
        position += 4) { // the last has no witness
      VerifiedLog before = new VerifiedLog();
      ENTRIES.subList(0, position).forEach(before::append);
      Approval approval = new Approval(TestConsortium.digest("something else"));
      SignedEntry inserted = CONSORTIUM.sign(before.seen(), CONSORTIUM.member(2), approval);
      List<byte[]> entries = new ArrayList<>(ENTRIES);
      entries.add(position, inserted.encode());

      Finding.OfEntry fault = fault(entries);

      assertThat(fault.rule()).as("%s", fault).isEqualTo(Rule.ENTRY_INSERTED);
      assertThat(fault.position()).isEqualTo(position);
      assertThat(fault.key()).isEqualTo(inserted.entryKey());
    }
  }

  @Test
  void an_entry_that_its_author_signed_anew_with_other_content_is_named() {
    TestConsortium consortium = TestConsortium.ofHospitals(3);
    VerifiedLog log = Histories.small();
    List<byte[]> honest = Histories.bytes(log);
    for (int position = 1; position + 1 < honest.size(); position++) {
      SignedEntry old = log.at(position);
      Entry other = new Approval(TestConsortium.digest("another body"));
      List<byte[]> entries = new ArrayList<>(honest);
      entries.set(position, consortium.sign(old.seen(), old.author(), other).encode());

      Finding.OfEntry fault = fault(entries);

      assertThat(fault.rule()).as("%s", fault).isIn(Rule.ENTRY_REPLACED, Rule.ENTRY_REFUSED);
      assertThat(fault.position()).isEqualTo(position);
    }
  }

  @Test
  void entries_behind_a_fault_are_not_judged() {
    List<byte[]> entries = new ArrayList<>(ENTRIES);
    entries.remove(20);

    assertThat(CheckedLog.of(entries).log().size()).isEqualTo(20);
  }

  @Seeded(cases = 60)
  void a_flipped_bit_anywhere_is_found_at_its_entry(long seed) {
    Random random = new Random(seed);
    int position = random.nextInt(ENTRIES.size());
    byte[] changed = ENTRIES.get(position).clone();
    changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
    List<byte[]> entries = new ArrayList<>(ENTRIES);
    entries.set(position, changed);

    assertThat(fault(entries).position()).isEqualTo(position);
  }
}
