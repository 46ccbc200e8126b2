package org.koinon.chaincode;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;

/** A Fabric identity, as a peer hands it to chaincode. */
final class TestCreator {
  private static final long YEAR_2026 = 1_767_225_600_000L;
  private static final long YEAR_2126 = 4_922_899_200_000L;

  static final byte[] SERIALISED = serialised();

  private TestCreator() {}

  @SuppressWarnings("JavaUtilDate") // Bouncy Castle's builder takes nothing else
  private static byte[] serialised() {
    try {
      KeyPair keys = KeyPairGenerator.getInstance("EC").generateKeyPair();
      X500Name name = new X500Name("CN=hospital,OU=client");
      byte[] certificate =
          new JcaX509v3CertificateBuilder(
                  name,
                  BigInteger.ONE,
                  new Date(YEAR_2026),
                  new Date(YEAR_2126),
                  name,
                  keys.getPublic())
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
              .getEncoded();
      String pem =
          "-----BEGIN CERTIFICATE-----\n"
              + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                  .encodeToString(certificate)
              + "\n-----END CERTIFICATE-----\n";
      return SerializedIdentity.newBuilder()
          .setMspid("HospitalMSP")
          .setIdBytes(com.google.protobuf.ByteString.copyFromUtf8(pem))
          .build()
          .toByteArray();
    } catch (GeneralSecurityException | OperatorCreationException | java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
