package org.koinon.federation.ledger;

import java.nio.charset.StandardCharsets;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.Accusation;
import org.koinon.federation.ledger.RoundEntry.Keyed;
import org.koinon.federation.ledger.RoundEntry.Seat;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.MemberId;

/**
 * What an accusation must show. What the ledger itself proves, and what the accused has signed, is
 * checked here; evidence that is a matter of shares and pieces is checked by every reader.
 */
final class AccusationRules {
  private final RoundView view;
  private final ConsortiumId consortium;

  AccusationRules(RoundView view, ConsortiumId consortium) {
    this.view = view;
    this.consortium = consortium;
  }

  void check(MemberId author, Accusation accusation) {
    LedgerRules.check(
        view.study().privacy().policy().isMasked(), Refusal.POLICY_MISMATCH, accusation.type());
    Seat accused =
        view.opened().roster().stream()
            .filter(seat -> seat.member().equals(accusation.accused()))
            .filter(seat -> !seat.member().equals(author))
            .findFirst()
            .orElseThrow(() -> new RefusedException(Refusal.NOT_EXPECTED, accusation.accused()));
    boolean proven =
        switch (accusation.kind()) {
          case WRONG_SUM -> isWrongSum(accusation);
          case EQUIVOCATION -> isEquivocation(accusation, accused.key());
          case WRONG_PACK -> isWrongPack(accusation, accused.key());
          case WRONG_PIECE, WRONG_DEALING, WRONG_SHARE, WRONG_CHECK ->
              !accusation.evidence().isEmpty();
        };
    LedgerRules.check(proven, Refusal.NOT_PROVEN, accusation.kind());
  }

  private boolean isEquivocation(Accusation accusation, PublicKey key) {
    Digest context = view.opened().context(consortium);
    return EquivocationProof.decode(accusation.proof())
        .filter(proof -> proof.convicts(accusation.accused(), key, context))
        .isPresent();
  }

  private boolean isWrongPack(Accusation accusation, PublicKey key) {
    Keyed said = view.keyed().get(accusation.accused());
    Digest context = view.opened().context(consortium);
    int ready = view.ready().size();
    return said != null
        && PackProof.decode(accusation.proof())
            .filter(proof -> proof.convicts(accusation.accused(), key, context, said, ready))
            .isPresent();
  }

  private boolean isWrongSum(Accusation accusation) {
    String shard = new String(accusation.proof(), StandardCharsets.UTF_8);
    if (!shard.matches("0|[1-9][0-9]{0,4}")) {
      return false;
    }
    int number = Integer.parseInt(shard);
    Digest said = view.voices(number).get(accusation.accused());
    return said != null && view.decided(number).filter(right -> !right.equals(said)).isPresent();
  }
}
