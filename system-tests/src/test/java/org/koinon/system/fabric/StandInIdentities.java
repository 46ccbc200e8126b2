package org.koinon.system.fabric;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.hyperledger.fabric.client.identity.Identities;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.koinon.system.fabric.TestAuthority.Credentials;

/** Fabric's signatures: ECDSA over SHA-256 in DER, the lower of the two values of s only. */
final class StandInIdentities {
  private static final BigInteger ORDER =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
  private static final BigInteger HALF_ORDER = ORDER.shiftRight(1);

  private StandInIdentities() {}

  static ByteString serialised(String msp, Credentials credentials) {
    return SerializedIdentity.newBuilder()
        .setMspid(msp)
        .setIdBytes(ByteString.copyFromUtf8(Identities.toPemString(credentials.certificate())))
        .build()
        .toByteString();
  }

  static ByteString sign(Credentials credentials, ByteString message) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(credentials.key());
      signature.update(message.toByteArray());
      return ByteString.copyFrom(lower(signature.sign()));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same signature with the lower of the two values of s. */
  private static byte[] lower(byte[] signature) throws IOException {
    ASN1Sequence parts = ASN1Sequence.getInstance(signature);
    BigInteger s = ASN1Integer.getInstance(parts.getObjectAt(1)).getValue();
    if (s.compareTo(HALF_ORDER) <= 0) {
      return signature;
    }
    ASN1EncodableVector both = new ASN1EncodableVector();
    both.add(parts.getObjectAt(0));
    both.add(new ASN1Integer(ORDER.subtract(s)));
    return new DERSequence(both).getEncoded();
  }

  /** Whether a signature is right and in the one form that peers accept. */
  static boolean verifies(ByteString creator, ByteString message, ByteString signed) {
    try {
      return verifies(certificate(creator), message, signed);
    } catch (GeneralSecurityException | InvalidProtocolBufferException e) {
      return false;
    }
  }

  /** The same of a signature by the key of that certificate. */
  static boolean verifies(X509Certificate certificate, ByteString message, ByteString signed) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initVerify(certificate);
      signature.update(message.toByteArray());
      BigInteger s =
          ASN1Integer.getInstance(ASN1Sequence.getInstance(signed.toByteArray()).getObjectAt(1))
              .getValue();
      return signature.verify(signed.toByteArray()) && s.compareTo(HALF_ORDER) <= 0;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** Whether that authority has certified the creator. */
  static boolean isCertified(ByteString creator, X509Certificate authority) {
    try {
      certificate(creator).verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException | InvalidProtocolBufferException e) {
      return false;
    }
  }

  private static X509Certificate certificate(ByteString creator)
      throws GeneralSecurityException, InvalidProtocolBufferException {
    byte[] pem = SerializedIdentity.parseFrom(creator).getIdBytes().toByteArray();
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
  }
}
