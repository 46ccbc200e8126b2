package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Holders;
import org.koinon.aggregation.masking.ShareKind;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Separation;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;
import org.koinon.peer.simulation.SimulatedConsortium;

/**
 * Every disk of a consortium in a masked round: what secrets were ever drawn, where they lie now,
 * and whether they may.
 *
 * <p>The secrets are taken from the key pages before the opening, when each is on some page. Of
 * one's own update the salt and any few of its integers are looked for too, and every piece under
 * its masks.
 */
final class DisksOfARound {
  private static final int SALT_AT = Integer.BYTES + 2 * 32;
  private static final int SALT = 32;
  private static final int WORDS_BYTES = 4 * Long.BYTES;
  private static final int PIECE_BYTES = 4 * Long.BYTES;
  private static final Pattern PIECE = Pattern.compile("piece-(.+)-([0-9]+)");
  private static final int BLOCKS_AT = SALT_AT + 2 * SALT + 32 + 3 * Integer.BYTES;

  private final SimulatedConsortium consortium;
  private final List<MemberId> members;
  private final Study study;
  private final RoundId round;
  private final DiskScan scan;

  DisksOfARound(
      SimulatedConsortium consortium, List<MemberId> members, Study study, RoundId round) {
    this(consortium, members, study, round, new DiskScan());
  }

  private DisksOfARound(
      SimulatedConsortium consortium,
      List<MemberId> members,
      Study study,
      RoundId round,
      DiskScan scan) {
    this.consortium = consortium;
    this.members = List.copyOf(members);
    this.study = study;
    this.round = round;
    this.scan = scan;
  }

  /** The disks of a copy of this consortium, which has drawn the same secrets. */
  DisksOfARound copiedTo(SimulatedConsortium copy) {
    return new DisksOfARound(copy, members, study, round, scan);
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

  /** All secrets that are known, by name. */
  Set<String> secrets() {
    return scan.names();
  }

  /** A secret by its name. */
  byte[] secret(String name) {
    return scan.secret(name);
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
        learn(update(me), part(update, BLOCKS_AT + 2 * Integer.BYTES, length));
      }
      Path archive = consortium.folder(member).resolve("archive");
      pieces(archive).forEach((name, words) -> scan.add(name, part(words, 0, PIECE_BYTES)));
    }
  }

  /** Any few words in a row: a shard of an update, without masks, is a leak as the whole is. */
  private void learn(String name, byte[] words) {
    for (int at = 0; at + WORDS_BYTES <= words.length; at += Long.BYTES) {
      scan.add(name + " from byte " + at, part(words, at, WORDS_BYTES));
    }
  }

  /** The words of all pieces of the round that lie in an archive. */
  private Map<String, byte[]> pieces(Path archive) {
    Map<String, byte[]> pieces = new TreeMap<>();
    Path folder = archive.resolve(study.id().value()).resolve(Integer.toString(round.number()));
    if (!Files.isDirectory(folder)) {
      return pieces;
    }
    RoundView view = view();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Matcher name = PIECE.matcher(file.getFileName().toString());
        if (name.matches()) {
          byte[] bytes = Files.readAllBytes(file);
          int header = ByteBuffer.wrap(bytes).getInt();
          int contributor = number(attempt(view), new MemberId(name.group(1)));
          pieces.put(
              piece(contributor, Integer.parseInt(name.group(2))),
              Arrays.copyOfRange(bytes, Integer.BYTES + header, bytes.length));
        }
      }
    } catch (IOException e) {
      throw new AssertionError(folder + " cannot be read", e);
    }
    return pieces;
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

  private static String piece(int contributor, int shard) {
    return "masked piece of " + contributor + ", shard " + shard;
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

  /** Whoever's signature left has a page without the other half, or none any more. */
  void assertErasedBySigners(Letters letters) {
    for (SignedMessage message : letters.sent()) {
      if (message.type().equals(Letters.OPEN_SIGNATURE)) {
        assertThat(isKeying(message.author())).as("%s", message.author()).isFalse();
      }
    }
  }

  /** Nothing lies on any disk that may not lie there now. */
  void assertClean() {
    assertThat(leaks()).isEmpty();
  }

  /** What lies where it may not lie now: "secret, place", places as they are on the disks. */
  SortedSet<String> leaks() {
    RoundView view = view();
    SortedSet<String> leaks = new TreeSet<>();
    Path shared = consortium.ledgerFile().resolveSibling("");
    leaks.addAll(leaks(scan.findIn(shared, 1), released(view), shared));
    for (MemberId member : members) {
      Map<String, byte[]> journal = JournalBytes.read(consortium, member);
      Optional<KeyPageBytes> page = page(view, member, journal);
      Set<String> may = new HashSet<>(scan.names());
      may.removeAll(others(view, member));
      if (page.filter(KeyPageBytes::isErased).isPresent()) {
        Set<String> left = releasable(view, member);
        left.addAll(unspent(view, member));
        may.retainAll(left);
      } else if (page.isEmpty() && view.ending().filter(Finalised.class::isInstance).isPresent()) {
        may.clear();
      }
      for (String secret : inJournal(journal)) {
        if (!may.contains(secret)) {
          leaks.add(secret + ", the journal of " + member);
        }
      }
      Path folder = consortium.folder(member);
      boolean isKeying = page.filter(before -> !before.isErased()).isPresent();
      leaks.addAll(leaks(scan.findIn(folder), readable(view, isKeying), shared));
    }
    return leaks;
  }

  private static SortedSet<String> leaks(
      Map<Path, Set<String>> found, Set<String> allowed, Path folder) {
    SortedSet<String> leaks = new TreeSet<>();
    found.forEach(
        (file, names) ->
            names.stream()
                .filter(name -> !allowed.contains(name))
                .forEach(name -> leaks.add(name + ", " + folder.relativize(file))));
    return leaks;
  }

  /** Nothing of the round is left in the member's journal. */
  void assertGone(MemberId member) {
    assertThat(inJournal(JournalBytes.read(consortium, member))).as("%s", member).isEmpty();
  }

  /** Of the round only what a retry needs is left in the member's journal. */
  void assertOnlyOwnUpdate(MemberId member) {
    int me = number(attempt(view()), member);
    Set<String> found = inJournal(JournalBytes.read(consortium, member));
    assertThat(found).as("%s", member).contains(salt(me)).hasSizeGreaterThan(1);
    assertThat(found).allMatch(name -> name.equals(salt(me)) || name.startsWith(update(me) + " "));
  }

  /** What lies in a folder for outsiders and may not: "secret, place". */
  SortedSet<String> leaksTo(Path folder) {
    return leaks(scan.findIn(folder), readable(view(), false), folder);
  }

  private Set<String> inJournal(Map<String, byte[]> journal) {
    Set<String> found = new TreeSet<>();
    journal.values().forEach(item -> found.addAll(scan.find(item)));
    return found;
  }

  /** What a member never has, whatever the moment: others' own secrets, and shares for others. */
  private Set<String> others(RoundView view, MemberId member) {
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
      String update = update(other) + " ";
      scan.names().stream().filter(name -> name.startsWith(update)).forEach(never::add);
      for (int third = 1; third <= attempt.roster().size(); third++) {
        if (third != me) {
          for (ShareKind kind : ShareKind.values()) {
            never.add(KeyPageBytes.share(other, kind, third));
          }
        }
      }
    }
    return never;
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
    if (isIn) {
      view.separation().ifPresent(groups -> may.addAll(separable(view, groups, member)));
    }
    return may;
  }

  /** Outside the sum its own update is in no opened set: it goes when the round is final. */
  private Set<String> unspent(RoundView view, MemberId member) {
    if (view.contributors().contains(member)) {
      return Set.of();
    }
    int me = number(attempt(view), member);
    return scan.names().stream()
        .filter(name -> name.equals(salt(me)) || name.startsWith(update(me) + " "))
        .collect(Collectors.toSet());
  }

  /** Masks with others in the sum; once it has released those between groups, no other. */
  private static Set<String> separable(RoundView view, Separation groups, MemberId member) {
    boolean isCut = groups.separated().contains(member);
    return masks(attempt(view), member, isCut ? groups.across(member) : view.contributors());
  }

  private static Set<String> masks(Attempt attempt, MemberId member, List<MemberId> others) {
    return others.stream()
        .filter(other -> !other.equals(member))
        .map(other -> KeyPageBytes.mask(number(attempt, member), number(attempt, other)))
        .collect(Collectors.toSet());
  }

  /** Whether of its masks with others in the sum only those with other groups are left to it. */
  boolean isCutToItsGroup(MemberId member) {
    RoundView view = view();
    Separation groups = view.separation().orElseThrow();
    Set<String> within = masks(attempt(view), member, view.contributors());
    within.removeAll(masks(attempt(view), member, groups.across(member)));
    Set<String> found = inJournal(JournalBytes.read(consortium, member));
    assertThat(scan.names()).containsAll(within);
    return !within.isEmpty() && within.stream().noneMatch(found::contains);
  }

  /**
   * What may lie in files that are not sealed: what was released, and pieces under their masks. Of
   * members outside the sum no piece once they begin to come off.
   */
  private Set<String> readable(RoundView view, boolean isKeying) {
    Attempt attempt = attempt(view);
    Set<String> may = released(view);
    for (MemberId contributor : isKeying ? view.opened().members() : view.contributors()) {
      for (int shard = 0; shard < view.shards().map(ShardMap::shards).orElse(0); shard++) {
        may.add(piece(number(attempt, contributor), shard));
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
    view.separation().map(Separation::crossSeeds).stream()
        .flatMap(List::stream)
        .map(seed -> masks(attempt, seed.one(), List.of(seed.other())))
        .forEach(may::addAll);
    return may;
  }
}
