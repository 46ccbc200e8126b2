package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.koinon.federation.encoding.Digest;

/**
 * Who signed something on a channel: a certificate, and the organisation that it says it is of.
 *
 * @param msp the organisation's membership service
 * @param certificate as it stands; whether it is valid is the membership service's word
 * @param key hash of what the authority signed: two forms of one certificate are one identity
 */
record Identity(String msp, X509Certificate certificate, Digest key) {
  /** Most bytes of an identity that is read. */
  static final int BYTES_MAX = 16 << 10;

  /** Reads an identity; empty if it is none. */
  static Optional<Identity> of(ByteString serialised) {
    if (serialised.size() > BYTES_MAX) {
      return Optional.empty();
    }
    try {
      SerializedIdentity identity = SerializedIdentity.parseFrom(serialised);
      return of(identity.getMspid(), identity.getIdBytes());
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  /** An organisation's certificate in PEM. */
  static Optional<Identity> of(String msp, ByteString pem) {
    return certificate(pem).map(found -> new Identity(msp, found, key(found)));
  }

  /** Reads the first certificate in PEM; empty if there is none. */
  static Optional<X509Certificate> certificate(ByteString pem) {
    return der(pem)
        .flatMap(
            der -> {
              try {
                X509CertificateHolder holder = new X509CertificateHolder(der);
                return Optional.of(new JcaX509CertificateConverter().getCertificate(holder));
              } catch (IOException | CertificateException | RuntimeException e) {
                return Optional.empty();
              }
            });
  }

  /** The bytes in the first block of a PEM text. */
  static Optional<byte[]> der(ByteString pem) {
    if (pem.size() > BYTES_MAX << 6) {
      return Optional.empty();
    }
    String text = pem.toString(StandardCharsets.ISO_8859_1);
    try (PemReader reader = new PemReader(new StringReader(text))) {
      return Optional.ofNullable(reader.readPemObject()).map(PemObject::getContent);
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  private static Digest key(X509Certificate certificate) {
    try {
      return Digest.sha256(certificate.getTBSCertificate());
    } catch (CertificateException e) {
      throw new IllegalStateException("a certificate that was read has these bytes", e);
    }
  }

  /** The organisational units in its subject. */
  Set<String> units() {
    Set<String> units = new HashSet<>();
    X500Name subject = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    for (RDN unit : subject.getRDNs(BCStyle.OU)) {
      units.add(IETFUtils.valueToString(unit.getFirst().getValue()));
    }
    return units;
  }

  /** For people: the name in the certificate, and the organisation. */
  String name() {
    return certificate.getSubjectX500Principal().getName() + " of " + msp;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Identity identity
        && msp.equals(identity.msp)
        && key.equals(identity.key);
  }

  @Override
  public int hashCode() {
    return 31 * msp.hashCode() + key.hashCode();
  }
}
