package org.koinon.libp2p.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.koinon.libp2p.wire.ProtoWriter;
import org.koinon.libp2p.wire.WireException;
import org.koinon.testkit.Seeded;

final class RpcCodecTest {
  private static final Topic S = new Topic("s");
  private static final RpcLimits LIMITS = new RpcLimits(1 << 16, 1000, 4, 6, 3);

  private final RpcCodec codec = new RpcCodec(RpcLimits.defaults());
  private final RpcCodec strict = new RpcCodec(LIMITS);

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  private static MessageId id(int number) {
    return MessageId.of(new byte[] {1, 2, (byte) number});
  }

  private static Rpc subscribed() {
    return Rpc.subscriptions(List.of(new Rpc.SubscriptionChange(S, true)));
  }

  @Test
  void the_first_frame_of_go_and_rust_is_read() throws WireException {
    assertThat(codec.decode(hex("0a 09 08 01 12 01 73 18 00 20 00"))).isEqualTo(subscribed());
  }

  @Test
  void the_first_frame_of_js_is_read_and_written_alike() throws WireException {
    byte[] js = hex("0a 05 08 01 12 01 73");
    assertThat(codec.decode(js)).isEqualTo(subscribed());
    assertThat(codec.encode(subscribed())).isEqualTo(js);
  }

  @Test
  void the_empty_extensions_that_rust_sends_first_mean_nothing() throws WireException {
    Rpc rpc = codec.decode(hex("1a 02 32 00"));
    assertThat(rpc.control().isEmpty()).isTrue();
    assertThat(rpc.subscriptions()).isEmpty();
    assertThat(rpc.messages()).isEmpty();
  }

  @Test
  void a_graft_has_the_bytes_that_all_implementations_send() throws WireException {
    Rpc graft = Rpc.meshChange(List.of(S), List.of());
    assertThat(codec.encode(graft)).isEqualTo(hex("1a 05 1a 03 0a 01 73"));
    assertThat(codec.decode(hex("1a 05 1a 03 0a 01 73"))).isEqualTo(graft);
  }

  @Test
  void a_prune_carries_its_backoff_in_seconds() throws WireException {
    Rpc prune = Rpc.meshChange(List.of(), List.of(new Rpc.Prune(S, Duration.ofSeconds(60))));
    assertThat(codec.encode(prune)).isEqualTo(hex("1a 07 22 05 0a 01 73 18 3c"));
    assertThat(codec.decode(codec.encode(prune))).isEqualTo(prune);
  }

  @Test
  void exchanged_peers_in_a_prune_are_passed_over() throws WireException {
    Rpc rpc = codec.decode(hex("1a 0d 22 0b 0a 01 73 12 04 0a 02 aa bb 18 3c"));
    assertThat(rpc.control().prune()).containsExactly(new Rpc.Prune(S, Duration.ofSeconds(60)));
  }

  @Test
  void an_absurd_backoff_is_read_as_a_very_long_one() throws WireException {
    Rpc rpc = codec.decode(hex("1a 10 22 0e 0a 01 73 18 ff ff ff ff ff ff ff ff ff 01"));
    assertThat(rpc.control().prune().getFirst().backoff())
        .isEqualTo(Duration.ofSeconds(Integer.MAX_VALUE));
  }

  @Test
  void ids_of_every_kind_survive_the_wire() throws WireException {
    List<MessageId> ids = List.of(id(1), id(2));
    for (Rpc rpc :
        List.of(Rpc.ihave(List.of(new Rpc.IHave(S, ids))), Rpc.iwant(ids), Rpc.idontwant(ids))) {
      assertThat(codec.decode(codec.encode(rpc))).isEqualTo(rpc);
    }
  }

  @Test
  void a_message_keeps_its_signature_on_the_wire() throws WireException {
    SignedMessage sent = SignedMessage.sign(Keys.key(1), S, 7, new byte[] {1, 2, 3});
    SignedMessage read = codec.decode(codec.encode(Rpc.message(sent))).messages().getFirst();
    assertThat(read.forgery()).isEmpty();
    assertThat(read.id()).isEqualTo(sent.id());
    assertThat(read.data()).containsExactly(1, 2, 3);
  }

  @Test
  void counts_are_limited_over_the_whole_frame() {
    ProtoWriter subscriptions = new ProtoWriter();
    ProtoWriter grafts = new ProtoWriter();
    ProtoWriter wants = new ProtoWriter();
    for (int i = 0; i < 7; i++) {
      subscriptions.message(1, new ProtoWriter().bool(1, true).string(2, "t" + i));
      grafts.message(3, new ProtoWriter().message(3, new ProtoWriter().string(1, "t" + i)));
      wants.message(3, new ProtoWriter().message(2, new ProtoWriter().bytes(1, id(i).toBytes())));
    }
    assertRefused(subscriptions, "more than 4 subscriptions");
    assertRefused(grafts, "more than 3 GRAFT and PRUNE entries");
    assertRefused(wants, "more than 6 message ids in one RPC");
  }

  @Test
  void a_message_above_the_payload_limit_is_refused() throws WireException {
    SignedMessage largest = SignedMessage.sign(Keys.key(1), S, 1, new byte[1000]);
    SignedMessage larger = SignedMessage.sign(Keys.key(1), S, 2, new byte[1001]);
    assertThat(strict.decode(codec.encode(Rpc.message(largest))).messages()).hasSize(1);
    byte[] frame = codec.encode(Rpc.message(larger));
    assertThatThrownBy(() -> strict.decode(frame))
        .isInstanceOf(WireException.class)
        .hasMessageContaining("1001 bytes, limit 1000");
  }

  @Test
  void empty_and_overlong_names_are_refused() {
    assertRefused(
        new ProtoWriter().message(1, new ProtoWriter().bool(1, true)), "entry without a topic");
    assertRefused(
        new ProtoWriter().message(1, new ProtoWriter().string(2, "x".repeat(Topic.MAX_BYTES + 1))),
        "257 bytes");
    assertRefused(
        new ProtoWriter()
            .message(3, new ProtoWriter().message(2, new ProtoWriter().bytes(1, new byte[0]))),
        "empty message id");
  }

  private void assertRefused(ProtoWriter frame, String why) {
    byte[] bytes = frame.toByteArray();
    assertThatThrownBy(() -> strict.decode(bytes))
        .isInstanceOf(WireException.class)
        .hasMessageContaining(why);
  }

  @Seeded(cases = 300)
  void damaged_frames_are_read_or_refused_and_never_anything_else(long seed) {
    Random random = new Random(seed);
    byte[] frame = codec.encode(sample(random));
    for (int i = 0; i < 50; i++) {
      byte[] damaged = Arrays.copyOf(frame, 1 + random.nextInt(frame.length));
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        Rpc rpc = strict.decode(damaged);
        assertThat(rpc.messages().size()).isLessThanOrEqualTo(LIMITS.messages());
      } catch (WireException e) {
        assertThat(e).hasMessageNotContaining("null");
      }
    }
  }

  private static Rpc sample(Random random) {
    List<MessageId> ids = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ids.add(id(random.nextInt(100)));
    }
    byte[] data = new byte[random.nextInt(100)];
    random.nextBytes(data);
    return new Rpc(
        subscribed().subscriptions(),
        List.of(SignedMessage.sign(Keys.key(3), S, random.nextLong(), data)),
        new Rpc.Control(
            List.of(new Rpc.IHave(S, ids)),
            List.of(),
            List.of(S),
            List.of(new Rpc.Prune(S, Duration.ofSeconds(1))),
            ids.subList(0, 1)));
  }
}
