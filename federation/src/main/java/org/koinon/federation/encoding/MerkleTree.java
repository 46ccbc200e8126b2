package org.koinon.federation.encoding;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A growing Merkle tree of RFC 6962 section 2.1, SHA-256, with inclusion and consistency proofs.
 *
 * <p>Appending and reading the root take O(log n); complete subtrees are kept, so a proof takes
 * O(log² n). Not thread-safe.
 */
public final class MerkleTree {
  /** levels.get(h).get(i) is the root of leaves [i·2^h, (i+1)·2^h). */
  private final List<List<byte[]>> levels = new ArrayList<>();

  private long size;

  /** The hash of a leaf's bytes: SHA-256(0x00 || data). */
  public static Digest leafHash(byte[] data) {
    MessageDigest sha = Digest.sha256();
    sha.update((byte) 0);
    return Digest.of(sha.digest(data));
  }

  /** The root over leaves given by their bytes. */
  public static Digest rootOf(List<byte[]> leaves) {
    MerkleTree tree = new MerkleTree();
    leaves.forEach(leaf -> tree.append(leafHash(leaf)));
    return tree.root();
  }

  /** Appends a leaf by its hash. */
  public void append(Digest leafHash) {
    byte[] node = leafHash.bytes();
    size++;
    for (int height = 0; ; height++) {
      if (levels.size() == height) {
        levels.add(new ArrayList<>());
      }
      List<byte[]> level = levels.get(height);
      level.add(node);
      if (level.size() % 2 != 0) {
        return;
      }
      node = parent(level.get(level.size() - 2), node);
    }
  }

  /** How many leaves. */
  public long size() {
    return size;
  }

  /** The root over all leaves; of none, SHA-256 of the empty string. */
  public Digest root() {
    return root(size);
  }

  /** The root over the first {@code n} leaves. */
  public Digest root(long n) {
    if (n < 0 || n > size) {
      throw new IllegalArgumentException("size " + n + " of a tree of " + size);
    }
    return Digest.of(n == 0 ? Digest.sha256().digest() : hash(0, n));
  }

  /** The audit path of leaf {@code index} in the tree of the first {@code n} leaves. */
  public List<Digest> inclusionProof(long index, long n) {
    if (index < 0 || index >= n || n > size) {
      throw new IllegalArgumentException("leaf " + index + " of " + n + " in a tree of " + size);
    }
    List<Digest> path = new ArrayList<>();
    long from = 0;
    long to = n;
    while (to - from > 1) {
      long middle = from + split(to - from);
      if (index < middle) {
        path.add(Digest.of(hash(middle, to)));
        to = middle;
      } else {
        path.add(Digest.of(hash(from, middle)));
        from = middle;
      }
    }
    return path.reversed();
  }

  /** The proof that the tree of the first {@code m} leaves is a prefix of that of {@code n}. */
  public List<Digest> consistencyProof(long m, long n) {
    if (m < 0 || m > n || n > size) {
      throw new IllegalArgumentException("sizes " + m + " and " + n + " in a tree of " + size);
    }
    List<Digest> path = new ArrayList<>();
    if (m > 0) {
      subProof(m, 0, n, true, path);
    }
    return path;
  }

  private void subProof(long m, long from, long to, boolean whole, List<Digest> path) {
    long n = to - from;
    if (m == n) {
      if (!whole) {
        path.add(Digest.of(hash(from, to)));
      }
      return;
    }
    long k = split(n);
    if (m <= k) {
      subProof(m, from, from + k, whole, path);
      path.add(Digest.of(hash(from + k, to)));
    } else {
      subProof(m - k, from + k, to, false, path);
      path.add(Digest.of(hash(from, from + k)));
    }
  }

  /** Whether the audit path leads from the leaf to the root (RFC 9162 section 2.1.3.2). */
  public static boolean verifyInclusion(
      Digest leafHash, long index, long n, List<Digest> path, Digest root) {
    if (index < 0 || index >= n) {
      return false;
    }
    long fn = index;
    long sn = n - 1;
    byte[] node = leafHash.bytes();
    for (Digest sibling : path) {
      if (sn == 0) {
        return false;
      }
      if ((fn & 1) == 1 || fn == sn) {
        node = parent(sibling.bytes(), node);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>= 1;
          sn >>= 1;
        }
      } else {
        node = parent(node, sibling.bytes());
      }
      fn >>= 1;
      sn >>= 1;
    }
    return sn == 0 && Digest.of(node).equals(root);
  }

  /** Whether the proof shows that the smaller tree is a prefix (RFC 9162 section 2.1.4.2). */
  public static boolean verifyConsistency(
      long m, Digest rootM, long n, Digest rootN, List<Digest> proof) {
    if (m == n) {
      return proof.isEmpty() && rootM.equals(rootN);
    }
    if (m < 0 || m > n) {
      return false;
    }
    if (m == 0) {
      return proof.isEmpty();
    }
    List<Digest> path = new ArrayList<>(proof);
    if (Long.bitCount(m) == 1) {
      path.addFirst(rootM);
    }
    return !path.isEmpty() && climb(m - 1, n - 1, path, rootM, rootN);
  }

  private static boolean climb(long m, long n, List<Digest> path, Digest rootM, Digest rootN) {
    int skip = Long.numberOfTrailingZeros(~m);
    long fn = m >> skip;
    long sn = n >> skip;
    byte[] first = path.getFirst().bytes();
    byte[] second = first;
    for (Digest digest : path.subList(1, path.size())) {
      if (sn == 0) {
        return false;
      }
      byte[] sibling = digest.bytes();
      if ((fn & 1) == 1 || fn == sn) {
        first = parent(sibling, first);
        second = parent(sibling, second);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>= 1;
          sn >>= 1;
        }
      } else {
        second = parent(second, sibling);
      }
      fn >>= 1;
      sn >>= 1;
    }
    return sn == 0 && Arrays.equals(first, rootM.bytes()) && Arrays.equals(second, rootN.bytes());
  }

  /** The audit path of a leaf if there is one; empty when the index is outside the tree. */
  public Optional<List<Digest>> proofOf(long index) {
    return index < 0 || index >= size ? Optional.empty() : Optional.of(inclusionProof(index, size));
  }

  private byte[] hash(long from, long to) {
    long n = to - from;
    if (Long.bitCount(n) == 1 && from % n == 0) {
      return levels.get(Long.numberOfTrailingZeros(n)).get((int) (from / n));
    }
    long k = split(n);
    return parent(hash(from, from + k), hash(from + k, to));
  }

  /** The largest power of two smaller than n. */
  private static long split(long n) {
    return Long.highestOneBit(n - 1);
  }

  private static byte[] parent(byte[] left, byte[] right) {
    MessageDigest sha = Digest.sha256();
    sha.update((byte) 1);
    sha.update(left);
    return sha.digest(right);
  }
}
