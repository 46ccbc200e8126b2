package org.koinon.federation.ledger;

/** The reference implementation obeys the contract that it is the reference for. */
class InMemoryLedgerTest extends LedgerContract {
  private final InMemoryLedger first = new InMemoryLedger();

  @Override
  protected Ledger open() {
    return first.another();
  }
}
