package org.koinon.federation.ledger;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.koinon.federation.ledger.ConsortiumEntry.ConsentSnapshot;
import org.koinon.federation.ledger.ConsortiumEntry.DatasetSnapshot;
import org.koinon.federation.ledger.ConsortiumEntry.Enrolment;
import org.koinon.federation.ledger.ConsortiumEntry.KeyEvent;
import org.koinon.federation.ledger.ConsortiumEntry.Withdrawal;
import org.koinon.federation.study.Member;
import org.koinon.federation.study.MemberId;

/**
 * Whose endorsements it takes on Fabric to write over a hospital's own entry, once it stands: the
 * hospital's, and with it a majority of all hospitals'.
 *
 * <p>A hospital's own entries are those that outlast a round: its enrolments, its snapshots of
 * consent and data, its withdrawals, and the events of its keys. They are bound only when every
 * hospital names its organisation: with fewer, the majority would not be one.
 *
 * @param owner organisation of the hospital whose entry it is
 * @param others organisations of the other hospitals, sorted
 * @param needed how many of the others
 */
public record KeyEndorsement(String owner, List<String> others, int needed) {
  /** Copies the list. */
  public KeyEndorsement {
    others = List.copyOf(others);
  }

  /**
   * What a change of this entry takes beyond the policy of all keys; nothing if it is no hospital's
   * own, or not every hospital names its organisation.
   *
   * @param state in which the entry is admitted; not read for entries of rounds
   */
  public static Optional<KeyEndorsement> of(LedgerState state, SignedEntry entry) {
    return owner(entry).flatMap(owner -> of(new Membership(state).members(), owner));
  }

  private static Optional<MemberId> owner(SignedEntry signed) {
    return switch (signed.entry()) {
      case Enrolment enrolment -> Optional.of(signed.author());
      case ConsentSnapshot snapshot -> Optional.of(signed.author());
      case DatasetSnapshot snapshot -> Optional.of(signed.author());
      case Withdrawal withdrawal -> Optional.of(signed.author());
      case KeyEvent event -> Optional.of(event.member());
      case ConsortiumEntry.Genesis genesis -> Optional.empty();
      case ConsortiumEntry.Joined joined -> Optional.empty();
      case ConsortiumEntry.Proposed proposed -> Optional.empty();
      case ConsortiumEntry.Approval approval -> Optional.empty();
      case RoundEntry said -> Optional.empty();
    };
  }

  private static Optional<KeyEndorsement> of(List<Member> members, MemberId id) {
    List<Member> hospitals = members.stream().filter(Member::isHospital).toList();
    Optional<String> owner =
        hospitals.stream()
            .filter(each -> each.id().equals(id))
            .findFirst()
            .flatMap(Member::organisation);
    List<String> organisations = new ArrayList<>();
    hospitals.forEach(each -> each.organisation().ifPresent(organisations::add));
    if (owner.isEmpty() || organisations.size() < hospitals.size()) {
      return Optional.empty();
    }
    organisations.remove(owner.get());
    organisations.sort(Comparator.naturalOrder());
    return Optional.of(new KeyEndorsement(owner.get(), organisations, hospitals.size() / 2));
  }
}
