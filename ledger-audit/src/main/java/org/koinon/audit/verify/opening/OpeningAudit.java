package org.koinon.audit.verify.opening;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.Contribution;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.UpdateCommitment;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Masks;
import org.koinon.aggregation.masking.Opening;
import org.koinon.aggregation.masking.Recovery;
import org.koinon.aggregation.masking.SealedBox;
import org.koinon.aggregation.masking.Seed;
import org.koinon.audit.source.BadInputException;
import org.koinon.audit.source.EntrySource;
import org.koinon.audit.source.LedgerInput;
import org.koinon.audit.verify.CheckedLog;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.MaskedEntry.Keyed;
import org.koinon.federation.ledger.Membership;
import org.koinon.federation.ledger.RoundEntry.Ready;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Separation;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;

/**
 * Opens a hospital's sealed box and holds what is in it against the ledger: the commitment made
 * when it was ready, the masks of its key phase, and the root of the masked pieces that it
 * committed to.
 *
 * <p>Whoever knows the updates of all but few members of a sum can subtract them: of one attempt
 * one authority opens at most |U2| - c - 2, and where groups were opened, of each group as many
 * less than its members.
 */
public final class OpeningAudit {
  private final RoundView view;
  private final Attempt attempt;
  private final MemberId member;
  private final SealedBox box;

  private OpeningAudit(RoundView view, Attempt attempt, MemberId member, SealedBox box) {
    this.view = view;
    this.attempt = attempt;
    this.member = member;
    this.box = box;
  }

  /**
   * Opens a box and checks it.
   *
   * @param ledger a ledger file or bundle, which must have no fault
   * @param key secret key file that the box was sealed for
   * @throws BadInputException if it cannot be opened with that key, belongs to no round of the
   *     ledger, or would be one too many
   */
  public static OpenedUpdate open(
      LedgerInput ledger, Path boxFile, Path key, OpeningRecord record) {
    OpeningAudit audit = find(ledger, boxFile);
    audit.count(record);
    return audit.check(audit.unseal(key));
  }

  /**
   * Seals what is in a box for another key: how a hospital opens one round to one authority without
   * giving its own key away.
   *
   * @param target new file
   */
  public static void handOver(
      LedgerInput ledger, Path boxFile, Path key, Path authority, Path target) {
    OpeningAudit audit = find(ledger, boxFile);
    Opening opening = audit.unseal(key);
    List<String> faults = audit.check(opening).faults();
    if (!faults.isEmpty()) {
      throw new BadInputException(boxFile + " is not handed over: " + faults.getFirst(), null);
    }
    SealedBox box =
        SealedBox.seal(
            OpeningFiles.publicKey(authority),
            audit.attempt,
            audit.member,
            opening,
            new SecureRandom());
    OpeningFiles.createPrivate(target, box.encode());
  }

  private static OpeningAudit find(LedgerInput ledger, Path boxFile) {
    SealedBox box = OpeningFiles.box(boxFile);
    try (EntrySource source = EntrySource.open(ledger)) {
      CheckedLog checked = CheckedLog.of(source.entries());
      if (checked.fault().isPresent() || !source.findings().isEmpty()) {
        throw new BadInputException(
            ledger.file() + " has findings; see: koinon audit verify", null);
      }
      ConsortiumId consortium =
          new Membership(checked.log())
              .consortium()
              .orElseThrow(() -> new BadInputException(ledger.file() + " is empty", null));
      for (SignedEntry signed : checked.log().entries()) {
        if (signed.entry() instanceof RoundOpened opened
            && opened.context(consortium).equals(box.context())) {
          RoundView view = RoundView.of(checked.log(), opened.id()).orElseThrow();
          Attempt attempt = new Attempt(box.context(), opened.members());
          return new OpeningAudit(view, attempt, attempt.member(box.member()), box);
        }
      }
    } catch (FormatException e) {
      throw new BadInputException(boxFile + " is no box of this ledger: " + e.getMessage(), e);
    }
    throw new BadInputException(boxFile + " belongs to no round of " + ledger.file(), null);
  }

  /** How many members' contributions to this attempt one authority may open. */
  private int most(List<MemberId> summed) {
    return Math.max(0, summed.size() - view.colluders() - 2);
  }

  /** The smallest sum that the member is in and that was, or may have been, opened. */
  private List<MemberId> summed() {
    return view.separation()
        .flatMap(Separation::drawn)
        .map(partition -> partition.groups().get(partition.groupOf(member)))
        .orElse(view.contributors());
  }

  private void count(OpeningRecord record) {
    if (view.released().isEmpty() || !view.contributors().contains(member)) {
      throw new BadInputException(
          member
              + " is in no opened sum of round "
              + view.opened().id()
              + "; its contribution is"
              + " never opened",
          null);
    }
    Digest context = attempt.context();
    Set<MemberId> opened = new TreeSet<>(record.opened(context));
    opened.add(member);
    List<MemberId> summed = summed();
    opened.retainAll(summed);
    if (opened.size() > most(summed)) {
      throw new BadInputException(
          "of round "
              + view.opened().id()
              + " one authority may open the contributions of at most "
              + most(summed)
              + " members ("
              + summed.size()
              + " in the sum, "
              + view.colluders()
              + " that may pool what they know); with more the others could be worked out",
          null);
    }
    record.add(context, member);
  }

  private Opening unseal(Path key) {
    try {
      return box.open(OpeningFiles.secret(key), attempt)
          .orElseThrow(
              () ->
                  new BadInputException(
                      "the box was sealed for another key than " + key + ", or it was changed",
                      null));
    } catch (FormatException e) {
      throw new BadInputException("the box holds no opening: " + e.getMessage(), e);
    }
  }

  private OpenedUpdate check(Opening opening) {
    Study study = view.study();
    List<String> faults = new ArrayList<>();
    Blocks update = opening.update();
    if (update.model().wordBits() != study.vector().wordBits()
        || update.model().count() != study.vector().modelWords()
        || update.metrics().count() != study.vector().metricWords()) {
      throw new BadInputException("the update in the box has not the sizes of the study", null);
    }
    Ready ready = Objects.requireNonNull(view.ready().get(member));
    Digest commitment =
        UpdateCommitment.of(study.id(), view.opened().baseModel(), member, opening.salt(), update);
    if (!commitment.equals(ready.update())) {
      faults.add("the update is not the one that " + member + " committed to when it was ready");
    }
    Keyed keyed = Objects.requireNonNull(view.keyed().get(member));
    if (!Recovery.selfHash(attempt, member, opening.self()).equals(keyed.selfHash())) {
      faults.add("the self mask is not the one that " + member + " committed to");
    }
    if (!opening.edges().keySet().equals(neighbours())) {
      faults.add("the masks are not with the members that " + member + " masked with");
    } else if (!root(opening).equals(view.committedRoot(member))) {
      faults.add("update and masks do not give the masked pieces that " + member + " sent");
    }
    return new OpenedUpdate(view.opened().id(), member, study.vector(), update, faults);
  }

  private Set<MemberId> neighbours() {
    Set<MemberId> neighbours = new TreeSet<>();
    for (MemberId other : view.shards().orElseThrow().line()) {
      if (!other.equals(member) && view.masks().orElseThrow().isEdge(member, other)) {
        neighbours.add(other);
      }
    }
    return neighbours;
  }

  /** M_i of x_i and these masks. */
  private Digest root(Opening opening) {
    ShardLayout layout =
        new ShardLayout(attempt.context(), view.study().vector(), view.shards().orElseThrow());
    Map<MemberId, Seed> edges = new TreeMap<>(opening.edges());
    Blocks masked =
        Masks.apply(layout, opening.update(), Masks.of(attempt, member, opening.self(), edges));
    return Contribution.cut(layout, member, masked, null).root();
  }
}
