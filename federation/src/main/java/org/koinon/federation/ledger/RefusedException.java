package org.koinon.federation.ledger;

import org.jspecify.annotations.Nullable;

/** Carries a refusal out of nested checks; never leaves {@link LedgerRules#admit}. */
final class RefusedException extends RuntimeException {
  private final Refusal refusal;
  private final String detail;

  RefusedException(Refusal refusal, @Nullable Object detail) {
    super(refusal + ": " + detail, null, false, false);
    this.refusal = refusal;
    this.detail = String.valueOf(detail);
  }

  Refusal refusal() {
    return refusal;
  }

  String detail() {
    return detail;
  }
}
