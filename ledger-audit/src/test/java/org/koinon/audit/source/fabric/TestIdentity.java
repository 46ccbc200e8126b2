package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;

/**
 * Somebody with a certificate and its key.
 *
 * @param msp the organisation
 * @param certificate of the organisation's authority, or of another
 * @param key that signs
 */
record TestIdentity(String msp, X509Certificate certificate, PrivateKey key) {
  private static final BigInteger ORDER =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

  static ByteString pem(String type, byte[] der) {
    try (StringWriter text = new StringWriter();
        PemWriter writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(type, der));
      writer.flush();
      return ByteString.copyFromUtf8(text.toString());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  ByteString certificatePem() {
    try {
      return pem("CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  ByteString serialised() {
    return SerializedIdentity.newBuilder()
        .setMspid(msp)
        .setIdBytes(certificatePem())
        .build()
        .toByteString();
  }

  /** As Fabric signs: the lower value of s. */
  ByteString sign(ByteString message) {
    return signature(message, true);
  }

  /** The other of the two equal signatures, which Fabric refuses. */
  ByteString signWithHighS(ByteString message) {
    return signature(message, false);
  }

  private ByteString signature(ByteString message, boolean isLow) {
    try {
      Signature ecdsa = Signature.getInstance("SHA256withECDSA");
      ecdsa.initSign(key);
      ecdsa.update(message.toByteArray());
      ASN1Sequence pair = ASN1Sequence.getInstance(ecdsa.sign());
      BigInteger s = ASN1Integer.getInstance(pair.getObjectAt(1)).getValue();
      boolean wasLow = s.compareTo(ORDER.shiftRight(1)) <= 0;
      ASN1EncodableVector parts = new ASN1EncodableVector();
      parts.add(pair.getObjectAt(0));
      parts.add(new ASN1Integer(wasLow == isLow ? s : ORDER.subtract(s)));
      return ByteString.copyFrom(new DERSequence(parts).getEncoded());
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }
}
