package org.koinon.peer.round;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Holders;
import org.koinon.aggregation.masking.MemberMessage;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;

/**
 * Writes this member's messages of an attempt and finds the others'.
 *
 * <p>A message is pushed to whom it is for, or gossiped; who missed it fetches it from its author.
 * Signatures are deterministic, so that a message written again has the same bytes. For one thread.
 */
final class Courier {
  /**
   * A message that is looked for.
   *
   * @param author whose
   * @param type of message
   * @param subject which of the author's
   */
  record Wanted(MemberId author, String type, String subject) {}

  private final RoundContext node;
  private final Holders holders;
  private final Attempt attempt;
  private final MemberId me;
  private final Map<MemberId, Set<Digest>> delivered = new HashMap<>();

  Courier(RoundContext node, Holders holders, Map<MemberId, PublicKey> keys) {
    this.node = node;
    this.holders = holders;
    this.attempt = holders.attempt();
    this.me = node.pen().me();
    node.mailbox().open(new Mailbox.Terms(holders, keys));
  }

  /** The name of a type of message. */
  static String type(Class<? extends MemberMessage> type) {
    return MemberMessage.typeOf(type);
  }

  /** What tells an author's messages of one type apart: whom it is for, or whose share it is. */
  static String subject(MemberMessage message) {
    return switch (message) {
      case MemberMessage.KeyMessage key -> "";
      case MemberMessage.PairMessage pair -> pair.to().value();
      case MemberMessage.PackMessage pack -> pack.to().value();
      case MemberMessage.OpenSignature signature -> "";
      case MemberMessage.Unmask unmask -> "";
      case MemberMessage.ReleasedShare released -> subject(released.share().dealer());
      case MemberMessage.PieceHeader piece -> subject(piece.shard());
      case MemberMessage.CheckMessage check -> subject(check.contributor());
      case MemberMessage.ShardCheckMessage check -> subject(check.contributor());
      case MemberMessage.RecomputedMessage recomputed -> subject(recomputed.shard());
    };
  }

  /** Of one dealer never two kinds of share are released, of one contributor one account given. */
  static String subject(MemberId member) {
    return member.value();
  }

  static String subject(int shard) {
    return Integer.toString(shard);
  }

  /** Grows with every message that came. */
  long count() {
    return node.mailbox().count();
  }

  /** Signs; from now on others can fetch it. */
  SignedMessage write(MemberMessage content) {
    SignedMessage message = node.pen().sign(attempt, content);
    node.mailbox().keep(message, content);
    return message;
  }

  /** What this member wrote on a subject, made if it has not yet. */
  SignedMessage written(
      Class<? extends MemberMessage> type, String subject, Supplier<MemberMessage> content) {
    return signed(type, me, subject).orElseGet(() -> write(content.get()));
  }

  /** Signs and gossips. */
  SignedMessage publish(MemberMessage content) {
    SignedMessage message = write(content);
    node.peers().publish(message.encode());
    return message;
  }

  /** Hands each its messages, all at the same time, unless it has them. */
  void deliver(Map<MemberId, List<SignedMessage>> letters) {
    Map<MemberId, List<SignedMessage>> open = new LinkedHashMap<>();
    letters.forEach(
        (to, messages) -> {
          Set<Digest> there = delivered.computeIfAbsent(to, any -> new HashSet<>());
          List<SignedMessage> lacking =
              messages.stream().filter(message -> !there.contains(digest(message))).toList();
          if (!to.equals(me) && !lacking.isEmpty()) {
            open.put(to, lacking);
          }
        });
    List<Runnable> tasks = new ArrayList<>();
    open.forEach((to, messages) -> tasks.add(() -> deliver(to, messages)));
    node.timeline().all(tasks);
  }

  private static Digest digest(SignedMessage message) {
    return Digest.sha256(message.encode());
  }

  private void deliver(MemberId to, List<SignedMessage> messages) {
    for (SignedMessage message : messages) {
      if (node.peers().tell(to, message.encode()) != PeerLink.Reply.HELD) {
        return; // away, or not as far yet: the next turn tries again, and it can fetch
      }
      synchronized (delivered) {
        var _ = delivered.computeIfAbsent(to, any -> new HashSet<>()).add(digest(message));
      }
    }
  }

  /** The author's message of a type, if it is here. */
  <T extends MemberMessage> Optional<T> find(Class<T> type, MemberId author, String subject) {
    return signed(type, author, subject)
        .map(message -> type.cast(MemberMessage.of(holders, message)));
  }

  <T extends MemberMessage> Optional<SignedMessage> signed(
      Class<T> type, MemberId author, String subject) {
    Digest address = Mailbox.address(attempt.context(), author, type(type), subject);
    return node.mailbox().at(address);
  }

  /** Fetches what lacks from its authors, each author on its own. */
  void fetch(Collection<Wanted> wanted) {
    Map<MemberId, List<Wanted>> byAuthor =
        wanted.stream()
            .filter(one -> !one.author().equals(me))
            .filter(one -> node.mailbox().at(address(one)).isEmpty())
            .collect(
                Collectors.groupingBy(Wanted::author, LinkedHashMap::new, Collectors.toList()));
    List<Runnable> tasks = new ArrayList<>();
    byAuthor.forEach(
        (author, some) ->
            tasks.add(
                () -> {
                  for (Wanted one : some) {
                    Optional<byte[]> bytes =
                        node.peers().fetch(author, address(one), PeerLink.MESSAGE_BYTES_MAX);
                    if (bytes.isEmpty()) {
                      return;
                    }
                    var _ = node.mailbox().take(bytes.get());
                  }
                }));
    node.timeline().all(tasks);
  }

  private Digest address(Wanted wanted) {
    return Mailbox.address(attempt.context(), wanted.author(), wanted.type(), wanted.subject());
  }

  /** What contributors signed of pieces that do not lead to their roots. */
  List<SignedMessage> wrongPieces() {
    return node.mailbox().wrongPieces(attempt.context());
  }

  /** What some member said in two ways. */
  List<Mailbox.Equivocation> equivocations() {
    return node.mailbox().equivocations(attempt.context());
  }
}
