package org.koinon.federation.study;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
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
 * @param msp the id of its organisation's membership service, where the ledger is on Fabric; bound
 *     to it by this record, so that nobody else submits its entries
 */
public record Member(
    MemberId id,
    String legalName,
    List<Role> roles,
    PublicKey signingKey,
    String peerId,
    @Nullable String msp) {
  private static final int LEGAL_NAME_MAX = 200;
  private static final Pattern MSP = Pattern.compile("[A-Za-z0-9_.-]{1,200}");

  /** A member that names no organisation on Fabric. */
  public Member(
      MemberId id, String legalName, List<Role> roles, PublicKey signingKey, String peerId) {
    this(id, legalName, roles, signingKey, peerId, null);
  }

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
    if (msp != null && !MSP.matcher(msp).matches()) {
      throw new FormatException(
          "", "msp has 1 to 200 letters, digits, dots, dashes and underscores");
    }
  }

  /** The id of its organisation's membership service on Fabric, if it names one. */
  public Optional<String> organisation() {
    return Optional.ofNullable(msp);
  }

  /** Whether it may train. */
  public boolean isHospital() {
    return roles.contains(Role.HOSPITAL);
  }
}
