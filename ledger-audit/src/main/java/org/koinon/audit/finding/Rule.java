package org.koinon.audit.finding;

/** What a finding is about: one constant per way to be wrong; the names are stable codes. */
public enum Rule {
  /** The ledger file cannot be read as a database. */
  LEDGER_UNREADABLE,
  /** The ledger file holds other tables, columns, indices or settings than the format has. */
  LEDGER_FORM,
  /** The ledger file has a newer format than this program reads. */
  LEDGER_VERSION,
  /** No entry stands at a position before the last. */
  POSITION_MISSING,
  /** An entry stands at a position that no log has. */
  POSITION_SURPLUS,
  /** The bytes are no entry. */
  ENTRY_MALFORMED,
  /** The bytes are not those that the author signed. */
  ENTRY_CHANGED,
  /** A rule of the ledger refuses the entry in its place. */
  ENTRY_REFUSED,
  /** The same entry stands twice. */
  ENTRY_REPEATED,
  /** Two entries stand in each other's place. */
  ENTRIES_SWAPPED,
  /** An entry stands elsewhere than later authors had seen it. */
  ENTRY_MOVED,
  /** An entry stands where later authors had seen none. */
  ENTRY_INSERTED,
  /** An entry that later authors had seen is not there. */
  ENTRY_MISSING,
  /** An entry is another than the one that later authors had seen. */
  ENTRY_REPLACED,
  /** The end of the log was cut off. */
  LOG_CUT,
  /** The log is not the one that was seen. */
  LOG_REWRITTEN,
  /** A checkpoint that proves nothing: malformed, of another log, or not signed by a member. */
  CHECKPOINT_INVALID,
  /** The contract that was named holds no anchor of the log. */
  ANCHOR_MISSING,
  /** A file of blocks is not in its form, or was cut. */
  BLOCKS_UNREADABLE,
  /** A block is not in the form that Fabric writes. */
  BLOCK_MALFORMED,
  /** A block before the last is not there. */
  BLOCK_MISSING,
  /** A block's transactions are not those that its header names. */
  BLOCK_CHANGED,
  /** A block does not follow the one before it. */
  BLOCK_NOT_LINKED,
  /** The first block is not the one that the auditor named. */
  CHANNEL_DIFFERS,
  /** A signature on a block does not hold, or is nobody's who orders. */
  BLOCK_SIGNATURE,
  /** Too few of those who order signed a block. */
  BLOCK_QUORUM,
  /** The channel's configuration cannot be used, or was changed by somebody who may not. */
  CONFIG_UNAUTHORISED,
  /** A transaction that its peer counted as valid is not, or not for the reason that it gave. */
  TRANSACTION_NOT_VALID,
  /** A transaction that its peer counted as invalid is valid. */
  TRANSACTION_NOT_INVALID,
  /** A transaction uses what this program does not judge. */
  TRANSACTION_UNJUDGED,
  /** The ledger's chaincode wrote what its contract never writes. */
  TRANSACTION_WRITES,
  /** An entry was submitted by another organisation than the one its author is bound to. */
  TRANSACTION_SUBMITTER,
  /** The peer's hash over its state is not the one that follows from the blocks. */
  COMMIT_HASH_DIFFERS,
  /** A contributor cited consent that had been withdrawn. */
  CONSENT_WITHDRAWN,
  /** The bundle's form is not that of a bundle. */
  BUNDLE_FORM,
  /** The bundle's manifest does not fit its content. */
  BUNDLE_MANIFEST,
  /** The manifest names a member that is not there. */
  BUNDLE_MEMBER_MISSING,
  /** A member that the manifest does not name. */
  BUNDLE_MEMBER_SURPLUS,
  /** A member whose bytes are not those of the manifest. */
  BUNDLE_MEMBER_CHANGED,
  /** An archived file that is not what the ledger commits to. */
  ARCHIVE_CHANGED,
  /** A sum of a shard on the ledger that does not follow from the archived pieces. */
  SUM_DIFFERS,
  /** A result on the ledger that does not follow from the sums. */
  RESULT_DIFFERS,
  /** A member attested to another result than follows from the sums. */
  ATTESTATION_DIFFERS,
  /** The check sums that a member stated do not follow from its pieces, or do not add up. */
  CHECK_SUMS_DIFFER,
  /** The evidence of an accusation does not show what it says. */
  ACCUSATION_UNFOUNDED
}
