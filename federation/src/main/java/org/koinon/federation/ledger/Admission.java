package org.koinon.federation.ledger;

/** What the rules say to an entry. */
public sealed interface Admission {
  /** It is to be written. */
  record Admitted() implements Admission {}

  /** The same thing already stands under its key: success, and nothing to write. */
  record Present() implements Admission {}

  /**
   * It is not to be written.
   *
   * @param refusal the rule
   * @param detail what, in this case
   */
  record Refused(Refusal refusal, String detail) implements Admission {}
}
