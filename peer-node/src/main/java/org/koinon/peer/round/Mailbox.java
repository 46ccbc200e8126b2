package org.koinon.peer.round;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.koinon.aggregation.Piece;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.masking.Holders;
import org.koinon.aggregation.masking.MemberMessage;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;

/**
 * The signed messages of the newest attempts, this member's own and others', where any member finds
 * them by address.
 *
 * <p>In memory: after a restart this member's are made again, the same bytes, and others' are
 * fetched. Each author has one message per subject; a second that differs is kept as evidence. Safe
 * for several threads.
 */
public final class Mailbox {
  private static final int ATTEMPTS_MAX = 4;

  /** Two messages that should have been one. */
  record Equivocation(SignedMessage first, SignedMessage second) {}

  /**
   * What is expected of an attempt.
   *
   * @param holders of which attempt, among which ready members
   * @param keys with which members sign
   */
  record Terms(Holders holders, Map<MemberId, PublicKey> keys) {}

  private static final class Letters {
    private final Terms terms;
    private final Map<Digest, SignedMessage> byAddress = new LinkedHashMap<>();
    private final List<Equivocation> equivocations = new ArrayList<>();
    private final Map<MemberId, SignedMessage> wrongPieces = new LinkedHashMap<>();

    Letters(Terms terms) {
      this.terms = terms;
    }
  }

  private final Map<Digest, Letters> attempts = new LinkedHashMap<>();
  private final AtomicLong count = new AtomicLong();

  /** From now on messages of this attempt are taken; those of the oldest are let go. */
  synchronized void open(Terms terms) {
    attempts.computeIfAbsent(terms.holders().attempt().context(), any -> new Letters(terms));
    if (attempts.size() > ATTEMPTS_MAX) {
      attempts.remove(attempts.keySet().iterator().next());
    }
  }

  /** Grows with every message that is new. */
  long count() {
    return count.get();
  }

  /** Keeps a message of another, or says why not. */
  PeerLink.Reply take(byte[] bytes) {
    if (bytes.length > PeerLink.MESSAGE_BYTES_MAX) {
      return PeerLink.Reply.REFUSED;
    }
    try {
      SignedMessage message = SignedMessage.decode(bytes);
      Optional<Terms> terms = terms(message.context());
      if (terms.isEmpty()) {
        return PeerLink.Reply.LATER;
      }
      PublicKey key = terms.get().keys().get(message.author());
      if (key == null || !message.verifies(key)) {
        return PeerLink.Reply.REFUSED;
      }
      keep(message, MemberMessage.of(terms.get().holders(), message));
      return PeerLink.Reply.HELD;
    } catch (FormatException e) {
      return PeerLink.Reply.REFUSED;
    }
  }

  private synchronized Optional<Terms> terms(Digest context) {
    return Optional.ofNullable(attempts.get(context)).map(letters -> letters.terms);
  }

  /** Keeps a message whose signature holds. */
  synchronized void keep(SignedMessage message, MemberMessage content) {
    Letters letters = attempts.get(message.context());
    if (letters == null) {
      return;
    }
    Digest address = address(message.context(), message.author(), content);
    SignedMessage before = letters.byAddress.putIfAbsent(address, message);
    if (before == null) {
      count.incrementAndGet();
    } else if (!before.equals(message) && letters.equivocations.isEmpty()) {
      letters.equivocations.add(new Equivocation(before, message));
      count.incrementAndGet();
    }
  }

  /** The message at an address. */
  synchronized Optional<SignedMessage> at(Digest address) {
    return attempts.values().stream()
        .map(letters -> letters.byAddress.get(address))
        .filter(java.util.Objects::nonNull)
        .findFirst();
  }

  /** What some member said twice in different words, if one did: evidence against it. */
  synchronized List<Equivocation> equivocations(Digest context) {
    Letters letters = attempts.get(context);
    return letters == null
        ? List.of()
        : Collections.unmodifiableList(new ArrayList<>(letters.equivocations));
  }

  /**
   * Keeps what a contributor signed of a piece that does not lead to its root: evidence against it,
   * if it is about these very words.
   */
  synchronized void accuse(ShardLayout layout, Piece piece, Digest committedRoot) {
    Letters letters = attempts.get(layout.context());
    String shard = Courier.subject(piece.shard());
    String type = Courier.type(MemberMessage.PieceHeader.class);
    if (letters == null) {
      return;
    }
    SignedMessage signed =
        letters.byAddress.get(address(layout.context(), piece.contributor(), type, shard));
    if (signed != null
        && MemberMessage.of(letters.terms.holders(), signed)
            instanceof MemberMessage.PieceHeader header
        && header.root().equals(piece.shardRoot())
        && !header.isCommitted(layout, piece.contributor(), committedRoot)
        && letters.wrongPieces.putIfAbsent(piece.contributor(), signed) == null) {
      count.incrementAndGet();
    }
  }

  /** What contributors signed of pieces that do not lead to their roots, one each. */
  synchronized List<SignedMessage> wrongPieces(Digest context) {
    Letters letters = attempts.get(context);
    return letters == null ? List.of() : List.copyOf(letters.wrongPieces.values());
  }

  /** Where an author's message of this subject is found. */
  static Digest address(Digest context, MemberId author, MemberMessage content) {
    return address(context, author, content.type(), Courier.subject(content));
  }

  /**
   * Where it is found.
   *
   * @param type of the message
   * @param subject what tells an author's messages of this type apart
   */
  static Digest address(Digest context, MemberId author, String type, String subject) {
    return Digest.tagged(
        "koinon/message-address/v1",
        context.bytes(),
        author.value().getBytes(StandardCharsets.UTF_8),
        type.getBytes(StandardCharsets.UTF_8),
        subject.getBytes(StandardCharsets.UTF_8));
  }
}
