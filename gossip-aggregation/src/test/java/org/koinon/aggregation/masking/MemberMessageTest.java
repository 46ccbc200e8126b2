package org.koinon.aggregation.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.koinon.aggregation.masking.MemberMessage.CheckMessage;
import org.koinon.aggregation.masking.MemberMessage.KeyMessage;
import org.koinon.aggregation.masking.MemberMessage.OpenSignature;
import org.koinon.aggregation.masking.MemberMessage.PackMessage;
import org.koinon.aggregation.masking.MemberMessage.PairMessage;
import org.koinon.aggregation.masking.MemberMessage.PieceHeader;
import org.koinon.aggregation.masking.MemberMessage.RecomputedMessage;
import org.koinon.aggregation.masking.MemberMessage.ReleasedShare;
import org.koinon.aggregation.masking.MemberMessage.ShardCheckMessage;
import org.koinon.aggregation.masking.MemberMessage.Unmask;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;

class MemberMessageTest {
  private static final Digest PHASE = Digest.sha256(new byte[] {1});
  private static final CheckSums CHECKS = new CheckSums("5a".repeat(400));

  private final KeyedAttempt keyed = KeyedAttempt.of(4, new SplittableRandom(1));
  private final MemberId me = keyed.member(1);
  private final MemberId other = keyed.member(2);

  static List<MemberMessage> messages(KeyedAttempt keyed, MemberId me, MemberId other) {
    KemCiphertext ciphertext =
        keyed.secret(other).publicKey().encapsulate(new SplittableRandom(2)).ciphertext();
    return List.of(
        new KeyMessage(PHASE, keyed.secret(me).publicKey()),
        new PairMessage(PHASE, other, ciphertext),
        new PackMessage(PHASE, other, keyed.pack(me, other)),
        new OpenSignature(PHASE),
        Unmask.of(PHASE, keyed.dealing(me).self(), Map.of(other, keyed.pair(me, other).mask())),
        Unmask.of(PHASE, keyed.dealing(me).self(), Map.of()),
        new ReleasedShare(PHASE, keyed.share(other, me, ShareKind.SELF)),
        new ReleasedShare(PHASE, keyed.share(other, me, ShareKind.RECOVERY)),
        new PieceHeader(PHASE, 2, PHASE, List.of(PHASE, Digest.sha256(new byte[] {2}))),
        new CheckMessage(PHASE, other, CHECKS),
        new ShardCheckMessage(PHASE, other, List.of(CHECKS, CHECKS, CHECKS)),
        new RecomputedMessage(PHASE, 3, PHASE));
  }

  @Test
  void check_sums_of_different_rings_are_no_account_of_shards() {
    CheckSums wider = new CheckSums("5b".repeat(480));
    byte[] body = new ShardCheckMessage(PHASE, other, List.of(CHECKS, wider)).encode(keyed.attempt);

    refused("shard-check-sums", body, "different rings");
    byte[] none = new ShardCheckMessage(PHASE, other, List.of()).encode(keyed.attempt);
    refused("shard-check-sums", none, "no shard");
    byte[] tooMany = new ShardCheckMessage(PHASE, other, nTimes(5)).encode(keyed.attempt);
    refused("shard-check-sums", tooMany, "5 shards among 4 ready members");
    assertThat(ShardCheckMessage.fits(48, wider)).isTrue();
    assertThat(ShardCheckMessage.fits(49, wider)).isFalse();
  }

  private static List<CheckSums> nTimes(int count) {
    return Collections.nCopies(count, CHECKS);
  }

  @Test
  void every_message_comes_back_from_its_body() {
    for (MemberMessage message : messages(keyed, me, other)) {
      byte[] body = message.encode(keyed.attempt);

      assertThat(MemberMessage.decode(message.type(), keyed.holders, body)).isEqualTo(message);
    }
  }

  @Test
  void a_body_cut_anywhere_or_too_long_is_refused() {
    for (MemberMessage message : messages(keyed, me, other)) {
      DealingTest.everyOtherLengthIsRefused(
          message.encode(keyed.attempt),
          body -> MemberMessage.decode(message.type(), keyed.holders, body));
    }
  }

  @Test
  void lengths_over_the_limit_and_unknown_numbers_are_refused_by_name() {
    byte[] share = messages(keyed, me, other).get(6).encode(keyed.attempt);
    int kind = Digest.BYTES + 2 * Short.BYTES;
    int pathLength = kind + 1 + Seed.BYTES;

    refused("share", with(share, pathLength, 255), "a path of 255; at most 9");
    refused("share", with(share, kind, 2), "no share is of kind 2");
    refused("share", with(share, Digest.BYTES, 0xff), "in a roster of 4");
    refused("share", with(with(share, Digest.BYTES, 0), Digest.BYTES + 1, 0), "0 in a roster");
    byte[] unmask = messages(keyed, me, other).get(4).encode(keyed.attempt);
    refused("unmask", with(unmask, Digest.BYTES + Seed.BYTES, 255), "inside a field");
    refused("gossip", share, "no message is of type gossip");
  }

  @Test
  void one_set_of_seeds_has_one_body() {
    Seed seed = Seed.draw(new SplittableRandom(3));
    byte[] body =
        Unmask.of(PHASE, seed, Map.of(keyed.member(2), seed, keyed.member(3), seed))
            .encode(keyed.attempt);
    int second = Digest.BYTES + Seed.BYTES + 1 + Short.BYTES + Seed.BYTES;

    refused("unmask", with(body, second + 1, 2), "out of order");
    refused("unmask", with(body, second + 1, 1), "out of order");
  }

  @Test
  void a_signed_message_comes_back_and_verifies_under_its_author_alone() {
    try (SigningKey key = new SigningKey(new byte[32]);
        SigningKey stranger =
            new SigningKey(
                new byte[] {
                  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                  1, 1, 1, 1, 1
                })) {
      for (MemberMessage message : messages(keyed, me, other)) {
        SignedMessage signed = SignedMessage.decode(message.sign(keyed.attempt, me, key).encode());

        assertThat(signed.verifies(key.publicKey())).isTrue();
        assertThat(signed.verifies(stranger.publicKey())).isFalse();
        assertThat(signed.author()).isEqualTo(me);
        assertThat(MemberMessage.of(keyed.holders, signed)).isEqualTo(message);
      }
    }
  }

  @Test
  void a_message_of_another_attempt_is_refused() {
    Attempt later = new Attempt(Digest.sha256(new byte[] {2}), keyed.attempt.roster());
    try (SigningKey key = new SigningKey(new byte[32])) {
      SignedMessage signed = new OpenSignature(PHASE).sign(later, me, key);

      assertThatThrownBy(() -> MemberMessage.of(keyed.holders, signed))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("another attempt");
    }
  }

  private void refused(String type, byte[] body, String why) {
    assertThatThrownBy(() -> MemberMessage.decode(type, keyed.holders, body))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(why);
  }

  private static byte[] with(byte[] body, int at, int value) {
    byte[] changed = body.clone();
    changed[at] = (byte) value;
    return changed;
  }
}
