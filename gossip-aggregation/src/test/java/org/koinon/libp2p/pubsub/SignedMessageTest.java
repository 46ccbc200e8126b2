package org.koinon.libp2p.pubsub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.koinon.libp2p.crypto.IdentityKey;
import org.koinon.libp2p.wire.ProtoReader;
import org.koinon.libp2p.wire.ProtoWriter;
import org.koinon.libp2p.wire.WireException;

/** Forgeries are built field by field, as another implementation or an attacker would. */
final class SignedMessageTest {
  private static final IdentityKey ALICE = Keys.key(1);
  private static final IdentityKey MALLORY = Keys.key(2);
  private static final byte[] SEQNO = {0, 0, 0, 0, 0, 0, 0, 9};

  private static ProtoWriter unsigned(IdentityKey author, String data) {
    return new ProtoWriter()
        .bytes(1, author.peerId().toBytes())
        .bytes(2, data.getBytes(UTF_8))
        .bytes(3, SEQNO)
        .string(4, "s");
  }

  private static byte[] signature(IdentityKey signer, ProtoWriter message) {
    byte[] prefix = "libp2p-pubsub:".getBytes(UTF_8);
    byte[] body = message.toByteArray();
    return signer.sign(
        ByteBuffer.allocate(prefix.length + body.length).put(prefix).put(body).array());
  }

  private static SignedMessage read(ProtoWriter message) throws WireException {
    return SignedMessage.read(ProtoReader.of(message.toByteArray()), 1000);
  }

  private static ProtoWriter signed(IdentityKey author, IdentityKey signer) {
    ProtoWriter message = unsigned(author, "hello");
    return unsigned(author, "hello").bytes(5, signature(signer, message));
  }

  @Test
  void a_message_without_key_is_checked_by_its_author_id() throws WireException {
    assertThat(read(signed(ALICE, ALICE)).forgery()).isEmpty();
  }

  @Test
  void the_key_that_js_adds_is_accepted_and_passed_on() throws WireException {
    ProtoWriter message = signed(ALICE, ALICE).bytes(6, ALICE.publicKey().toProtobuf());
    SignedMessage read = read(message);
    assertThat(read.forgery()).isEmpty();
    assertThat(read.write().toByteArray()).isEqualTo(message.toByteArray());
  }

  @Test
  void another_signer_is_a_forgery() throws WireException {
    assertThat(read(signed(ALICE, MALLORY)).forgery()).contains(Forgery.SIGNATURE_WRONG);
  }

  @Test
  void the_forgers_own_key_does_not_make_the_author() throws WireException {
    ProtoWriter message = signed(ALICE, MALLORY).bytes(6, MALLORY.publicKey().toProtobuf());
    assertThat(read(message).forgery()).contains(Forgery.KEY_OF_ANOTHER);
  }

  @Test
  void a_key_that_is_none_is_a_forgery() throws WireException {
    ProtoWriter message = signed(ALICE, ALICE).bytes(6, new byte[] {8, 1});
    assertThat(read(message).forgery()).contains(Forgery.KEY_UNREADABLE);
  }

  @Test
  void every_signed_field_is_covered() throws WireException {
    byte[] signature = signature(ALICE, unsigned(ALICE, "hello"));
    ProtoWriter otherData = unsigned(ALICE, "hellp").bytes(5, signature);
    ProtoWriter otherTopic =
        new ProtoWriter()
            .bytes(1, ALICE.peerId().toBytes())
            .bytes(2, "hello".getBytes(UTF_8))
            .bytes(3, SEQNO)
            .string(4, "t")
            .bytes(5, signature);
    ProtoWriter otherSeqno =
        new ProtoWriter()
            .bytes(1, ALICE.peerId().toBytes())
            .bytes(2, "hello".getBytes(UTF_8))
            .bytes(3, new byte[] {0, 0, 0, 0, 0, 0, 0, 8})
            .string(4, "s")
            .bytes(5, signature);
    assertThat(read(otherData).forgery()).contains(Forgery.SIGNATURE_WRONG);
    assertThat(read(otherTopic).forgery()).contains(Forgery.SIGNATURE_WRONG);
    assertThat(read(otherSeqno).forgery()).contains(Forgery.SIGNATURE_WRONG);
  }

  @Test
  void what_breaks_strict_signing_does_not_parse() {
    assertThatThrownBy(() -> read(unsigned(ALICE, "no signature")))
        .isInstanceOf(WireException.class)
        .hasMessageContaining("signature of 0 (64)");
    assertThatThrownBy(
            () -> read(new ProtoWriter().bytes(3, SEQNO).string(4, "s").bytes(5, new byte[64])))
        .isInstanceOf(WireException.class)
        .hasMessageContaining("peer id");
    assertThatThrownBy(
            () ->
                read(
                    new ProtoWriter()
                        .bytes(1, ALICE.peerId().toBytes())
                        .bytes(3, new byte[4])
                        .string(4, "s")
                        .bytes(5, new byte[64])))
        .isInstanceOf(WireException.class)
        .hasMessageContaining("seqno of 4 bytes (8)");
  }

  @Test
  void our_signature_is_the_one_of_the_specification() throws WireException {
    SignedMessage ours = SignedMessage.sign(ALICE, new Topic("s"), 9, "hello".getBytes(UTF_8));
    assertThat(ours.write().toByteArray()).isEqualTo(signed(ALICE, ALICE).toByteArray());
  }
}
