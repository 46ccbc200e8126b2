package org.koinon.federation.ledger;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.ConsortiumEntry.Approval;
import org.koinon.federation.ledger.ConsortiumEntry.ConsentSnapshot;
import org.koinon.federation.ledger.ConsortiumEntry.DatasetSnapshot;
import org.koinon.federation.ledger.ConsortiumEntry.Enrolment;
import org.koinon.federation.ledger.ConsortiumEntry.Genesis;
import org.koinon.federation.ledger.ConsortiumEntry.Joined;
import org.koinon.federation.ledger.ConsortiumEntry.KeyEvent;
import org.koinon.federation.ledger.ConsortiumEntry.Proposed;
import org.koinon.federation.round.Quorum;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.Member;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyId;

/**
 * Who is in, with which keys, in which studies: read from the ledger's state by key alone.
 *
 * <p>Series (members, key events, enrolments, snapshots) are numbered 1, 2, 3... and read until one
 * is missing.
 */
public final class Membership {
  private final LedgerState state;

  /** Reads that state at each call. */
  public Membership(LedgerState state) {
    this.state = state;
  }

  /** The consortium, once its Genesis stands. */
  public Optional<ConsortiumId> consortium() {
    return genesis().map(Genesis::consortium);
  }

  private Optional<Genesis> genesis() {
    return state.body(Genesis.class, EntryKey.of("Genesis"));
  }

  /** All members: the founders, then who joined, in order. */
  public List<Member> members() {
    return inOrder().toList();
  }

  /** The member with this id. */
  public Optional<Member> member(MemberId id) {
    return inOrder().filter(member -> member.id().equals(id)).findFirst();
  }

  /** Lazily: who looks for a founder does not ask who joined, which chaincode pays for. */
  private Stream<Member> inOrder() {
    List<Member> founders = genesis().map(Genesis::founders).orElse(List.of());
    Stream<Member> others =
        Stream.iterate(founders.size() + 1, number -> number + 1)
            .map(number -> state.body(Joined.class, Joined.key(number)))
            .takeWhile(Optional::isPresent)
            .map(joined -> joined.orElseThrow().member());
    return Stream.concat(founders.stream(), others);
  }

  /** The keys that sign for a member now, the newest last. */
  public List<PublicKey> keys(Member member) {
    SequencedSet<PublicKey> keys = new LinkedHashSet<>(List.of(member.signingKey()));
    for (KeyEvent event : keyEvents(member.id())) {
      switch (event.action()) {
        case ADD -> keys.add(event.key());
        case REVOKE -> keys.remove(event.key());
        case ROTATE -> {
          keys.remove(event.key());
          keys.add(Objects.requireNonNull(event.successor()));
        }
      }
    }
    return List.copyOf(keys);
  }

  /** Whether a member's key was revoked. */
  public boolean isRevoked(MemberId member, Digest keyId) {
    return keyEvents(member).stream()
        .anyMatch(
            event ->
                event.action() == ConsortiumEntry.KeyAction.REVOKE
                    && event.key().id().equals(keyId));
  }

  List<KeyEvent> keyEvents(MemberId member) {
    return series(KeyEvent.class, number -> KeyEvent.key(member, number));
  }

  /** How many of the voters approved the subject. */
  int approvals(Digest subject, List<MemberId> voters) {
    return (int)
        voters.stream()
            .filter(voter -> state.get(Approval.key(subject, voter)).isPresent())
            .count();
  }

  boolean isApproved(Digest subject, List<MemberId> voters) {
    return approvals(subject, voters) >= new Quorum(voters.size()).votes();
  }

  /** The ids of all members. */
  List<MemberId> voters() {
    return members().stream().map(Member::id).toList();
  }

  /** All versions of a study that were proposed, the oldest first. */
  public List<Study> versions(StudyId study) {
    return series(Proposed.class, version -> Proposed.key(study, version)).stream()
        .map(Proposed::study)
        .toList();
  }

  /** Who approved this version of a study. */
  public List<MemberId> approvers(Study study) {
    Digest subject = new Proposed(study).bodyDigest();
    return voters().stream()
        .filter(voter -> state.get(Approval.key(subject, voter)).isPresent())
        .toList();
  }

  /** The newest version of a study that q members approved. */
  public Optional<Study> approved(StudyId study) {
    List<MemberId> voters = voters();
    return versions(study).reversed().stream()
        .filter(version -> isApproved(new Proposed(version).bodyDigest(), voters))
        .findFirst();
  }

  /** The hospitals that take part in a study, in the order of their ids. */
  public List<Member> enrolled(StudyId study) {
    return members().stream()
        .filter(member -> member.isHospital() && isEnrolled(study, member.id()))
        .sorted(java.util.Comparator.comparing(Member::id))
        .toList();
  }

  /** Whether a member takes part in a study. */
  public boolean isEnrolled(StudyId study, MemberId member) {
    List<Enrolment> enrolments = enrolments(study, member);
    return !enrolments.isEmpty() && enrolments.getLast().active();
  }

  /** All that a member said about its taking part in a study. */
  public List<Enrolment> enrolments(StudyId study, MemberId member) {
    return series(Enrolment.class, number -> Enrolment.key(study, member, number));
  }

  /** A member's consent snapshots of a study. */
  public List<ConsentSnapshot> consents(StudyId study, MemberId member) {
    return series(ConsentSnapshot.class, number -> ConsentSnapshot.key(study, member, number));
  }

  /** Whether a consent snapshot was withdrawn. */
  public boolean isWithdrawn(StudyId study, MemberId member, int snapshot) {
    return state.get(ConsortiumEntry.Withdrawal.key(study, member, snapshot)).isPresent();
  }

  /** A member's dataset snapshots of a study. */
  public List<DatasetSnapshot> datasets(StudyId study, MemberId member) {
    return series(DatasetSnapshot.class, number -> DatasetSnapshot.key(study, member, number));
  }

  private <T extends Entry> List<T> series(Class<T> type, IntFunction<EntryKey> key) {
    List<T> series = new ArrayList<>();
    for (int number = 1; ; number++) {
      Optional<T> next = state.body(type, key.apply(number));
      if (next.isEmpty()) {
        return series;
      }
      series.add(next.get());
    }
  }
}
