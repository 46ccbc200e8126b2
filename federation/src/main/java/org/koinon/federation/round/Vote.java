package org.koinon.federation.round;

/** What a member says of a result that it computed itself. */
public enum Vote {
  /** It meets the study's acceptance rule. */
  ACCEPT,
  /** It does not. */
  REJECT,
  /** The member has no rows to validate with. */
  ABSTAIN
}
