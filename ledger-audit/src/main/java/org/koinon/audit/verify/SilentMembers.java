package org.koinon.audit.verify;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.koinon.federation.ledger.MaskedEntry.Opened;
import org.koinon.federation.ledger.RoundEntry;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundEntry.Ending;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.study.MemberId;

/**
 * Who wrote nothing of a round on the ledger between the opening of its sums and its end, where it
 * was lost in between. Releases are not on the ledger: whoever wrote a deadline and kept back what
 * it had to release is not among them.
 */
final class SilentMembers {
  private SilentMembers() {}

  /** In the order of their names; nobody unless the attempt was lost after its opening. */
  static List<MemberId> of(CheckedLog checked, RoundView view) {
    if (view.released().isEmpty()
        || !view.ending().filter(Abandoned.class::isInstance).isPresent()) {
      return List.of();
    }
    Set<MemberId> silent = new TreeSet<>(view.opened().members());
    boolean isOpened = false;
    for (SignedEntry signed : checked.log().entries()) {
      if (signed.entry() instanceof RoundEntry said && said.id().equals(view.opened().id())) {
        if (isOpened) {
          silent.remove(signed.author());
        }
        if (said instanceof Ending) {
          break;
        }
        isOpened |= said instanceof Opened;
      }
    }
    return List.copyOf(silent);
  }
}
