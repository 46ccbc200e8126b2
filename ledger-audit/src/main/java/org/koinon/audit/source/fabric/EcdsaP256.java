package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;

/**
 * Fabric's signatures: ECDSA over P-256 with SHA-256 (FIPS 186-5) in DER, of the two equal values
 * of {@code s} the lower one only, so that nobody can make a second signature from a first.
 */
final class EcdsaP256 {
  private static final int SIGNATURE_BYTES_MAX = 80;
  private static final BigInteger ORDER =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
  private static final BigInteger HALF_ORDER = ORDER.shiftRight(1);

  private EcdsaP256() {}

  /** Whether a key is one of this curve. */
  static boolean isOurs(PublicKey key) {
    return key instanceof ECPublicKey ec && ec.getParams().getOrder().equals(ORDER);
  }

  /** Whether the signature is of that key over the message, in the one form that is accepted. */
  static boolean verifies(PublicKey key, ByteString message, ByteString signature) {
    if (!isOurs(key) || signature.size() > SIGNATURE_BYTES_MAX || !hasForm(signature)) {
      return false;
    }
    try {
      Signature ecdsa = Signature.getInstance("SHA256withECDSA");
      ecdsa.initVerify(key);
      ecdsa.update(message.asReadOnlyByteBuffer());
      return ecdsa.verify(signature.toByteArray());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static boolean hasForm(ByteString signature) {
    try {
      byte[] bytes = signature.toByteArray();
      ASN1Sequence pair = ASN1Sequence.getInstance(bytes);
      if (pair.size() != 2) {
        return false;
      }
      BigInteger r = ASN1Integer.getInstance(pair.getObjectAt(0)).getValue();
      BigInteger s = ASN1Integer.getInstance(pair.getObjectAt(1)).getValue();
      ASN1EncodableVector parts = new ASN1EncodableVector();
      parts.add(new ASN1Integer(r));
      parts.add(new ASN1Integer(s));
      return r.signum() > 0
          && s.signum() > 0
          && s.compareTo(HALF_ORDER) <= 0
          && Arrays.equals(bytes, new DERSequence(parts).getEncoded());
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      return false;
    }
  }
}
