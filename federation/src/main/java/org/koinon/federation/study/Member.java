package org.koinon.federation.study;

import java.util.List;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.encoding.FormatException;

/**
 * A legal organisation in the consortium.
 *
 * @param id its name on the ledger
 * @param legalName its name in law
 * @param roles what it is, each role once
 * @param signingKey signs its entries; later keys come by KeyEvent
 * @param peerId the libp2p peer id of its node, bound to it by this record; the transport key
 */
public record Member(
    MemberId id, String legalName, List<Role> roles, PublicKey signingKey, String peerId) {
  private static final int LEGAL_NAME_MAX = 200;

  /** Checks the texts. */
  public Member {
    roles = List.copyOf(roles);
    if (legalName.isBlank() || legalName.length() > LEGAL_NAME_MAX) {
      throw new FormatException("", "legalName has 1 to " + LEGAL_NAME_MAX + " characters");
    }
    if (roles.isEmpty() || roles.stream().distinct().count() != roles.size()) {
      throw new FormatException("", "roles: at least one, each once");
    }
    if (!peerId.matches("[1-9A-HJ-NP-Za-km-z]{40,64}")) {
      throw new FormatException("", "'" + peerId + "' is no libp2p peer id in base58");
    }
  }

  /** Whether it may train. */
  public boolean isHospital() {
    return roles.contains(Role.HOSPITAL);
  }
}
