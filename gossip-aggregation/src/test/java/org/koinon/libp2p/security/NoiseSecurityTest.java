package org.koinon.libp2p.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.koinon.libp2p.core.ProtocolId;
import org.koinon.libp2p.crypto.IdentityKey;
import org.koinon.libp2p.security.NoiseSecurity.Secured;

final class NoiseSecurityTest {
  private static final ProtocolId MUXER = new ProtocolId("/yamux/1.0.0");

  private final IdentityKey dialer = IdentityKey.generate();
  private final IdentityKey listener = IdentityKey.generate();
  private SocketPair sockets;

  @BeforeEach
  void open() throws IOException {
    sockets = SocketPair.open();
  }

  @AfterEach
  void close() throws IOException {
    sockets.close();
  }

  @Test
  void both_sides_learn_the_other_and_the_muxer() throws Exception {
    Future<Secured> accepted = async(() -> accept(List.of(MUXER)));
    Secured dialled = dial(List.of(MUXER));
    assertThat(dialled.channel().remotePeer()).isEqualTo(listener.peerId());
    assertThat(accepted.get().channel().remotePeer()).isEqualTo(dialer.peerId());
    assertThat(dialled.muxer()).contains(MUXER);
    assertThat(accepted.get().muxer()).contains(MUXER);
  }

  @Test
  void a_side_without_muxers_leaves_the_choice_open() throws Exception {
    Future<Secured> accepted = async(() -> accept(List.of()));
    assertThat(dial(List.of(MUXER)).muxer()).isEmpty();
    assertThat(accepted.get().muxer()).isEmpty();
  }

  @Test
  void the_initiators_order_decides_and_no_overlap_fails() throws NoiseException {
    assertThat(NoiseSecurity.choose(List.of("/a", "/b"), List.of("/b", "/a")))
        .isEqualTo(Optional.of(new ProtocolId("/a")));
    assertThatThrownBy(() -> NoiseSecurity.choose(List.of("/a"), List.of("/b")))
        .isInstanceOf(NoiseException.class);
  }

  @Test
  void a_dialler_that_dislikes_the_peer_never_tells_its_own_id() throws Exception {
    Future<Secured> accepted = async(() -> accept(List.of(MUXER)));
    assertThatThrownBy(
            () ->
                security(dialer)
                    .dial(
                        wire(sockets.left()),
                        peer -> {
                          throw new IOException("not you");
                        }))
        .hasMessage("not you");
    sockets.left().close();
    assertThatThrownBy(accepted::get).cause().isInstanceOf(EOFException.class);
  }

  @Test
  void a_handshake_message_above_the_limit_is_not_read() throws Exception {
    new DataOutputStream(sockets.left().getOutputStream()).writeShort(4097);
    assertThatThrownBy(() -> accept(List.of(MUXER)))
        .isInstanceOf(NoiseException.class)
        .hasMessageContaining("4097");
  }

  @Test
  void a_payload_signed_by_another_key_is_refused() {
    byte[] staticKey = X25519KeyPair.generate().publicKey();
    byte[] payload = NoisePayload.encode(dialer, staticKey, List.of());
    byte[] otherStatic = X25519KeyPair.generate().publicKey();
    assertThatThrownBy(() -> NoisePayload.decode(payload, otherStatic))
        .isInstanceOf(NoiseException.class)
        .hasMessageContaining("did not sign");
  }

  @Test
  void records_of_every_size_arrive_in_order() throws Exception {
    Future<Secured> accepted = async(() -> accept(List.of(MUXER)));
    SecureChannel out = dial(List.of(MUXER)).channel();
    BufferPool pool = new BufferPool(4);
    InputStream in = new RecordInput(accepted.get().channel(), pool);
    int[] sizes = {0, 1, 2, 17, 4096, 32_771, 65_518, 65_519, 3};
    Random random = new Random(1);
    Future<Void> writer =
        async(
            () -> {
              for (int size : sizes) {
                byte[] data = new byte[size];
                random.nextBytes(data);
                byte[] buffer = pool.take();
                System.arraycopy(data, 0, buffer, SecureChannel.HEADROOM, size);
                out.writeRecord(buffer, size);
              }
              out.close();
              return null;
            });
    Random expected = new Random(1);
    for (int size : sizes) {
      byte[] data = new byte[size];
      expected.nextBytes(data);
      assertThat(in.readNBytes(size)).isEqualTo(data);
    }
    assertThat(in.read()).isEqualTo(-1);
    writer.get();
  }

  @Test
  void a_forged_or_short_record_is_refused() throws Exception {
    Future<Secured> accepted = async(() -> accept(List.of(MUXER)));
    dial(List.of(MUXER));
    RecordInput in = new RecordInput(accepted.get().channel(), new BufferPool(1));
    DataOutputStream raw = new DataOutputStream(sockets.left().getOutputStream());
    raw.writeShort(20);
    raw.write(new byte[20]);
    assertThatThrownBy(in::read)
        .isInstanceOf(NoiseException.class)
        .hasMessageContaining("not authentic");
    raw.writeShort(15);
    raw.write(new byte[15]);
    assertThatThrownBy(in::read)
        .isInstanceOf(NoiseException.class)
        .hasMessageContaining("shorter than its tag");
    raw.writeByte(0);
    sockets.left().close();
    assertThatThrownBy(in::read).isInstanceOf(EOFException.class);
  }

  private Secured dial(List<ProtocolId> muxers) throws IOException {
    return new NoiseSecurity(dialer, muxers).dial(wire(sockets.left()), peer -> {});
  }

  private Secured accept(List<ProtocolId> muxers) throws IOException {
    return new NoiseSecurity(listener, muxers).accept(wire(sockets.right()), peer -> {});
  }

  private static NoiseSecurity security(IdentityKey key) {
    return new NoiseSecurity(key, List.of(MUXER));
  }

  private static NoiseSecurity.Wire wire(Socket socket) throws IOException {
    return new NoiseSecurity.Wire(socket.getInputStream(), socket.getOutputStream(), socket);
  }

  private static <T> Future<T> async(Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                result.complete(work.call());
              } catch (Exception e) {
                result.completeExceptionally(e);
              }
            });
    return result;
  }
}
