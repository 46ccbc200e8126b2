package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Holders;
import org.koinon.aggregation.masking.ShareKind;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;
import org.koinon.peer.simulation.SimulatedConsortium;

/**
 * Every disk of a consortium in a masked round: what secrets were ever drawn, where they lie now,
 * and whether they may.
 *
 * <p>The secrets are taken from the key pages before the opening, when each is on some page. Of
 * one's own update the salt and the integers are looked for too.
 */
final class DisksOfARound {
  private static final int SALT_AT = Integer.BYTES + 2 * 32;
  private static final int SALT = 32;
  private static final int BLOCKS_AT = SALT_AT + 2 * SALT + 32 + 3 * Integer.BYTES;

  private final SimulatedConsortium consortium;
  private final List<MemberId> members;
  private final Study study;
  private final RoundId round;
  private final DiskScan scan = new DiskScan();

  DisksOfARound(
      SimulatedConsortium consortium, List<MemberId> members, Study study, RoundId round) {
    this.consortium = consortium;
    this.members = List.copyOf(members);
    this.study = study;
    this.round = round;
  }

  private String keys() {
    return "keys-" + round.study() + "~" + round.number();
  }

  private RoundView view() {
    return Ledgers.rounds(consortium, study.id()).get(round.number() - 1);
  }

  private static int number(Attempt attempt, MemberId member) {
    return attempt.number(member);
  }

  private static Attempt attempt(RoundView view) {
    return new Attempt(view.opened().context(ToyConsortium.ID), view.opened().members());
  }

  private static Holders holders(RoundView view) {
    return new Holders(attempt(view), List.copyOf(view.ready().keySet()), view.threshold());
  }

  /** How many secrets are known. */
  int secrets() {
    return scan.size();
  }

  /** Learns what is on all pages now. */
  void learn() {
    RoundView view = view();
    if (view.keyed().isEmpty()) {
      return;
    }
    for (MemberId member : members) {
      Map<String, byte[]> journal = JournalBytes.read(consortium, member);
      page(view, member, journal).ifPresent(page -> page.secrets().forEach(scan::add));
      byte[] update = journal.get("update-" + study.id());
      if (update != null) {
        int me = number(attempt(view), member);
        scan.add(salt(me), part(update, SALT_AT, SALT));
        int length = ByteBuffer.wrap(update).getInt(BLOCKS_AT + Integer.BYTES);
        scan.add(update(me), part(update, BLOCKS_AT + 2 * Integer.BYTES, length));
      }
    }
  }

  private Optional<KeyPageBytes> page(
      RoundView view, MemberId member, Map<String, byte[]> journal) {
    byte[] page = journal.get(keys());
    return Optional.ofNullable(page)
        .map(bytes -> KeyPageBytes.read(holders(view), number(attempt(view), member), bytes));
  }

  private static byte[] part(byte[] bytes, int from, int length) {
    return Arrays.copyOfRange(bytes, from, from + length);
  }

  private static String salt(int member) {
    return "salt of " + member;
  }

  private static String update(int member) {
    return "update of " + member;
  }

  /** Whether the member's page is rewritten: what must never be released is gone from it. */
  boolean isErased(MemberId member) {
    return page(view(), member, JournalBytes.read(consortium, member))
        .filter(KeyPageBytes::isErased)
        .isPresent();
  }

  /** Whether the member's page is one from before: with it both kinds could be released. */
  boolean isKeying(MemberId member) {
    return page(view(), member, JournalBytes.read(consortium, member))
        .filter(page -> !page.isErased())
        .isPresent();
  }

  /** Nothing lies on any disk that may not lie there now. */
  void assertClean() {
    RoundView view = view();
    for (MemberId member : members) {
      Map<String, byte[]> journal = JournalBytes.read(consortium, member);
      if (page(view, member, journal).filter(KeyPageBytes::isErased).isPresent()) {
        assertThat(inJournal(journal)).isSubsetOf(releasable(view, member));
      }
      assertThat(foreign(view, member, journal)).as("others' secrets with %s", member).isEmpty();
    }
    scan.findIn(consortium.ledgerFile().resolveSibling(""))
        .forEach((file, names) -> assertThat(names).as("%s", file).isSubsetOf(released(view)));
  }

  /** Nothing of the round is left in the member's journal. */
  void assertGone(MemberId member) {
    assertThat(inJournal(JournalBytes.read(consortium, member))).as("%s", member).isEmpty();
  }

  /** Of the round only what a retry needs is left in the member's journal. */
  void assertOnlyOwnUpdate(MemberId member) {
    int me = number(attempt(view()), member);
    assertThat(inJournal(JournalBytes.read(consortium, member)))
        .as("%s", member)
        .containsExactlyInAnyOrder(salt(me), update(me));
  }

  /** No released or other file holds more than what was released. */
  void assertOnlyReleased(Path folder) {
    Set<String> released = released(view());
    scan.findIn(folder)
        .forEach((file, names) -> assertThat(names).as("%s", file).isSubsetOf(released));
  }

  private Set<String> inJournal(Map<String, byte[]> journal) {
    Set<String> found = new TreeSet<>();
    journal.values().forEach(item -> found.addAll(scan.find(item)));
    return found;
  }

  /** What a member never has, whatever the moment: others' own secrets, and shares for others. */
  private Set<String> foreign(RoundView view, MemberId member, Map<String, byte[]> journal) {
    Attempt attempt = attempt(view);
    int me = number(attempt, member);
    Set<String> never = new HashSet<>();
    for (int other = 1; other <= attempt.roster().size(); other++) {
      if (other == me) {
        continue;
      }
      never.add(KeyPageBytes.kem(other));
      never.add(KeyPageBytes.self(other));
      never.add(KeyPageBytes.recovery(other));
      never.add(salt(other));
      never.add(update(other));
      for (int third = 1; third <= attempt.roster().size(); third++) {
        if (third != me) {
          for (ShareKind kind : ShareKind.values()) {
            never.add(KeyPageBytes.share(other, kind, third));
          }
        }
      }
    }
    Set<String> found = inJournal(journal);
    found.retainAll(never);
    return found;
  }

  /** S9: of members inside the sum what rebuilds b, of those outside what rebuilds seeds. */
  private static Set<String> releasable(RoundView view, MemberId member) {
    Attempt attempt = attempt(view);
    int me = number(attempt, member);
    Set<String> may = new HashSet<>();
    boolean isIn = view.contributors().contains(member);
    if (isIn) {
      may.add(KeyPageBytes.self(me));
    }
    for (MemberId dealer : view.ready().keySet()) {
      int other = number(attempt, dealer);
      if (view.contributors().contains(dealer)) {
        may.add(KeyPageBytes.share(other, ShareKind.SELF, me));
      } else {
        may.add(KeyPageBytes.share(other, ShareKind.RECOVERY, me));
        may.add(KeyPageBytes.table(other));
        if (isIn) {
          may.add(KeyPageBytes.mask(me, other));
        }
      }
    }
    return may;
  }

  /** What anybody may have once a quorum stands by the opening; before, nothing. */
  private static Set<String> released(RoundView view) {
    Set<String> may = new HashSet<>();
    if (view.released().isEmpty()) {
      return may;
    }
    Attempt attempt = attempt(view);
    for (MemberId inside : view.contributors()) {
      int member = number(attempt, inside);
      may.add(KeyPageBytes.self(member));
      view.ready().keySet().stream()
          .filter(other -> !view.contributors().contains(other))
          .forEach(outside -> may.add(KeyPageBytes.mask(member, number(attempt, outside))));
    }
    return may;
  }
}
