package org.koinon.network.consent;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.koinon.federation.consent.CountBucket;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.MerkleTree;
import org.koinon.network.keys.PrivateFile;
import org.koinon.network.yaml.ConfigException;

/**
 * A hospital's own keyed tree of consents, which never leaves it; only its root does.
 *
 * <p>Every record has a random key of 32 bytes; its leaf is HMAC-SHA-256(key, state), the root that
 * of RFC 6962 over the leaves in record order. Erasing a record deletes its name and key and keeps
 * the leaf, which nobody can then open: the roots that were published still hold. Immutable; the
 * file is 0600 and replaced atomically.
 */
public final class ConsentTree {
  private static final String HEADER = "koinon-consent-tree/1";
  private static final int BYTES_MAX = 1 << 30;
  private static final int KEY_BYTES = 32;
  private static final HexFormat HEX = HexFormat.of();

  private sealed interface Leaf {
    Digest mac();
  }

  private record Kept(String record, ConsentState state, String keyHex) implements Leaf {
    @Override
    public Digest mac() {
      try {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(HEX.parseHex(keyHex), "HmacSHA256"));
        return Digest.of(mac.doFinal(state.text().getBytes(StandardCharsets.US_ASCII)));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
      }
    }

    @Override
    public String toString() {
      return "Kept[REDACTED]";
    }
  }

  private record Erased(Digest mac) implements Leaf {}

  private final List<Leaf> leaves;

  private ConsentTree(List<Leaf> leaves) {
    this.leaves = List.copyOf(leaves);
  }

  /** No record yet. */
  public static ConsentTree empty() {
    return new ConsentTree(List.of());
  }

  /**
   * This list's states, known records keeping their keys and places; a record that is no longer
   * listed counts as withdrawn.
   */
  public ConsentTree updated(ConsentFile file, SecureRandom random) {
    List<Leaf> next = new ArrayList<>();
    Set<String> known = new HashSet<>();
    for (Leaf leaf : leaves) {
      next.add(
          switch (leaf) {
            case Erased erased -> erased;
            case Kept(String record, ConsentState _, String key) -> {
              known.add(record);
              yield new Kept(
                  record, file.states().getOrDefault(record, ConsentState.WITHDRAWN), key);
            }
          });
    }
    file.states()
        .forEach(
            (record, state) -> {
              if (!known.contains(record)) {
                byte[] key = new byte[KEY_BYTES];
                random.nextBytes(key);
                next.add(new Kept(record, state, HEX.formatHex(key)));
              }
            });
    return new ConsentTree(next);
  }

  /** The same without this record's name and key; the root does not change. */
  public ConsentTree erased(String record) {
    return new ConsentTree(
        leaves.stream()
            .map(
                leaf ->
                    leaf instanceof Kept kept && kept.record.equals(record)
                        ? new Erased(kept.mac())
                        : leaf)
            .toList());
  }

  /** The commitment to all records and their states. */
  public Digest root() {
    return MerkleTree.rootOf(leaves.stream().map(leaf -> leaf.mac().bytes()).toList());
  }

  /** How many records may be used. */
  public long consenting() {
    return leaves.stream()
        .filter(leaf -> leaf instanceof Kept kept && kept.state == ConsentState.YES)
        .count();
  }

  /** How many, as coarsely as it may stand on the ledger. */
  public CountBucket bucket() {
    return CountBucket.of(consenting());
  }

  /** What this record's patient said, if the record is known and not erased. */
  public Optional<ConsentState> state(String record) {
    return leaves.stream()
        .filter(leaf -> leaf instanceof Kept kept && kept.record.equals(record))
        .map(leaf -> ((Kept) leaf).state)
        .findFirst();
  }

  /** The same with these records withdrawn; records that it does not know change nothing. */
  public ConsentTree withdrawn(Collection<String> records) {
    Set<String> named = Set.copyOf(records);
    return new ConsentTree(
        leaves.stream()
            .map(
                leaf ->
                    leaf instanceof Kept kept && named.contains(kept.record)
                        ? new Kept(kept.record, ConsentState.WITHDRAWN, kept.keyHex)
                        : leaf)
            .toList());
  }

  /** The records that may be used. */
  public Set<String> allowed() {
    Set<String> records = new HashSet<>();
    for (Leaf leaf : leaves) {
      if (leaf instanceof Kept kept && kept.state == ConsentState.YES) {
        records.add(kept.record);
      }
    }
    return Set.copyOf(records);
  }

  /** How many records the tree has, erased ones included. */
  public int size() {
    return leaves.size();
  }

  /** Whether this record may be used. */
  public boolean allows(String record) {
    return leaves.stream()
        .anyMatch(
            leaf ->
                leaf instanceof Kept kept
                    && kept.record.equals(record)
                    && kept.state == ConsentState.YES);
  }

  /** Writes the tree; after a crash the old or the new one stands. */
  public void save(Path file) {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (Leaf leaf : leaves) {
      switch (leaf) {
        case Erased(Digest mac) -> text.append("erased\t").append(mac.hex()).append('\n');
        case Kept(String record, ConsentState state, String key) ->
            text.append(state.text())
                .append('\t')
                .append(key)
                .append('\t')
                .append(record)
                .append('\n');
      }
    }
    PrivateFile.replace(file, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The tree in the file; of no file, the empty tree. */
  public static ConsentTree load(Path file) {
    if (Files.notExists(file)) {
      return empty();
    }
    List<String> lines =
        new String(PrivateFile.read(file, BYTES_MAX), StandardCharsets.UTF_8).lines().toList();
    if (lines.isEmpty() || !lines.getFirst().equals(HEADER)) {
      throw new ConfigException(file.toString(), 1, "is no consent tree: expected " + HEADER);
    }
    List<Leaf> leaves = new ArrayList<>();
    for (int at = 1; at < lines.size(); at++) {
      int number = at + 1;
      leaves.add(
          leaf(lines.get(at).split("\t", -1))
              .orElseThrow(
                  () ->
                      new ConfigException(
                          file.toString(), number, "damaged: restore the file's backup")));
    }
    return new ConsentTree(leaves);
  }

  private static Optional<Leaf> leaf(String[] cells) {
    if (cells.length < 2 || !cells[1].matches("[0-9a-f]{64}")) {
      return Optional.empty();
    }
    if (cells.length == 2 && cells[0].equals("erased")) {
      return Optional.of(new Erased(new Digest(cells[1])));
    }
    return cells.length == 3
        ? ConsentFile.state(cells[0]).map(state -> new Kept(cells[2], state, cells[1]))
        : Optional.empty();
  }
}
