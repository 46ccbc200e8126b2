package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.hyperledger.fabric.protos.msp.FabricMSPConfig;
import org.hyperledger.fabric.protos.msp.FabricNodeOUs;
import org.hyperledger.fabric.protos.msp.FabricOUIdentifier;
import org.hyperledger.fabric.protos.msp.MSPConfig;

/** An organisation's authority, and the membership service that a channel has of it. */
final class TestAuthority {
  private static final Date FROM = Date.from(Instant.ofEpochSecond(1_700_000_000L));
  private static final Date UNTIL = Date.from(Instant.ofEpochSecond(1_700_100_000L));
  private static final AtomicLong SERIAL = new AtomicLong(1000);

  private final String msp;
  private final KeyPair pair = keyPair();
  private final X509Certificate certificate;

  TestAuthority(String msp) {
    this.msp = msp;
    try {
      X500Name name = new X500Name("CN=authority of " + msp);
      var builder = builder(name, name, pair);
      var ids = new JcaX509ExtensionUtils();
      builder
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
          .addExtension(
              Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
          .addExtension(
              Extension.subjectKeyIdentifier,
              false,
              ids.createSubjectKeyIdentifier(pair.getPublic()));
      this.certificate = signed(builder);
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static KeyPair keyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static JcaX509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, KeyPair of) {
    return new JcaX509v3CertificateBuilder(
        issuer, BigInteger.valueOf(SERIAL.incrementAndGet()), FROM, UNTIL, subject, of.getPublic());
  }

  private X509Certificate signed(JcaX509v3CertificateBuilder builder)
      throws GeneralSecurityException {
    try {
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (OperatorCreationException e) {
      throw new AssertionError(e);
    }
  }

  /** A new identity of this unit, such as peer; it may say that it is another organisation's. */
  TestIdentity issue(String asMsp, String unit) {
    try {
      KeyPair own = keyPair();
      X500Name subject = new X500Name("OU=" + unit + ",CN=" + unit + " of " + msp);
      var builder =
          builder(
              X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
              subject,
              own);
      var ids = new JcaX509ExtensionUtils();
      builder
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
          .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
          .addExtension(
              Extension.authorityKeyIdentifier,
              false,
              ids.createAuthorityKeyIdentifier(certificate));
      return new TestIdentity(asMsp, signed(builder), own.getPrivate());
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  TestIdentity issue(String unit) {
    return issue(msp, unit);
  }

  /** The membership service, with these certificates revoked. */
  MSPConfig membership(List<TestIdentity> revoked) {
    FabricMSPConfig.Builder fabric =
        FabricMSPConfig.newBuilder()
            .setName(msp)
            .addRootCerts(new TestIdentity(msp, certificate, pair.getPrivate()).certificatePem())
            .setFabricNodeOus(
                FabricNodeOUs.newBuilder()
                    .setEnable(true)
                    .setClientOuIdentifier(unit("client"))
                    .setPeerOuIdentifier(unit("peer"))
                    .setAdminOuIdentifier(unit("admin"))
                    .setOrdererOuIdentifier(unit("orderer")));
    if (!revoked.isEmpty()) {
      fabric.addRevocationList(revocationList(revoked));
    }
    return MSPConfig.newBuilder().setConfig(fabric.build().toByteString()).build();
  }

  private static FabricOUIdentifier unit(String name) {
    return FabricOUIdentifier.newBuilder().setOrganizationalUnitIdentifier(name).build();
  }

  private ByteString revocationList(List<TestIdentity> revoked) {
    try {
      X509v2CRLBuilder builder =
          new X509v2CRLBuilder(
              X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()), FROM);
      revoked.forEach(
          each ->
              builder.addCRLEntry(
                  each.certificate().getSerialNumber(), FROM, CRLReason.unspecified));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate));
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
      return TestIdentity.pem("X509 CRL", builder.build(signer).getEncoded());
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new AssertionError(e);
    }
  }
}
