package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.security.cert.X509Extension;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.koinon.audit.finding.Rule;

/** An organisation's authorities: which chain of them vouches for a certificate (RFC 5280). */
final class CertificateChains {
  /** Most authorities of an organisation. */
  private static final int AUTHORITIES_MAX = 200;

  private static final int LISTS_MAX = 100;
  private static final Set<String> PURPOSES = Set.of("2.5.29.37.0", "1.3.6.1.5.5.7.3.1");

  private final Set<TrustAnchor> roots = new HashSet<>();
  private final List<X509Certificate> intermediates = new ArrayList<>();
  private final Set<X509Certificate> inner = new HashSet<>();

  CertificateChains(List<ByteString> rootPems, List<ByteString> intermediatePems) {
    if (rootPems.size() + intermediatePems.size() > AUTHORITIES_MAX) {
      throw new BlockFault(
          Rule.CONFIG_UNAUTHORISED, "an organisation has over " + AUTHORITIES_MAX + " authorities");
    }
    rootPems.forEach(pem -> roots.add(new TrustAnchor(authority(pem), null)));
    intermediatePems.forEach(pem -> intermediates.add(authority(pem)));
    for (X509Certificate intermediate : intermediates) {
      build(intermediate).ifPresent(chain -> inner.add(chain.get(1)));
    }
  }

  private static X509Certificate authority(ByteString pem) {
    return Identity.certificate(pem)
        .orElseThrow(
            () ->
                new BlockFault(
                    Rule.CONFIG_UNAUTHORISED, "an authority's certificate cannot be read"));
  }

  /**
   * A certificate that is no authority's, its issuer, and so on up to a root; empty if there is no
   * such chain. As in Fabric, an authority that issued another one does not issue identities.
   */
  Optional<List<X509Certificate>> of(X509Certificate certificate) {
    boolean isAuthority = certificate.getBasicConstraints() >= 0;
    return isAuthority || !isForThis(certificate)
        ? Optional.empty()
        : build(certificate).filter(chain -> !inner.contains(chain.get(1)));
  }

  /** Fabric wants a certificate that names purposes to be one for servers too. */
  private static boolean isForThis(X509Certificate certificate) {
    try {
      List<String> purposes = certificate.getExtendedKeyUsage();
      return purposes == null || purposes.stream().anyMatch(PURPOSES::contains);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private Optional<List<X509Certificate>> build(X509Certificate certificate) {
    try {
      X509CertSelector target = new X509CertSelector();
      target.setCertificate(certificate);
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(roots, target);
      List<X509Certificate> known = new ArrayList<>(intermediates);
      known.add(certificate);
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(known)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(certificate.getNotBefore().toInstant().plusSeconds(1)));
      var built = (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
      List<X509Certificate> chain = new ArrayList<>();
      built.getCertPath().getCertificates().forEach(each -> chain.add((X509Certificate) each));
      chain.add(built.getTrustAnchor().getTrustedCert());
      return chain.size() < 2 ? Optional.empty() : Optional.of(chain);
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  /** Reads lists of revoked certificates. */
  static List<X509CRL> revocations(List<ByteString> pems) {
    if (pems.size() > LISTS_MAX) {
      throw new BlockFault(
          Rule.CONFIG_UNAUTHORISED, "an organisation has over " + LISTS_MAX + " revocation lists");
    }
    List<X509CRL> lists = new ArrayList<>();
    for (ByteString pem : pems) {
      try {
        byte[] der = Identity.der(pem).orElseThrow(() -> new IOException("it is no PEM"));
        lists.add(new JcaX509CRLConverter().getCRL(new X509CRLHolder(der)));
      } catch (IOException | GeneralSecurityException e) {
        throw new BlockFault(
            Rule.CONFIG_UNAUTHORISED, "a revocation list cannot be read: " + e.getMessage());
      }
    }
    return lists;
  }

  /** Whether a list that the issuer signed has the certificate, whatever the dates in it. */
  static boolean isRevoked(
      X509Certificate certificate, X509Certificate issuer, List<X509CRL> lists) {
    for (X509CRL list : lists) {
      if (Arrays.equals(authorityKey(list), subjectKey(issuer))
          && list.getRevokedCertificate(certificate.getSerialNumber()) != null
          && isSigned(list, issuer)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isSigned(X509CRL list, X509Certificate issuer) {
    try {
      list.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static byte[] authorityKey(X509Extension signed) {
    byte[] found = signed.getExtensionValue(Extension.authorityKeyIdentifier.getId());
    try {
      return found == null
          ? new byte[0]
          : AuthorityKeyIdentifier.getInstance(JcaX509ExtensionUtils.parseExtensionValue(found))
              .getKeyIdentifierOctets();
    } catch (IOException | IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private static byte[] subjectKey(X509Extension authority) {
    byte[] found = authority.getExtensionValue(Extension.subjectKeyIdentifier.getId());
    try {
      return found == null
          ? new byte[1]
          : SubjectKeyIdentifier.getInstance(JcaX509ExtensionUtils.parseExtensionValue(found))
              .getKeyIdentifier();
    } catch (IOException | IllegalArgumentException e) {
      return new byte[1];
    }
  }
}
