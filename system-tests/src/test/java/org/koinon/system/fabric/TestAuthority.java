package org.koinon.system.fabric;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An organisation's certificate authority, with every file it issued in one folder. */
final class TestAuthority {
  /**
   * A certificate and its key.
   *
   * @param certificate the certificate
   * @param key its key
   * @param certificateFile PEM
   * @param keyFile PKCS#8 in PEM, 0600
   */
  record Credentials(
      X509Certificate certificate, PrivateKey key, Path certificateFile, Path keyFile) {}

  private static final long YEAR_2026 = 1_767_225_600_000L;
  private static final long YEAR_2126 = 4_922_899_200_000L;
  private static final X500Name NAME = new X500Name("CN=ca,O=hospital");

  private final Path folder;
  private final KeyPair keys = newKeys();
  private long serial;
  private final Credentials own;

  TestAuthority(Path folder) {
    this.folder = folder;
    this.own = issue("ca", NAME, keys, true);
  }

  /** Its own certificate, PEM. */
  Path file() {
    return own.certificateFile();
  }

  X509Certificate certificate() {
    return own.certificate();
  }

  /** A new certificate for this machine's loopback address, of that role (OU). */
  Credentials issue(String name, String role) {
    return issue(name, new X500Name("CN=" + name + ",OU=" + role), newKeys(), false);
  }

  @SuppressWarnings("JavaUtilDate") // Bouncy Castle's builder takes nothing else
  private Credentials issue(String name, X500Name subject, KeyPair subjectKeys, boolean isCa) {
    try {
      GeneralNames loopback =
          new GeneralNames(
              new GeneralName[] {
                new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                new GeneralName(GeneralName.dNSName, "localhost")
              });
      X509Certificate certificate =
          new JcaX509CertificateConverter()
              .getCertificate(
                  new JcaX509v3CertificateBuilder(
                          NAME,
                          BigInteger.valueOf(++serial),
                          new Date(YEAR_2026),
                          new Date(YEAR_2126),
                          subject,
                          subjectKeys.getPublic())
                      .addExtension(Extension.basicConstraints, true, new BasicConstraints(isCa))
                      .addExtension(Extension.subjectAlternativeName, false, loopback)
                      .build(
                          new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
      String file = serial + "-" + name;
      Path certificateFile = folder.resolve(file + ".pem");
      Path keyFile = folder.resolve(file + ".key");
      Files.writeString(certificateFile, pem("CERTIFICATE", certificate.getEncoded()));
      Files.createFile(
          keyFile,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(keyFile, pem("PRIVATE KEY", subjectKeys.getPrivate().getEncoded()));
      return new Credentials(certificate, subjectKeys.getPrivate(), certificateFile, keyFile);
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String type, byte[] der) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n";
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
