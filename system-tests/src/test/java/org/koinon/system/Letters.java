package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;

/** Signed messages that went over a wire, as bytes. */
final class Letters {
  static final String PACK = "pack";
  static final String OPEN_SIGNATURE = "open-signature";
  static final String UNMASK = "unmask";
  static final String SHARE = "share";

  private final List<SignedMessage> sent = new ArrayList<>();

  /** The message in these bytes, if they are one. */
  static Optional<SignedMessage> read(byte[] bytes) {
    try {
      return Optional.of(SignedMessage.decode(bytes));
    } catch (FormatException e) {
      return Optional.empty();
    }
  }

  /** Whether it is a message of that type. */
  static boolean is(String type, byte[] bytes) {
    return read(bytes).filter(message -> message.type().equals(type)).isPresent();
  }

  /** The same type and attempt, signed by the same member, with another body. */
  static byte[] resigned(SignedMessage message, byte[] body) {
    int author = ToyConsortium.members(100).indexOf(message.author());
    return SignedMessage.sign(
            message.type(), message.context(), message.author(), body, ToyConsortium.key(author))
        .encode();
  }

  /** Notes what a member sent. */
  void note(byte[] bytes) {
    read(bytes).ifPresent(sent::add);
  }

  /** What was sent, in order. */
  List<SignedMessage> sent() {
    return List.copyOf(sent);
  }

  /** Who sent messages of the type in the attempt. */
  List<MemberId> authors(String type, Digest context) {
    return sent.stream()
        .filter(message -> message.type().equals(type) && message.context().equals(context))
        .map(SignedMessage::author)
        .distinct()
        .sorted()
        .toList();
  }

  /** The same so far. */
  Letters copy() {
    Letters copy = new Letters();
    copy.sent.addAll(sent);
    return copy;
  }

  /** The same bytes on each subject, however often they were sent. */
  void assertOneWordEach() {
    Map<String, SignedMessage> said = new HashMap<>();
    Set<String> toMany = Set.of("key", OPEN_SIGNATURE, UNMASK);
    for (SignedMessage message : sent) {
      byte[] body = message.body();
      String subject =
          toMany.contains(message.type()) ? "" : String.valueOf(body[32] << 8 | body[33]);
      String name = message.context() + message.type() + message.author() + subject;
      SignedMessage before = said.putIfAbsent(name, message);
      assertThat(before == null || before.equals(message)).as("%s twice", message).isTrue();
    }
  }
}
