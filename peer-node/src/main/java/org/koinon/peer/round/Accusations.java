package org.koinon.peer.round;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.koinon.aggregation.masking.MemberMessage.ReleasedShare;
import org.koinon.aggregation.masking.Share;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.Accusation;
import org.koinon.federation.round.AccusationKind;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;

/** Puts on record who broke the protocol, with what proves it. */
final class Accusations {
  private Accusations() {}

  /** Whoever said another sum than the one that was decided on. */
  static void wrongSums(RoundPlan plan, Desk desk, Collection<Integer> shards) {
    for (int shard : shards) {
      Map<MemberId, Digest> voices = desk.vigil().ask(view -> view.voices(shard));
      Optional<Digest> decided = desk.vigil().ask(view -> view.decided(shard));
      voices.forEach(
          (member, said) -> {
            if (decided.filter(right -> !right.equals(said)).isPresent()
                && !member.equals(desk.me())) {
              byte[] number = Integer.toString(shard).getBytes(StandardCharsets.UTF_8);
              accuse(plan, desk, member, AccusationKind.WRONG_SUM, number);
            }
          });
    }
  }

  /** A pack that is not what its dealer says of its packs on the ledger. */
  static void wrongPack(RoundPlan plan, Desk desk, SignedMessage pack) {
    accuse(plan, desk, pack.author(), AccusationKind.WRONG_PACK, pack.encode());
  }

  /** A piece that does not lead to its contributor's root, as that has signed it. */
  static void wrongPiece(RoundPlan plan, Desk desk, SignedMessage header) {
    accuse(plan, desk, header.author(), AccusationKind.WRONG_PIECE, header.encode());
  }

  /** A share that its releaser's message shows not to be the one its dealer committed to. */
  static void wrongShare(RoundPlan plan, Desk desk, SignedMessage share) {
    accuse(plan, desk, share.author(), AccusationKind.WRONG_SHARE, share.encode());
  }

  /** Check sums that are not those of the pieces, or not those that the same member gave before. */
  static void wrongCheck(
      RoundPlan plan, Desk desk, MemberId accused, List<SignedMessage> messages) {
    accuse(plan, desk, accused, AccusationKind.WRONG_CHECK, listed(messages));
  }

  /** Shares that fit their root and do not rebuild what their dealer committed to. */
  static void misdealt(
      RoundPlan plan, Desk desk, Digest opened, MemberId dealer, List<Share> evidence) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (Share share : evidence) {
        byte[] body = new ReleasedShare(opened, share).encode(plan.attempt());
        out.writeInt(body.length);
        out.write(body);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail to be written", e);
    }
    accuse(plan, desk, dealer, AccusationKind.WRONG_DEALING, bytes.toByteArray());
  }

  /** Two messages that should have been one. */
  static void equivocation(RoundPlan plan, Desk desk, Mailbox.Equivocation two) {
    byte[] evidence = listed(List.of(two.first(), two.second()));
    accuse(plan, desk, two.first().author(), AccusationKind.EQUIVOCATION, evidence);
  }

  private static byte[] listed(List<SignedMessage> messages) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (SignedMessage message : messages) {
        byte[] encoded = message.encode();
        out.writeInt(encoded.length);
        out.write(encoded);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail to be written", e);
    }
    return bytes.toByteArray();
  }

  private static void accuse(
      RoundPlan plan, Desk desk, MemberId accused, AccusationKind kind, byte[] evidence) {
    String text = Base64.getEncoder().encodeToString(evidence);
    Accusation accusation =
        new Accusation(plan.round().study(), plan.round().number(), accused, kind, text);
    if (accused.equals(desk.me()) || desk.vigil().hasSaid(accusation)) {
      return;
    }
    desk.vigil().note(accused + " is accused of " + kind.name().toLowerCase(java.util.Locale.ROOT));
    var _ = desk.vigil().say(accusation);
  }
}
