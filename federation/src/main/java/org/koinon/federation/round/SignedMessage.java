package org.koinon.federation.round;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.attestation.Signature;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.study.MemberId;

/**
 * A member's signed message to other members, bound to its type and to the attempt it belongs to.
 * What the body says is not looked into here.
 *
 * <p>Signed: LP("koinon/" + type + "/v1"), ctx, LP(body); LP(x) is the u32 big-endian length, then
 * x. Encoded: version 1, u8 length and type, ctx, u8 length and author, u32 length and body,
 * signature.
 */
public final class SignedMessage {
  /** Longest body: so long that two messages fit the evidence of an accusation. */
  public static final int BODY_MAX = 23 << 10;

  private static final int VERSION = 1;
  private static final int SIGNATURE_BYTES = 64;
  private static final Pattern TYPE = Pattern.compile("[a-z][a-z-]{0,31}");

  /** Longest encoding: a type has at most 32 bytes, a member's name at most 40. */
  public static final int ENCODED_MAX =
      3 + 32 + Digest.BYTES + 40 + Integer.BYTES + BODY_MAX + SIGNATURE_BYTES;

  private final String type;
  private final Digest context;
  private final MemberId author;
  private final byte[] body;
  private final Signature signature;

  private SignedMessage(
      String type, Digest context, MemberId author, byte[] body, Signature signature) {
    this.type = type;
    this.context = context;
    this.author = author;
    this.body = body;
    this.signature = signature;
  }

  /** Signs a body. */
  public static SignedMessage sign(
      String type, Digest context, MemberId author, byte[] body, SigningKey key) {
    if (!TYPE.matcher(type).matches() || body.length > BODY_MAX) {
      throw new IllegalArgumentException(
          "message of type " + type + " and " + body.length + " bytes cannot be sent");
    }
    Signature signature = key.sign(message(type, context, body));
    return new SignedMessage(type, context, author, body.clone(), signature);
  }

  /** What kind of message. */
  public String type() {
    return type;
  }

  /** ctx of the attempt. */
  public Digest context() {
    return context;
  }

  /** Who says to have signed it. */
  public MemberId author() {
    return author;
  }

  /** A copy of the body. */
  public byte[] body() {
    return body.clone();
  }

  /** The signature, over type, context and body. */
  public Signature signature() {
    return signature;
  }

  /** Whether the signature is this key's, which must be the author's. */
  public boolean verifies(PublicKey key) {
    return key.verifies(message(type, context, body), signature);
  }

  private static byte[] message(String type, Digest context, byte[] body) {
    byte[] tag = ("koinon/" + type + "/v1").getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(2 * Integer.BYTES + tag.length + Digest.BYTES + body.length)
        .putInt(tag.length)
        .put(tag)
        .put(context.bytes())
        .putInt(body.length)
        .put(body)
        .array();
  }

  /** The bytes for wire and archive. */
  public byte[] encode() {
    byte[] name = type.getBytes(StandardCharsets.UTF_8);
    byte[] from = author.value().getBytes(StandardCharsets.UTF_8);
    int fixed = 3 + Digest.BYTES + Integer.BYTES + SIGNATURE_BYTES;
    return ByteBuffer.allocate(fixed + name.length + from.length + body.length)
        .put((byte) VERSION)
        .put((byte) name.length)
        .put(name)
        .put(context.bytes())
        .put((byte) from.length)
        .put(from)
        .putInt(body.length)
        .put(body)
        .put(signature.bytes())
        .array();
  }

  /**
   * The message that these bytes encode, its signature not yet checked.
   *
   * @throws FormatException if they are not exactly one
   */
  public static SignedMessage decode(byte[] bytes) {
    if (bytes.length > ENCODED_MAX) {
      throw new FormatException("message", bytes.length + " bytes; at most " + ENCODED_MAX);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int version = Byte.toUnsignedInt(take(in, 1)[0]);
    if (version != VERSION) {
      throw new FormatException("message", "version " + version + ", this program reads 1");
    }
    String type = text(in);
    if (!TYPE.matcher(type).matches()) {
      throw new FormatException("type", "is not 1 to 32 of a-z and dashes");
    }
    Digest context = Digest.of(take(in, Digest.BYTES));
    MemberId author = new MemberId(text(in));
    byte[] body = take(in, ByteBuffer.wrap(take(in, Integer.BYTES)).getInt());
    Signature signature =
        new Signature(java.util.HexFormat.of().formatHex(take(in, SIGNATURE_BYTES)));
    if (in.hasRemaining()) {
      throw new FormatException("message", in.remaining() + " bytes too many");
    }
    return new SignedMessage(type, context, author, body, signature);
  }

  private static String text(ByteBuffer in) {
    byte[] text = take(in, Byte.toUnsignedInt(take(in, 1)[0]));
    return new String(text, StandardCharsets.US_ASCII);
  }

  private static byte[] take(ByteBuffer in, int length) {
    if (length < 0 || length > BODY_MAX || length > in.remaining()) {
      throw new FormatException("message", "a field of " + length + " bytes does not fit");
    }
    byte[] part = new byte[length];
    in.get(part);
    return part;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SignedMessage that && Arrays.equals(encode(), that.encode());
  }

  @Override
  public int hashCode() {
    return signature.hashCode();
  }

  /** The body may hold a released secret: it is not shown. */
  @Override
  public String toString() {
    return "SignedMessage[" + type + " of " + author + ", " + body.length + " bytes]";
  }
}
