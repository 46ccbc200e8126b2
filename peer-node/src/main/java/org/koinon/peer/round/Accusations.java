package org.koinon.peer.round;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.MemberMessage.ReleasedShare;
import org.koinon.aggregation.masking.Share;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.Accusation;
import org.koinon.federation.round.AccusationKind;
import org.koinon.federation.round.RoundId;
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
    byte[] proof = dealing(plan.attempt(), opened, evidence);
    accuse(plan, desk, dealer, AccusationKind.WRONG_DEALING, proof);
  }

  /** The shares as they were released. */
  static byte[] dealing(Attempt attempt, Digest opened, List<Share> shares) {
    return parts(
        shares.stream().map(share -> new ReleasedShare(opened, share).encode(attempt)).toList());
  }

  /** Two messages that should have been one. */
  static void equivocation(RoundPlan plan, Desk desk, Mailbox.Equivocation two) {
    byte[] evidence = listed(List.of(two.first(), two.second()));
    accuse(plan, desk, two.first().author(), AccusationKind.EQUIVOCATION, evidence);
  }

  private static byte[] listed(List<SignedMessage> messages) {
    return parts(messages.stream().map(SignedMessage::encode).toList());
  }

  private static byte[] parts(List<byte[]> parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (byte[] part : parts) {
        out.writeInt(part.length);
        out.write(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail to be written", e);
    }
    return bytes.toByteArray();
  }

  /** The entry, unless the evidence is longer than one can hold. */
  static Optional<Accusation> of(
      RoundId round, MemberId accused, AccusationKind kind, byte[] evidence) {
    if (evidence.length > Accusation.PROOF_BYTES_MAX) {
      return Optional.empty();
    }
    String text = Base64.getEncoder().encodeToString(evidence);
    return Optional.of(new Accusation(round.study(), round.number(), accused, kind, text));
  }

  /** Whatever a member did, the round goes on: what cannot be recorded the operator is told. */
  private static void accuse(
      RoundPlan plan, Desk desk, MemberId accused, AccusationKind kind, byte[] evidence) {
    String what = kind.name().toLowerCase(Locale.ROOT);
    Optional<Accusation> accusation = of(plan.round(), accused, kind, evidence);
    if (accusation.isEmpty()) {
      desk.vigil()
          .note(
              "%s has done %s, which cannot be recorded: the evidence has %d bytes, at most %d fit"
                  .formatted(accused, what, evidence.length, Accusation.PROOF_BYTES_MAX));
    } else if (!accused.equals(desk.me()) && !desk.vigil().hasSaid(accusation.get())) {
      desk.vigil().note(accused + " is accused of " + what);
      var _ = desk.vigil().say(accusation.get());
    }
  }
}
