package org.koinon.federation.ledger;

/** Why the rules refuse an entry: one constant per way; the names are stable codes. */
public enum Refusal {
  /** The bytes are no entry. */
  MALFORMED("the bytes are not an entry of this ledger"),
  /** It was signed for another ledger. */
  WRONG_CONSORTIUM("it was signed for another consortium"),
  /** Nothing may precede the Genesis entry. */
  NO_GENESIS("the ledger has no Genesis entry yet"),
  /** Its author is no member. */
  UNKNOWN_MEMBER("its author is not a member of the consortium"),
  /** The key is none of the author's. */
  UNKNOWN_KEY("its author has no such signing key"),
  /** The key was revoked. */
  KEY_REVOKED("the key that signed it was revoked"),
  /** The signature is wrong. */
  SIGNATURE_INVALID("its signature does not verify"),
  /** What its author says to have seen is no beginning of this log. */
  SEEN_INVALID("what it says its author had seen is not a beginning of this ledger"),
  /** It is bound to its author's organisation on Fabric, and another one submitted it. */
  WRONG_SUBMITTER("another organisation than its author's submitted it"),
  /** Something else stands under its key. */
  ALREADY_SAID("something else was said under the same key, and stands"),
  /** The founders are not a list of distinct members in order. */
  FOUNDERS_INVALID("founders must be distinct and in the order of their ids"),
  /** A member's own signature under its record is missing or wrong. */
  ACCEPTANCE_INVALID("a member's own acceptance is missing or does not verify"),
  /** The member's id, key, peer id or organisation is in use. */
  MEMBER_EXISTS("a member with this id, key, peer id or msp is in the consortium already"),
  /** Not the next number of its series. */
  NUMBER_NOT_NEXT("its number is not the next of its series"),
  /** Fewer than q members approved it. */
  NOT_APPROVED("fewer than the quorum of members approved it"),
  /** The study is not on the ledger. */
  UNKNOWN_STUDY("no such study stands on the ledger"),
  /** Only hospitals train. */
  NOT_A_HOSPITAL("its author is not a hospital"),
  /** The enrolment says what holds already. */
  ENROLMENT_UNCHANGED("it leaves the enrolment as it is"),
  /** The snapshot does not exist. */
  UNKNOWN_SNAPSHOT("no such snapshot of this member stands on the ledger"),
  /** The consent snapshot was withdrawn. */
  CONSENT_WITHDRAWN("the cited consent snapshot was withdrawn"),
  /** The data have another schema than the study. */
  SCHEMA_MISMATCH("the data's schema is not the study's"),
  /** The training code is not the study's. */
  CODE_MISMATCH("the training code is not the study's"),
  /** Under group-opening: fewer contributors than (c+2)(2p+1) are asked for. */
  GROUPS_TOO_SMALL("its minimum of contributors does not make up the groups that it opens"),
  /** A field that the policy does not have, or one that lacks. */
  POLICY_MISMATCH("it has, or lacks, what the study's policy asks for"),
  /** The evidence does not prove what is claimed. */
  NOT_PROVEN("the evidence does not prove the accusation"),
  /** Contributions could overflow the ring of integers. */
  OVERFLOW_POSSIBLE("clip and scale are so large that a sum could overflow"),
  /** No such round is open. */
  UNKNOWN_ROUND("no such round was opened"),
  /** The round has its ending. */
  ROUND_OVER("the round is over"),
  /** The author is not in the round's roster. */
  NOT_IN_ROSTER("its author is not in the round's roster"),
  /** Nothing of this kind is expected of this author. */
  NOT_EXPECTED("nothing of this kind is expected of its author in this round"),
  /** Its phase is not open yet. */
  PHASE_NOT_OPEN("its phase has not opened yet"),
  /** Its phase is closed. */
  PHASE_CLOSED("its phase is closed"),
  /** It was made for another view of the ledger. */
  WRONG_VIEW("it was made for another view of the phase before"),
  /** The update stands in a sealed set already. */
  UPDATE_SPENT("the update was used in an earlier round; train anew"),
  /** The update came before with other snapshots (R9). */
  OTHER_SNAPSHOTS("the update came before citing other snapshots; cite the same or train anew"),
  /** The author neither owns the shard nor stands in for an owner. */
  NOT_OWNER("its author neither owns the shard nor stands in for an owner"),
  /** No such shard or contributor. */
  UNKNOWN_PIECE("it names a shard or a contributor that the round does not have"),
  /** The piece is receipted, or the shard has its result, already. */
  NOT_MISSING("what it supplies is not missing"),
  /** A computed entry that does not follow from what stands. */
  NOT_COMPUTED("it is not what follows from the entries that stand"),
  /** A seed of a mask that was not committed to. */
  NOT_COMMITTED("a seed in it is not the one that was committed to in the key phase"),
  /** Other masks than those between the groups that the coin draws. */
  OTHER_PARTITION("it takes off other masks than those between the groups that were drawn"),
  /** A second deadline without the first. */
  FIRST_DEADLINE_MISSING("the second deadline cannot pass before the first");

  private final String sentence;

  Refusal(String sentence) {
    this.sentence = sentence;
  }

  /** What it means, to follow a colon. */
  public String sentence() {
    return sentence;
  }
}
