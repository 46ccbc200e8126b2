package org.koinon.system;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Dealing;
import org.koinon.aggregation.masking.Holders;
import org.koinon.aggregation.masking.MemberMessage.PackMessage;
import org.koinon.aggregation.masking.Seed;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.study.MemberId;
import org.koinon.peer.simulation.SimulatedConsortium;

/**
 * A dealer that commits to shares off the polynomial: its packs open, its root holds them, and no t
 * of them rebuild its self mask. Made from what its node has in the journal.
 *
 * @param consortium in which
 * @param dealer who
 */
record OffPolynomial(SimulatedConsortium consortium, MemberId dealer) {
  /** Version, number of the dealer, b and kappa stand before the shares. */
  private static final int SHARES_AT = 1 + 2 + 32 + 32;

  /** The dealing as it is told to others, once one was drawn. */
  Optional<Dealing> dealing(RoundView view) {
    return page(view)
        .flatMap(page -> Optional.ofNullable(page.dealing()))
        .map(honest -> altered(holders(view), honest));
  }

  /** The pack for a holder. */
  PackMessage pack(RoundView view, PackMessage honest) {
    Attempt attempt = holders(view).attempt();
    String transport = KeyPageBytes.transport(attempt.number(dealer), attempt.number(honest.to()));
    byte[] key = Objects.requireNonNull(page(view).orElseThrow().secrets().get(transport));
    Dealing off = dealing(view).orElseThrow();
    return new PackMessage(honest.phase(), honest.to(), off.pack(honest.to(), Seed.of(key)));
  }

  /** Every share of b is another, in another way each: no polynomial of low degree does that. */
  private static Dealing altered(Holders holders, Dealing honest) {
    byte[] bytes = honest.encode();
    for (int place = 0; place < holders.size(); place++) {
      bytes[SHARES_AT + 2 * place * Digest.BYTES] ^= (byte) (1 << place % Byte.SIZE);
    }
    return Dealing.decode(holders, bytes);
  }

  private static Holders holders(RoundView view) {
    Attempt attempt = new Attempt(view.opened().context(ToyConsortium.ID), view.opened().members());
    return new Holders(attempt, List.copyOf(view.ready().keySet()), view.threshold());
  }

  private Optional<KeyPageBytes> page(RoundView view) {
    String name = "keys-" + view.opened().study() + "~" + view.opened().round();
    Holders holders = holders(view);
    return Optional.ofNullable(JournalBytes.read(consortium, dealer).get(name))
        .map(page -> KeyPageBytes.read(holders, holders.attempt().number(dealer), page));
  }
}
