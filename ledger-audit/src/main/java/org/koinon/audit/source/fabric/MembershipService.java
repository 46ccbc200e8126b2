package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.MSPRole;
import org.hyperledger.fabric.protos.common.OrganizationUnit;
import org.hyperledger.fabric.protos.msp.FabricMSPConfig;
import org.hyperledger.fabric.protos.msp.FabricNodeOUs;
import org.hyperledger.fabric.protos.msp.FabricOUIdentifier;
import org.koinon.federation.encoding.Digest;

/**
 * An organisation's membership service as the channel's configuration defines it: whose
 * certificates are valid, and which of them is a client, a peer, an orderer or an administrator.
 *
 * <p>As in Fabric, dates do not end a membership, since history must stay verifiable; a revocation
 * does, from the block after the configuration that has it.
 */
final class MembershipService {
  private static final int JUDGED_MAX = 100_000;

  private record Unit(String name, Optional<X509Certificate> issuer) {}

  private final String id;
  private final CertificateChains chains;
  private final List<X509CRL> revocations;
  private final Set<Digest> admins = new HashSet<>();
  private final List<Unit> accepted = new ArrayList<>();
  private final Map<MSPRole.MSPRoleType, Unit> roles = new EnumMap<>(MSPRole.MSPRoleType.class);
  private final boolean hasRoles;
  private final Map<Digest, Optional<String>> judged = new HashMap<>();

  /** Reads a definition. */
  MembershipService(FabricMSPConfig definition) {
    this.id = definition.getName();
    this.chains =
        new CertificateChains(definition.getRootCertsList(), definition.getIntermediateCertsList());
    this.revocations = CertificateChains.revocations(definition.getRevocationListList());
    definition
        .getAdminsList()
        .forEach(pem -> Identity.of(id, pem).ifPresent(admin -> admins.add(admin.key())));
    definition.getOrganizationalUnitIdentifiersList().forEach(unit -> accepted.add(unit(unit)));
    FabricNodeOUs units = definition.getFabricNodeOus();
    this.hasRoles = units.getEnable();
    if (units.hasClientOuIdentifier()) {
      roles.put(MSPRole.MSPRoleType.CLIENT, unit(units.getClientOuIdentifier()));
    }
    if (units.hasPeerOuIdentifier()) {
      roles.put(MSPRole.MSPRoleType.PEER, unit(units.getPeerOuIdentifier()));
    }
    if (units.hasAdminOuIdentifier()) {
      roles.put(MSPRole.MSPRoleType.ADMIN, unit(units.getAdminOuIdentifier()));
    }
    if (units.hasOrdererOuIdentifier()) {
      roles.put(MSPRole.MSPRoleType.ORDERER, unit(units.getOrdererOuIdentifier()));
    }
  }

  private static Unit unit(FabricOUIdentifier unit) {
    return new Unit(
        unit.getOrganizationalUnitIdentifier(), Identity.certificate(unit.getCertificate()));
  }

  /** Why an identity is no valid one here; empty if it is. */
  Optional<String> whyInvalid(Identity identity) {
    if (judged.size() > JUDGED_MAX) {
      judged.clear();
    }
    return judged.computeIfAbsent(identity.key(), absent -> judge(identity));
  }

  private Optional<String> judge(Identity identity) {
    X509Certificate certificate = identity.certificate();
    if (!EcdsaP256.isOurs(certificate.getPublicKey())) {
      return Optional.of("its key is none of ECDSA over P-256");
    }
    Optional<List<X509Certificate>> chain = chains.of(certificate);
    if (chain.isEmpty()) {
      return Optional.of("no authority of " + id + " issued it");
    }
    X509Certificate issuer = chain.get().get(1);
    if (CertificateChains.isRevoked(certificate, issuer, revocations)) {
      return Optional.of("it was revoked");
    }
    Set<String> units = identity.units();
    if (!accepted.isEmpty() && accepted.stream().noneMatch(unit -> has(units, unit, issuer))) {
      return Optional.of("none of its units is one of " + id);
    }
    long held = roles.values().stream().filter(unit -> units.contains(unit.name())).count();
    boolean isIssuedRight =
        roles.values().stream()
            .filter(unit -> units.contains(unit.name()))
            .allMatch(unit -> has(units, unit, issuer));
    if (hasRoles && (held != 1 || !isIssuedRight)) {
      return Optional.of("its unit is not one of client, peer, orderer and admin");
    }
    return Optional.empty();
  }

  private static boolean has(Set<String> units, Unit unit, X509Certificate issuer) {
    return units.contains(unit.name()) && unit.issuer().map(issuer::equals).orElse(true);
  }

  /** Whether an identity of this organisation is the one, or of the kind, that a policy names. */
  boolean satisfies(Identity identity, MSPPrincipal principal) {
    try {
      return switch (principal.getPrincipalClassification()) {
        case ROLE -> satisfies(identity, MSPRole.parseFrom(principal.getPrincipal()));
        case IDENTITY ->
            Identity.of(principal.getPrincipal()).filter(identity::equals).isPresent()
                && isValid(identity);
        case ORGANIZATION_UNIT ->
            satisfies(identity, OrganizationUnit.parseFrom(principal.getPrincipal()));
        case ANONYMITY, COMBINED, UNRECOGNIZED -> false;
      };
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }

  private boolean isValid(Identity identity) {
    return whyInvalid(identity).isEmpty();
  }

  private boolean satisfies(Identity identity, MSPRole role) {
    if (!role.getMspIdentifier().equals(id)) {
      return false;
    }
    return switch (role.getRole()) {
      case MEMBER -> isValid(identity);
      case ADMIN -> admins.contains(identity.key()) || holds(identity, role.getRole());
      case CLIENT, PEER, ORDERER -> holds(identity, role.getRole());
      case UNRECOGNIZED -> false;
    };
  }

  private boolean holds(Identity identity, MSPRole.MSPRoleType role) {
    Unit unit = roles.get(role);
    return hasRoles && unit != null && isValid(identity) && identity.units().contains(unit.name());
  }

  private boolean satisfies(Identity identity, OrganizationUnit unit) {
    return unit.getMspIdentifier().equals(id)
        && isValid(identity)
        && identity.units().contains(unit.getOrganizationalUnitIdentifier())
        && chains
            .of(identity.certificate())
            .map(chain -> certifiers(chain).equals(unit.getCertifiersIdentifier()))
            .orElse(false);
  }

  /** How Fabric names a chain of authorities: a hash over their certificates. */
  private static ByteString certifiers(List<X509Certificate> chain) {
    MessageDigest sha = Digest.sha256();
    try {
      for (X509Certificate authority : chain.subList(1, chain.size())) {
        sha.update(authority.getEncoded());
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate that was read has bytes", e);
    }
    return ByteString.copyFrom(sha.digest());
  }
}
