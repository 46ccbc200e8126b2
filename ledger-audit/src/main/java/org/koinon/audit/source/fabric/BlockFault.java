package org.koinon.audit.source.fabric;

import java.util.OptionalInt;
import org.koinon.audit.finding.Rule;

/** A block that is not what it must be; ends the reading of the channel there. */
final class BlockFault extends RuntimeException {
  private final Rule rule;
  private final OptionalInt transaction;

  BlockFault(Rule rule, String what) {
    super(what);
    this.rule = rule;
    this.transaction = OptionalInt.empty();
  }

  BlockFault(Rule rule, int transaction, String what) {
    super(what);
    this.rule = rule;
    this.transaction = OptionalInt.of(transaction);
  }

  Rule rule() {
    return rule;
  }

  OptionalInt transaction() {
    return transaction;
  }

  String what() {
    return String.valueOf(getMessage());
  }
}
