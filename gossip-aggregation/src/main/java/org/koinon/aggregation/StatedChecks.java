package org.koinon.aggregation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.koinon.aggregation.masking.CheckSums;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.RoundEntry.Attested;
import org.koinon.federation.ledger.RoundEntry.CheckedFor;
import org.koinon.federation.ledger.RoundEntry.Unmasked;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.VectorSpec;

/**
 * What the ledger has of the check sums of a masked round: each contributor's own words and, of
 * those who said none, the words of others. What has not the form of check sums is as good as none.
 *
 * @param own by contributor
 * @param byOthers of whom, by whom, in the order of the roster
 * @param lacking the contributors of whom there are none
 */
public record StatedChecks(
    SortedMap<MemberId, CheckSums> own, List<ByOther> byOthers, List<MemberId> lacking) {
  /**
   * One member's words for another.
   *
   * @param author who says it
   * @param contributor of whose contribution
   * @param sums its check sums
   */
  public record ByOther(MemberId author, MemberId contributor, CheckSums sums) {}

  /** Copies. */
  public StatedChecks {
    own = Collections.unmodifiableSortedMap(new TreeMap<>(own));
    byOthers = List.copyOf(byOthers);
    lacking = List.copyOf(lacking);
  }

  /** Of a round whose sums were opened. */
  public static StatedChecks of(RoundView view) {
    VectorSpec vector = view.study().vector();
    SortedMap<MemberId, CheckSums> own = new TreeMap<>();
    List<ByOther> byOthers = new ArrayList<>();
    for (var said : view.attested().entrySet()) {
      Attested attested = said.getValue();
      Unmasked unmasked = attested.unmasked();
      if (unmasked == null) {
        continue;
      }
      Optional.ofNullable(unmasked.checkSums())
          .flatMap(hex -> read(vector, hex))
          .ifPresent(sums -> own.put(said.getKey(), sums));
      List<CheckedFor> others = unmasked.others();
      for (CheckedFor other : others == null ? List.<CheckedFor>of() : others) {
        read(vector, other.checkSums())
            .ifPresent(sums -> byOthers.add(new ByOther(said.getKey(), other.member(), sums)));
      }
    }
    List<MemberId> lacking = new ArrayList<>(view.contributors());
    lacking.removeAll(own.keySet());
    byOthers.forEach(other -> lacking.remove(other.contributor()));
    return new StatedChecks(own, byOthers, lacking);
  }

  private static Optional<CheckSums> read(VectorSpec vector, String hex) {
    try {
      return Optional.of(new CheckSums(hex)).filter(sums -> sums.fits(vector));
    } catch (FormatException e) {
      return Optional.empty();
    }
  }

  /** Of a contributor: its own words, or the first that another said for it. */
  public Optional<CheckSums> of(MemberId contributor) {
    return Optional.ofNullable(own.get(contributor))
        .or(
            () ->
                byOthers.stream()
                    .filter(other -> other.contributor().equals(contributor))
                    .map(ByOther::sums)
                    .findFirst());
  }

  /** What they add up to, if none lacks. */
  public Optional<CheckSums> total() {
    List<CheckSums> all = new ArrayList<>(own.values());
    byOthers.stream()
        .map(ByOther::contributor)
        .filter(silent -> !own.containsKey(silent))
        .distinct()
        .forEach(silent -> of(silent).ifPresent(all::add));
    return lacking.isEmpty() ? all.stream().reduce(CheckSums::plus) : Optional.empty();
  }
}
