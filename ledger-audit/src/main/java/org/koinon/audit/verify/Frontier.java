package org.koinon.audit.verify;

import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.koinon.federation.encoding.Digest;

/**
 * The right edge of a Merkle tree (RFC 6962): enough to append to it and to know its root, and
 * cheap to copy, so that many continuations of one log can be tried. Not thread-safe.
 */
final class Frontier {
  private record Subtree(int height, Digest root) {}

  private final Deque<Subtree> edge;

  Frontier() {
    this(new ArrayDeque<>());
  }

  private Frontier(Deque<Subtree> edge) {
    this.edge = edge;
  }

  Frontier copy() {
    return new Frontier(new ArrayDeque<>(edge));
  }

  void append(Digest leafHash) {
    Subtree node = new Subtree(0, leafHash);
    while (!edge.isEmpty() && edge.peekLast().height() == node.height()) {
      Subtree left = edge.removeLast();
      node = new Subtree(node.height() + 1, parent(left.root(), node.root()));
    }
    edge.addLast(node);
  }

  Digest root() {
    if (edge.isEmpty()) {
      return Digest.sha256(new byte[0]);
    }
    Iterator<Subtree> fromRight = edge.descendingIterator();
    Digest root = fromRight.next().root();
    while (fromRight.hasNext()) {
      root = parent(fromRight.next().root(), root);
    }
    return root;
  }

  private static Digest parent(Digest left, Digest right) {
    MessageDigest sha = Digest.sha256();
    sha.update((byte) 1);
    sha.update(left.bytes());
    return Digest.of(sha.digest(right.bytes()));
  }
}
