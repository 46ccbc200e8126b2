package org.koinon.network.pki;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.study.Role;
import org.koinon.network.yaml.ConfigException;

/**
 * Judges a certificate that somebody else issued, before Fabric would refuse it with less to say.
 *
 * <p>Every refusal is a {@link ConfigException} that names the file.
 */
final class CertificateCheck {
  private static final int P256_BITS = 256;
  private static final String SERVER = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT = "1.3.6.1.5.5.7.3.2";

  private final Path file;
  private final X509Certificate certificate;

  CertificateCheck(Path file, X509Certificate certificate) {
    this.file = file;
    this.certificate = certificate;
  }

  /**
   * That it is a signing certificate of this unit whose chain, dates and key hold, and that names
   * no other role than this one.
   */
  void identity(
      OrganisationalUnit unit, Role role, PrivateKey key, TrustAnchors anchors, Instant now) {
    key(key);
    chain(anchors.roots(), anchors.intermediates(), now);
    List<String> units =
        Arrays.stream(
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded())
                    .getRDNs(BCStyle.OU))
            .map(rdn -> IETFUtils.valueToString(rdn.getFirst().getValue()))
            .toList();
    Set<String> known =
        Arrays.stream(OrganisationalUnit.values())
            .map(OrganisationalUnit::text)
            .collect(Collectors.toSet());
    List<String> roles = units.stream().filter(known::contains).toList();
    require(
        roles.equals(List.of(unit.text())),
        "its subject has the units "
            + units
            + ": of admin, client, orderer and peer it needs OU="
            + unit.text()
            + " alone");
    boolean @Nullable [] usage = certificate.getKeyUsage();
    require(usage != null && usage[0], "its key usage lacks digitalSignature");
    role(role);
  }

  /** An authority need not say what its organisation is; what it says must be true. */
  private void role(Role role) {
    try {
      Attributes.role(certificate)
          .ifPresent(
              attested ->
                  require(
                      attested == role,
                      "its attribute role is "
                          + RecordCodec.name(attested)
                          + ", and its member's role in this network is "
                          + RecordCodec.name(role)
                          + ": ask its authority for one with that role or with none, or correct"
                          + " the role in fabric.yaml"));
    } catch (FormatException e) {
      throw new ConfigException(
          file.toString(), e.getMessage() + ": ask its authority for a new one", e);
    }
  }

  /** That it serves TLS under these hosts, and dials with TLS too. */
  void tlsEndpoint(List<String> hosts, PrivateKey key, TrustAnchors anchors, Instant now) {
    key(key);
    chain(anchors.tlsRoots(), anchors.tlsIntermediates(), now);
    try {
      List<String> purposes = certificate.getExtendedKeyUsage();
      require(
          purposes != null && purposes.containsAll(List.of(SERVER, CLIENT)),
          "its extended key usage needs serverAuth and clientAuth");
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      List<String> found =
          names == null
              ? List.of()
              : names.stream().map(name -> String.valueOf(name.get(1))).toList();
      require(
          found.containsAll(hosts),
          "its alternative names are " + found + ": it is dialled as " + hosts);
    } catch (CertificateParsingException e) {
      throw new ConfigException(file.toString(), "is damaged: " + e.getMessage(), e);
    }
  }

  /** That the list comes from one of these authorities. */
  static void revocationList(Path file, X509CRL list, TrustAnchors anchors) {
    for (X509Certificate authority : authorities(anchors.roots(), anchors.intermediates())) {
      if (authority.getSubjectX500Principal().equals(list.getIssuerX500Principal())) {
        try {
          list.verify(authority.getPublicKey());
          return;
        } catch (GeneralSecurityException e) {
          throw new ConfigException(
              file.toString(), "is not signed by " + list.getIssuerX500Principal(), e);
        }
      }
    }
    throw new ConfigException(
        file.toString(),
        0,
        "comes from " + list.getIssuerX500Principal() + ", which is no authority of this member");
  }

  private static List<X509Certificate> authorities(
      List<X509Certificate> roots, List<X509Certificate> intermediates) {
    return java.util.stream.Stream.concat(roots.stream(), intermediates.stream()).toList();
  }

  private void key(PrivateKey key) {
    require(
        certificate.getPublicKey() instanceof ECPublicKey point
            && point.getParams().getOrder().bitLength() == P256_BITS,
        "its key is " + certificate.getPublicKey().getAlgorithm() + ": it needs ECDSA over P-256");
    try {
      byte[] probe = certificate.getEncoded();
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key);
      signature.update(probe);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(probe);
      require(signature.verify(signed), "the key beside it belongs to another certificate");
    } catch (GeneralSecurityException e) {
      throw new ConfigException(file.toString(), "the key beside it is no ECDSA key", e);
    }
  }

  private void chain(
      List<X509Certificate> roots, List<X509Certificate> intermediates, Instant now) {
    require(
        !now.isBefore(certificate.getNotBefore().toInstant()),
        "is not valid before " + certificate.getNotBefore().toInstant());
    require(
        !now.isAfter(certificate.getNotAfter().toInstant()),
        "ran out at "
            + certificate.getNotAfter().toInstant()
            + ": ask its authority for a new one");
    X509CertSelector selector = new X509CertSelector();
    selector.setCertificate(certificate);
    try {
      PKIXBuilderParameters parameters =
          new PKIXBuilderParameters(
              roots.stream().map(root -> new TrustAnchor(root, null)).collect(Collectors.toSet()),
              selector);
      parameters.addCertStore(
          CertStore.getInstance(
              "Collection",
              new CollectionCertStoreParameters(authorities(intermediates, List.of(certificate)))));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(now));
      CertPathBuilder.getInstance("PKIX").build(parameters);
    } catch (CertPathBuilderException e) {
      Throwable cause = e.getCause() instanceof CertPathValidatorException why ? why : e;
      throw new ConfigException(
          file.toString(), "does not go back to the authority in msp/: " + cause.getMessage(), e);
    } catch (GeneralSecurityException e) {
      throw new ConfigException(file.toString(), "cannot be checked: " + e.getMessage(), e);
    }
    keyIdentifiers(authorities(roots, intermediates));
  }

  private void keyIdentifiers(List<X509Certificate> authorities) {
    X509Certificate issuer =
        authorities.stream()
            .filter(a -> a.getSubjectX500Principal().equals(certificate.getIssuerX500Principal()))
            .findFirst()
            .orElseThrow(() -> refusal("its issuer is not in msp/"));
    byte[] subjectId = issuer.getExtensionValue(Extension.subjectKeyIdentifier.getId());
    byte[] authorityId = certificate.getExtensionValue(Extension.authorityKeyIdentifier.getId());
    if (subjectId == null) {
      throw refusal("the authority's certificate has no SubjectKeyIdentifier, which Fabric needs");
    }
    if (authorityId == null) {
      throw refusal("it has no AuthorityKeyIdentifier, without which it cannot be revoked");
    }
    byte[] expected =
        SubjectKeyIdentifier.getInstance(ASN1OctetString.getInstance(subjectId).getOctets())
            .getKeyIdentifier();
    byte[] found =
        AuthorityKeyIdentifier.getInstance(ASN1OctetString.getInstance(authorityId).getOctets())
            .getKeyIdentifierOctets();
    require(
        Arrays.equals(expected, found),
        "its AuthorityKeyIdentifier is not the SubjectKeyIdentifier of its authority");
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw refusal(otherwise);
    }
  }

  private ConfigException refusal(String what) {
    return new ConfigException(file.toString(), 0, what);
  }
}
