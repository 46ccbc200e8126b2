package org.koinon.audit.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.MerkleTree;
import org.koinon.federation.ledger.ConsortiumEntry.Genesis;
import org.koinon.federation.ledger.ConsortiumEntry.Joined;
import org.koinon.federation.ledger.ConsortiumEntry.KeyEvent;
import org.koinon.federation.ledger.Seen;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.study.Member;

/**
 * What the entries of a log, faulty or not, say about its order: the {@code seen} of each that
 * carries a true signature of some key of the log. Used to explain a fault, never to excuse one.
 */
final class Testimony {
  private final List<@Nullable SignedEntry> entries = new ArrayList<>();
  private final List<Digest> leaves = new ArrayList<>();
  private final Map<Digest, PublicKey> keys = new HashMap<>();
  private final Map<Integer, Boolean> isTrue = new HashMap<>();
  private final Frontier start = new Frontier();
  private final List<Digest> startRoots = new ArrayList<>();

  /**
   * Reads the log.
   *
   * @param vouched m: the first m entries stand as they are; orders differ only behind them
   */
  Testimony(List<byte[]> bytes, int vouched) {
    for (byte[] entry : bytes) {
      leaves.add(MerkleTree.leafHash(entry));
      entries.add(decode(entry));
    }
    entries.forEach(this::collectKeys);
    for (int i = 0; i < vouched; i++) {
      startRoots.add(start.root());
      start.append(leaves.get(i));
    }
  }

  private static @Nullable SignedEntry decode(byte[] bytes) {
    try {
      return SignedEntry.decode(bytes);
    } catch (FormatException e) {
      return null;
    }
  }

  private void collectKeys(@Nullable SignedEntry signed) {
    if (signed == null) {
      return;
    }
    switch (signed.entry()) {
      case Genesis genesis ->
          genesis.founders().stream().map(Member::signingKey).forEach(this::key);
      case Joined joined -> key(joined.member().signingKey());
      case KeyEvent event -> {
        key(event.key());
        if (event.successor() != null) {
          key(event.successor());
        }
      }
      default -> {}
    }
  }

  private void key(PublicKey key) {
    keys.put(key.id(), key);
  }

  int size() {
    return leaves.size();
  }

  Optional<SignedEntry> at(int place) {
    return Optional.ofNullable(entries.get(place));
  }

  Digest leaf(int place) {
    return leaves.get(place);
  }

  /** Whether the entry names a key that the log knows, and is not signed by it. */
  boolean isForged(int place) {
    SignedEntry signed = entries.get(place);
    return signed == null || (keys.containsKey(signed.key()) && !isTrue(place));
  }

  private boolean isTrue(int place) {
    return isTrue.computeIfAbsent(
        place,
        p -> {
          SignedEntry signed = entries.get(p);
          PublicKey key = signed == null ? null : keys.get(signed.key());
          return signed != null && key != null && signed.isSignedBy(key);
        });
  }

  /** What the author of the entry had seen, if it is to be believed. */
  Optional<Seen> seen(int place) {
    SignedEntry signed = entries.get(place);
    return signed != null && isTrue(place) ? Optional.of(signed.seen()) : Optional.empty();
  }

  /** The first place of this order, from the vouched entries on, whose author saw another order. */
  Optional<Integer> contradiction(List<Integer> order) {
    Frontier tree = start.copy();
    List<Digest> roots = new ArrayList<>(startRoots);
    for (int position = startRoots.size(); position < order.size(); position++) {
      roots.add(tree.root());
      int place = order.get(position);
      Optional<Seen> seen = seen(place);
      if (seen.isPresent()
          && (seen.get().size() > position
              || !roots.get((int) seen.get().size()).equals(seen.get().root()))) {
        return Optional.of(position);
      }
      tree.append(leaves.get(place));
    }
    return Optional.empty();
  }
}
