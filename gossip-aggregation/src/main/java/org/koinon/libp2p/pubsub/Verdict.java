package org.koinon.libp2p.pubsub;

/** What a validator says of a message whose signature holds. */
public enum Verdict {
  /** Deliver and forward. */
  ACCEPT,
  /** Drop, and count it against the peer that sent it: the content can never be right. */
  REJECT,
  /** Drop without blame: late, unknown yet, or of no use here. */
  IGNORE
}
