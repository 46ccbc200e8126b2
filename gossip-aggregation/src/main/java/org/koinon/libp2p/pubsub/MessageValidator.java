package org.koinon.libp2p.pubsub;

/**
 * Judges the content of a message before it is delivered or forwarded.
 *
 * <p>Called on a thread of the subscription, one message at a time, never on the thread that owns
 * the mesh; it may block. A validator that throws counts as {@link Verdict#IGNORE}.
 */
@FunctionalInterface
public interface MessageValidator {
  Verdict validate(Message message);
}
