package org.koinon.federation.ledger;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.attestation.Signature;
import org.koinon.federation.encoding.Canonical;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.ledger.ConsortiumEntry.Approval;
import org.koinon.federation.ledger.ConsortiumEntry.ConsentSnapshot;
import org.koinon.federation.ledger.ConsortiumEntry.DatasetSnapshot;
import org.koinon.federation.ledger.ConsortiumEntry.Enrolment;
import org.koinon.federation.ledger.ConsortiumEntry.Genesis;
import org.koinon.federation.ledger.ConsortiumEntry.Joined;
import org.koinon.federation.ledger.ConsortiumEntry.KeyAction;
import org.koinon.federation.ledger.ConsortiumEntry.KeyEvent;
import org.koinon.federation.ledger.ConsortiumEntry.Proposed;
import org.koinon.federation.ledger.ConsortiumEntry.Withdrawal;
import org.koinon.federation.round.Quorum;
import org.koinon.federation.study.Member;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyId;

/**
 * The rules of the ledger: one function from what stands and what is said to yes or no.
 *
 * <p>It runs when an entry is written (embedded ledger, chaincode) and again when a log is read
 * (node, auditor). It reads {@link LedgerState#get} only.
 */
public final class LedgerRules {
  private final LedgerState state;
  private final Membership membership;

  private LedgerRules(LedgerState state) {
    this.state = new ReadOnce(state);
    this.membership = new Membership(this.state);
  }

  /** Decodes and judges the bytes of an entry. */
  public static Admission admit(LedgerState state, byte[] bytes) {
    SignedEntry entry;
    try {
      entry = SignedEntry.decode(bytes);
    } catch (FormatException e) {
      return new Admission.Refused(Refusal.MALFORMED, String.valueOf(e.getMessage()));
    }
    return admit(state, entry);
  }

  /** Judges an entry; never changes anything. */
  public static Admission admit(LedgerState state, SignedEntry entry) {
    try {
      return new LedgerRules(state).judge(entry);
    } catch (RefusedException e) {
      return new Admission.Refused(e.refusal(), e.detail());
    }
  }

  /**
   * Judges an entry that somebody of a Fabric organisation submits: where the author's record names
   * its organisation, it must be that one. Reads no more than the other rules do.
   *
   * @param msp id of the submitter's membership service
   */
  public static Admission admit(LedgerState state, SignedEntry entry, String msp) {
    Admission admission = admit(state, entry);
    if (!(admission instanceof Admission.Admitted)) {
      return admission;
    }
    Optional<String> own = author(state, entry).flatMap(Member::organisation);
    return own.isEmpty() || own.get().equals(msp)
        ? admission
        : new Admission.Refused(
            Refusal.WRONG_SUBMITTER,
            entry.author() + " is of " + own.get() + ", and " + msp + " submitted it");
  }

  private static Optional<Member> author(LedgerState state, SignedEntry entry) {
    return entry.entry() instanceof Genesis genesis
        ? genesis.founders().stream().filter(each -> each.id().equals(entry.author())).findFirst()
        : new Membership(state).member(entry.author());
  }

  /** What every founder signs: the consortium and all founders. */
  public static byte[] founding(Genesis genesis) {
    SortedBody body = new SortedBody(genesis.consortium().value(), genesis.founders());
    return Canonical.encode(RecordCodec.toJson(body));
  }

  /** The part of a Genesis that the founders sign. */
  public record SortedBody(String founding, List<Member> founders) {}

  /** What a joining member signs. */
  public static byte[] joining(String consortium, Member member) {
    return Canonical.encode(RecordCodec.toJson(new JoiningBody(consortium, member)));
  }

  /** The part of a Joined entry that the new member signs. */
  public record JoiningBody(String joining, Member member) {}

  private Admission judge(SignedEntry signed) {
    Entry entry = signed.entry();
    if (entry instanceof Genesis genesis && membership.consortium().isEmpty()) {
      founding(signed, genesis);
      return new Admission.Admitted();
    }
    authorship(signed);
    Optional<SignedEntry> standing = state.get(signed.entryKey());
    if (standing.isPresent()) {
      if (standing.get().entry().equals(entry)) {
        return new Admission.Present();
      }
      throw new RefusedException(Refusal.ALREADY_SAID, signed.entryKey().value());
    }
    switch (entry) {
      case ConsortiumEntry said -> consortium(signed.author(), said);
      case RoundEntry said -> new RoundRules(state, membership).check(signed.author(), said);
    }
    return new Admission.Admitted();
  }

  private static void founding(SignedEntry signed, Genesis genesis) {
    check(
        signed.consortium().equals(genesis.consortium()),
        Refusal.WRONG_CONSORTIUM,
        genesis.consortium());
    List<Member> founders = genesis.founders();
    check(
        areDistinct(founders)
            && founders.stream()
                .map(Member::id)
                .sorted()
                .toList()
                .equals(founders.stream().map(Member::id).toList()),
        Refusal.FOUNDERS_INVALID,
        genesis.consortium());
    byte[] message = founding(genesis);
    for (Member founder : founders) {
      Signature acceptance = genesis.acceptances().get(founder.id().value());
      check(
          acceptance != null && founder.signingKey().verifies(message, acceptance),
          Refusal.ACCEPTANCE_INVALID,
          founder.id());
    }
    check(
        genesis.acceptances().size() == founders.size(),
        Refusal.ACCEPTANCE_INVALID,
        "more acceptances than founders");
    PublicKey key =
        founders.stream()
            .filter(founder -> founder.id().equals(signed.author()))
            .map(Member::signingKey)
            .findFirst()
            .orElseThrow(() -> new RefusedException(Refusal.UNKNOWN_MEMBER, signed.author()));
    check(key.id().equals(signed.key()), Refusal.UNKNOWN_KEY, signed.key());
    check(signed.isSignedBy(key), Refusal.SIGNATURE_INVALID, signed.author());
  }

  private static boolean areDistinct(List<Member> members) {
    Set<Object> seen = new HashSet<>();
    return members.stream()
        .allMatch(
            m ->
                seen.add(m.id())
                    && seen.add(m.signingKey())
                    && seen.add(m.peerId())
                    && m.organisation().map(msp -> seen.add(List.of("msp", msp))).orElse(true));
  }

  private void authorship(SignedEntry signed) {
    var consortium = membership.consortium();
    check(consortium.isPresent(), Refusal.NO_GENESIS, signed.entry().type());
    check(
        consortium.get().equals(signed.consortium()),
        Refusal.WRONG_CONSORTIUM,
        signed.consortium());
    Member author =
        membership
            .member(signed.author())
            .orElseThrow(() -> new RefusedException(Refusal.UNKNOWN_MEMBER, signed.author()));
    check(!membership.isRevoked(author.id(), signed.key()), Refusal.KEY_REVOKED, signed.key());
    PublicKey key =
        authorKeys(author, signed.entry()).stream()
            .filter(candidate -> candidate.id().equals(signed.key()))
            .findFirst()
            .orElseThrow(() -> new RefusedException(Refusal.UNKNOWN_KEY, signed.key()));
    check(signed.isSignedBy(key), Refusal.SIGNATURE_INVALID, signed.author());
  }

  /** A round uses the keys at its opening; everything else the keys of now. */
  private List<PublicKey> authorKeys(Member author, Entry entry) {
    if (entry instanceof RoundEntry said && !(entry instanceof RoundEntry.RoundOpened)) {
      return state
          .body(
              RoundEntry.RoundOpened.class,
              RoundEntry.only(RoundEntry.RoundOpened.class, said.id()))
          .orElseThrow(() -> new RefusedException(Refusal.UNKNOWN_ROUND, said.id()))
          .roster()
          .stream()
          .filter(seat -> seat.member().equals(author.id()))
          .findFirst()
          .map(seat -> List.of(seat.key()))
          .orElseThrow(() -> new RefusedException(Refusal.NOT_IN_ROSTER, author.id()));
    }
    return membership.keys(author);
  }

  private void consortium(MemberId author, ConsortiumEntry entry) {
    switch (entry) {
      case Genesis genesis ->
          throw new RefusedException(Refusal.ALREADY_SAID, genesis.consortium());
      case Joined joined -> joined(joined);
      case KeyEvent event -> keyEvent(event);
      case Proposed(Study study) -> proposed(study);
      case Approval approval -> {}
      case Enrolment enrolment -> enrolment(author, enrolment);
      case ConsentSnapshot snapshot -> {
        hospital(author);
        versions(snapshot.study());
        next(snapshot.number(), membership.consents(snapshot.study(), author).size());
      }
      case Withdrawal(StudyId study, int number) ->
          check(
              number >= 1 && number <= membership.consents(study, author).size(),
              Refusal.UNKNOWN_SNAPSHOT,
              number);
      case DatasetSnapshot snapshot -> {
        hospital(author);
        check(
            versions(snapshot.study()).stream()
                .anyMatch(study -> study.schema().equals(snapshot.schema())),
            Refusal.SCHEMA_MISMATCH,
            snapshot.schema().brief());
        next(snapshot.number(), membership.datasets(snapshot.study(), author).size());
      }
    }
  }

  private void joined(Joined joined) {
    List<Member> members = membership.members();
    next(joined.number(), members.size());
    check(joined.number() <= ConsortiumEntry.MEMBERS_MAX, Refusal.NUMBER_NOT_NEXT, joined.number());
    List<Member> together = new java.util.ArrayList<>(members);
    together.add(joined.member());
    check(
        areDistinct(together) && isUnused(joined.member().signingKey()),
        Refusal.MEMBER_EXISTS,
        joined.member().id());
    byte[] message = joining(membership.consortium().orElseThrow().value(), joined.member());
    check(
        joined.member().signingKey().verifies(message, joined.acceptance()),
        Refusal.ACCEPTANCE_INVALID,
        joined.member().id());
    check(
        membership.isApproved(joined.bodyDigest(), membership.voters()),
        Refusal.NOT_APPROVED,
        joined.bodyDigest().brief());
  }

  private void keyEvent(KeyEvent event) {
    Member subject =
        membership
            .member(event.member())
            .orElseThrow(() -> new RefusedException(Refusal.UNKNOWN_MEMBER, event.member()));
    next(event.number(), membership.keyEvents(event.member()).size());
    boolean holds = membership.keys(subject).contains(event.key());
    check(
        holds == (event.action() != KeyAction.ADD), Refusal.UNKNOWN_KEY, event.key().id().brief());
    PublicKey added = event.action() == KeyAction.ADD ? event.key() : event.successor();
    check(added == null || isUnused(added), Refusal.MEMBER_EXISTS, event.member());
    List<MemberId> voters =
        membership.voters().stream()
            .filter(voter -> event.action() != KeyAction.REVOKE || !voter.equals(event.member()))
            .toList();
    check(
        membership.isApproved(event.bodyDigest(), voters),
        Refusal.NOT_APPROVED,
        event.bodyDigest().brief());
  }

  /** A key signs for one member only, and never again after it was replaced or revoked. */
  private boolean isUnused(PublicKey key) {
    return membership.members().stream()
        .noneMatch(
            member ->
                member.signingKey().equals(key)
                    || membership.keyEvents(member.id()).stream()
                        .anyMatch(e -> e.key().equals(key) || key.equals(e.successor())));
  }

  private void proposed(Study study) {
    next(study.version(), membership.versions(study.id()).size());
    int hospitals = (int) membership.members().stream().filter(Member::isHospital).count();
    if (study.privacy().policy() == Policy.GROUP_OPENING) {
      int least = study.privacy().colluders(new Quorum(hospitals).faults()) + 2;
      check(
          study.privacy().minimum() >= study.groups() * least,
          Refusal.GROUPS_TOO_SMALL,
          study.groups() + " groups of " + least + " need a minimum of " + study.groups() * least);
    }
    study
        .vector()
        .overflow(hospitals)
        .ifPresent(
            tensor -> {
              throw new RefusedException(Refusal.OVERFLOW_POSSIBLE, tensor.name());
            });
  }

  private void enrolment(MemberId author, Enrolment enrolment) {
    hospital(author);
    versions(enrolment.study());
    next(enrolment.number(), membership.enrolments(enrolment.study(), author).size());
    check(
        membership.isEnrolled(enrolment.study(), author) != enrolment.active(),
        Refusal.ENROLMENT_UNCHANGED,
        enrolment.study());
  }

  private void hospital(MemberId author) {
    check(
        membership.member(author).filter(Member::isHospital).isPresent(),
        Refusal.NOT_A_HOSPITAL,
        author);
  }

  private List<Study> versions(StudyId id) {
    List<Study> versions = membership.versions(id);
    check(!versions.isEmpty(), Refusal.UNKNOWN_STUDY, id);
    return versions;
  }

  private static void next(int number, int standing) {
    check(number == standing + 1, Refusal.NUMBER_NOT_NEXT, number + " after " + standing);
  }

  static void check(boolean holds, Refusal refusal, @Nullable Object detail) {
    if (!holds) {
      throw new RefusedException(refusal, detail);
    }
  }

  /** Digest of what a phase counted; of nothing for the first phase. */
  static Digest phaseHash(List<Digest> counted) {
    return Digest.tagged(
        "koinon/phase/v1", counted.stream().map(Digest::bytes).toArray(byte[][]::new));
  }
}
