package org.koinon.audit.verify;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Dealt;
import org.koinon.aggregation.masking.Holders;
import org.koinon.aggregation.masking.MemberMessage;
import org.koinon.aggregation.masking.MemberMessage.CheckMessage;
import org.koinon.aggregation.masking.MemberMessage.PieceHeader;
import org.koinon.aggregation.masking.MemberMessage.ReleasedShare;
import org.koinon.aggregation.masking.MemberMessage.ShardCheckMessage;
import org.koinon.aggregation.masking.Recovered;
import org.koinon.aggregation.masking.Recovery;
import org.koinon.aggregation.masking.Share;
import org.koinon.aggregation.masking.ShareKind;
import org.koinon.audit.verify.RoundAudit.Evidence;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.RoundEntry.Accusation;
import org.koinon.federation.ledger.RoundEntry.Keyed;
import org.koinon.federation.ledger.RoundEntry.Seat;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;

/**
 * Judges what an accusation shows, from the accusation and the ledger alone. What the ledger's
 * rules prove before they admit it was proven again when the log was replayed.
 */
final class AccusationEvidence {
  private static final int PARTS_MAX = 255;

  private final RoundView view;
  private final Attempt attempt;
  private final Map<MemberId, PublicKey> keys;

  AccusationEvidence(RoundView view, Digest context) {
    this.view = view;
    this.attempt = new Attempt(context, view.opened().members());
    this.keys = view.opened().roster().stream().collect(Collectors.toMap(Seat::member, Seat::key));
  }

  Evidence judge(Accusation accusation) {
    byte[] evidence;
    try {
      evidence = Base64.getDecoder().decode(accusation.evidence());
    } catch (IllegalArgumentException e) {
      return Evidence.REFUTED;
    }
    try {
      return switch (accusation.kind()) {
        case WRONG_SUM, WRONG_PACK, EQUIVOCATION -> Evidence.PROVEN; // the rules take no other
        case WRONG_DEALING -> wrongDealing(accusation.accused(), evidence);
        case WRONG_SHARE -> wrongShare(accusation.accused(), evidence);
        case WRONG_PIECE -> wrongPiece(accusation.accused(), evidence);
        case WRONG_CHECK -> wrongCheck(accusation.accused(), evidence);
      };
    } catch (FormatException e) {
      return Evidence.REFUTED;
    }
  }

  private static Evidence proven(boolean isProven) {
    return isProven ? Evidence.PROVEN : Evidence.REFUTED;
  }

  private Holders holders() {
    return new Holders(attempt, List.copyOf(view.ready().keySet()), view.threshold());
  }

  private boolean isBy(MemberId author, SignedMessage message) {
    PublicKey key = keys.get(author);
    return key != null
        && message.author().equals(author)
        && message.context().equals(attempt.context())
        && message.verifies(key);
  }

  /**
   * As many shares as rebuild a secret, all of one kind and all in the accused's own root, that do
   * not give what it committed to. Of the recovery kind that takes the sealed table, which is in no
   * archive.
   */
  private Evidence wrongDealing(MemberId accused, byte[] evidence) {
    Keyed keyed = view.keyed().get(accused);
    if (keyed == null) {
      return Evidence.REFUTED;
    }
    Holders holders = holders();
    List<Share> shares = new ArrayList<>();
    for (byte[] part : parts(evidence)) {
      if (MemberMessage.decode(MemberMessage.typeOf(ReleasedShare.class), holders, part)
          instanceof ReleasedShare released) {
        shares.add(released.share());
      }
    }
    boolean isOfAccused =
        shares.stream()
            .allMatch(s -> s.dealer().equals(accused) && s.isIn(keyed.packRoot(), holders));
    long different = shares.stream().map(Share::holder).distinct().count();
    if (!isOfAccused
        || different < holders.threshold()
        || shares.stream().map(Share::kind).distinct().count() != 1) {
      return Evidence.REFUTED;
    }
    if (shares.getFirst().kind() == ShareKind.RECOVERY) {
      return Evidence.NOT_CHECKED;
    }
    Dealt dealt = new Dealt(accused, keyed.packRoot(), keyed.selfHash(), keyed.table());
    return proven(Recovery.selfMask(holders, dealt, shares) instanceof Recovered.Misdealt);
  }

  /** A share that the accused released and that is not the one its dealer committed to. */
  private Evidence wrongShare(MemberId accused, byte[] evidence) {
    SignedMessage message = SignedMessage.decode(evidence);
    if (!isBy(accused, message)
        || !(MemberMessage.of(holders(), message) instanceof ReleasedShare released)) {
      return Evidence.REFUTED;
    }
    Share share = released.share();
    Keyed keyed = view.keyed().get(share.dealer());
    return proven(
        keyed != null
            && share.holder().equals(accused)
            && !share.isIn(keyed.packRoot(), holders()));
  }

  /** What the accused signed of a piece and that does not lead to the root it committed to. */
  private Evidence wrongPiece(MemberId accused, byte[] evidence) {
    SignedMessage message = SignedMessage.decode(evidence);
    if (!isBy(accused, message)
        || view.shards().isEmpty()
        || !view.committed().containsKey(accused)
        || !(MemberMessage.of(holders(), message) instanceof PieceHeader header)) {
      return Evidence.REFUTED;
    }
    ShardLayout layout =
        new ShardLayout(attempt.context(), view.study().vector(), view.shards().get());
    return proven(!header.isCommitted(layout, accused, view.committedRoot(accused)));
  }

  /**
   * Check sums in total and by shard that contradict each other prove it; one of the two alone
   * takes the pieces.
   */
  private Evidence wrongCheck(MemberId accused, byte[] evidence) {
    List<CheckMessage> totals = new ArrayList<>();
    List<ShardCheckMessage> byShard = new ArrayList<>();
    for (byte[] part : parts(evidence)) {
      SignedMessage message = SignedMessage.decode(part);
      if (!isBy(accused, message)) {
        return Evidence.REFUTED;
      }
      switch (MemberMessage.of(holders(), message)) {
        case CheckMessage total -> totals.add(total);
        case ShardCheckMessage shards -> byShard.add(shards);
        default -> {
          return Evidence.REFUTED;
        }
      }
    }
    if (byShard.size() > 1 || totals.size() > 1 || byShard.size() + totals.size() == 0) {
      return Evidence.REFUTED;
    }
    return byShard.size() + totals.size() == 1
        ? Evidence.NOT_CHECKED
        : proven(
            totals.getFirst().contributor().equals(byShard.getFirst().contributor())
                && !totals.getFirst().sums().equals(byShard.getFirst().total()));
  }

  /** Each a u32 length and as many bytes. */
  private static List<byte[]> parts(byte[] evidence) {
    List<byte[]> parts = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(evidence);
    while (in.hasRemaining()) {
      int length = in.remaining() < Integer.BYTES ? -1 : in.getInt();
      if (length < 0 || length > in.remaining() || parts.size() == PARTS_MAX) {
        throw new FormatException("evidence", "a part of " + length + " bytes does not fit");
      }
      byte[] part = new byte[length];
      in.get(part);
      parts.add(part);
    }
    return parts;
  }
}
