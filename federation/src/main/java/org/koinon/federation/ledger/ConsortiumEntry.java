package org.koinon.federation.ledger;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.attestation.Signature;
import org.koinon.federation.consent.CountBucket;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.Member;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyId;

/** An entry about who takes part, on which terms, with whose permission. */
public sealed interface ConsortiumEntry extends Entry {
  /** Most members of a consortium. */
  int MEMBERS_MAX = 200;

  /**
   * The first entry: who founds the consortium.
   *
   * @param consortium its name, and the origin of its log
   * @param founders in the order of their ids
   * @param acceptances every founder's signature over {@link LedgerRules#founding}, by id
   */
  record Genesis(
      ConsortiumId consortium, List<Member> founders, SortedMap<String, Signature> acceptances)
      implements ConsortiumEntry {
    /** Checks the number of founders. */
    public Genesis {
      founders = List.copyOf(founders);
      acceptances = Collections.unmodifiableSortedMap(new TreeMap<>(acceptances));
      if (founders.size() < 3 || founders.size() > MEMBERS_MAX) {
        throw new FormatException("", "a consortium has 3 to " + MEMBERS_MAX + " founders");
      }
    }

    @Override
    public EntryKey key(MemberId author) {
      return EntryKey.of("Genesis");
    }
  }

  /**
   * A member that joined after the founding, approved by q.
   *
   * @param number its place: the founders have 1 to n
   * @param member who
   * @param acceptance its own signature over the member record
   */
  record Joined(int number, Member member, Signature acceptance) implements ConsortiumEntry {
    @Override
    public EntryKey key(MemberId author) {
      return key(number);
    }

    static EntryKey key(int number) {
      return EntryKey.of("Joined", number);
    }
  }

  /** What happens to a key. */
  enum KeyAction {
    /** Another key signs too. */
    ADD,
    /** The successor signs instead. */
    ROTATE,
    /** The key signs nothing any more. */
    REVOKE
  }

  /**
   * A change of a member's signing keys, approved by q; it holds for entries admitted after it.
   *
   * @param member whose key
   * @param number 1, 2, 3... per member
   * @param action what happens
   * @param key the key that is added, replaced or revoked
   * @param successor the new key of a rotation
   */
  record KeyEvent(
      MemberId member, int number, KeyAction action, PublicKey key, @Nullable PublicKey successor)
      implements ConsortiumEntry {
    /** A successor stands in rotations only. */
    public KeyEvent {
      if ((action == KeyAction.ROTATE) != (successor != null)) {
        throw new FormatException("", "a rotation, and only a rotation, names a successor");
      }
    }

    @Override
    public EntryKey key(MemberId author) {
      return key(member, number);
    }

    static EntryKey key(MemberId member, int number) {
      return EntryKey.of("KeyEvent", member, number);
    }
  }

  /**
   * A study as proposed; it runs once q members approved it.
   *
   * @param study its terms
   */
  record Proposed(Study study) implements ConsortiumEntry {
    @Override
    public EntryKey key(MemberId author) {
      return key(study.id(), study.version());
    }

    static EntryKey key(StudyId study, int version) {
      return EntryKey.of("Study", study, version);
    }
  }

  /**
   * One member's yes.
   *
   * @param subject {@link Entry#bodyDigest} of what is approved: a study, a member, a key event
   */
  record Approval(Digest subject) implements ConsortiumEntry {
    @Override
    public EntryKey key(MemberId author) {
      return key(subject, author);
    }

    static EntryKey key(Digest subject, MemberId author) {
      return EntryKey.of("Approval", subject, author);
    }
  }

  /**
   * A hospital takes part in a study, or leaves it.
   *
   * @param study which
   * @param number 1, 2, 3... per study and member; the last counts
   * @param active whether it takes part from now on
   */
  record Enrolment(StudyId study, int number, boolean active) implements ConsortiumEntry {
    @Override
    public EntryKey key(MemberId author) {
      return key(study, author, number);
    }

    static EntryKey key(StudyId study, MemberId member, int number) {
      return EntryKey.of("Enrolment", study, member, number);
    }
  }

  /**
   * The state of consent that a hospital trains under, as a commitment.
   *
   * @param study which
   * @param number 1, 2, 3... per study and member
   * @param root of the hospital's own keyed tree of consents, which stays there
   * @param consenting how many, coarsely
   * @param basis version of the consent form or legal basis, no personal data
   */
  record ConsentSnapshot(
      StudyId study, int number, Digest root, CountBucket consenting, String basis)
      implements ConsortiumEntry {
    /** Checks the text. */
    public ConsentSnapshot {
      if (basis.isBlank() || basis.length() > 100) {
        throw new FormatException("", "basis has 1 to 100 characters");
      }
    }

    @Override
    public EntryKey key(MemberId author) {
      return key(study, author, number);
    }

    static EntryKey key(StudyId study, MemberId member, int number) {
      return EntryKey.of("ConsentSnapshot", study, member, number);
    }
  }

  /**
   * A consent snapshot that must not be cited any more, because somebody withdrew.
   *
   * @param study which
   * @param snapshot number of the snapshot that no longer holds
   */
  record Withdrawal(StudyId study, int snapshot) implements ConsortiumEntry {
    @Override
    public EntryKey key(MemberId author) {
      return key(study, author, snapshot);
    }

    static EntryKey key(StudyId study, MemberId member, int snapshot) {
      return EntryKey.of("Withdrawal", study, member, snapshot);
    }
  }

  /**
   * The data that a hospital trains on, as a commitment.
   *
   * @param study which
   * @param number 1, 2, 3... per study and member
   * @param commitment salted digest of the data's manifest
   * @param schema digest of the table schema
   * @param rows how many, coarsely
   */
  record DatasetSnapshot(
      StudyId study, int number, Digest commitment, Digest schema, CountBucket rows)
      implements ConsortiumEntry {
    @Override
    public EntryKey key(MemberId author) {
      return key(study, author, number);
    }

    static EntryKey key(StudyId study, MemberId member, int number) {
      return EntryKey.of("DatasetSnapshot", study, member, number);
    }
  }
}
