package org.koinon.peer.round;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.EntryKey;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.study.StudyId;

/**
 * What a node must not do or draw twice: updates, and the signed bytes of its entries.
 *
 * <p>One file per item, AES-256-GCM under a key of the node, mode 0600, written whole to another
 * name, forced to disk and renamed: after a crash an item is there or not. Not thread-safe across
 * processes: {@link #open} locks the folder.
 */
public final class RoundJournal implements AutoCloseable {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final Path folder;
  private final SecretKeySpec key;
  private final FileChannel lock;
  private final SecureRandom random = new SecureRandom();

  private RoundJournal(Path folder, byte[] key, FileChannel lock) {
    this.folder = folder;
    this.key = new SecretKeySpec(key, "AES");
    this.lock = lock;
  }

  /**
   * Opens the journal in a folder, which is made if need be.
   *
   * @param key 32 bytes, the node's own
   * @throws JournalException if another node uses it, or the disk does not let it
   */
  public static RoundJournal open(Path folder, byte[] key) {
    try {
      Files.createDirectories(folder);
      FileChannel lock =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (lock.tryLock() == null) {
        lock.close();
        throw new JournalException(
            "another node runs with the journal "
                + folder
                + "; stop it, or give this node its own journal and keys");
      }
      return new RoundJournal(folder, key.clone(), lock);
    } catch (OverlappingFileLockException e) {
      throw new JournalException("this process already uses the journal " + folder);
    } catch (IOException e) {
      throw failure("open", folder, e);
    }
  }

  /** The update that waits for its use in a study, if there is one. */
  Optional<PreparedUpdate> update(StudyId study) {
    return read("update-" + study).map(PreparedUpdate::decode);
  }

  /** Keeps an update; replaces the one before. */
  void keep(StudyId study, PreparedUpdate update) {
    write("update-" + study, update.encode());
  }

  /** Forgets the study's update: it was used, or must not be used. */
  void forget(StudyId study) {
    try {
      Files.deleteIfExists(folder.resolve("update-" + study));
    } catch (IOException e) {
      throw failure("delete from", folder, e);
    }
  }

  /** The signed entry under this key: the one signed before, or a new one that is kept first. */
  SignedEntry entry(EntryKey entryKey, Supplier<SignedEntry> sign) {
    String name = "entry-" + Digest.sha256(entryKey.value().getBytes(StandardCharsets.UTF_8));
    Optional<byte[]> before = read(name);
    if (before.isPresent()) {
      return SignedEntry.decode(before.get());
    }
    SignedEntry entry = sign.get();
    write(name, entry.encode());
    return entry;
  }

  /** Forgets a signed entry that the ledger refused, so that a better one can be signed. */
  void forget(EntryKey entryKey) {
    try {
      Files.deleteIfExists(
          folder.resolve(
              "entry-" + Digest.sha256(entryKey.value().getBytes(StandardCharsets.UTF_8))));
    } catch (IOException e) {
      throw failure("delete from", folder, e);
    }
  }

  /** Any other small item by name, if it is there. */
  public Optional<byte[]> read(String name) {
    try {
      return Optional.of(open(name, Files.readAllBytes(folder.resolve(name))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failure("read", folder, e);
    }
  }

  /** Keeps an item under a name. */
  public void write(String name, byte[] content) {
    Path part = folder.resolve(name + ".part");
    try {
      Files.deleteIfExists(part);
      var owner =
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
      try (FileChannel out =
          FileChannel.open(
              part, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), owner)) {
        ByteBuffer sealed = ByteBuffer.wrap(seal(name, content));
        while (sealed.hasRemaining()) {
          out.write(sealed);
        }
        out.force(true);
      }
      Files.move(part, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
        directory.force(true);
      }
    } catch (IOException e) {
      throw failure("write to", folder, e);
    }
  }

  private byte[] seal(String name, byte[] content) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, name).doFinal(content);
      byte[] whole = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
      System.arraycopy(sealed, 0, whole, NONCE_BYTES, sealed.length);
      return whole;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is part of every JDK", e);
    }
  }

  private byte[] open(String name, byte[] whole) {
    try {
      byte[] nonce = Arrays.copyOf(whole, NONCE_BYTES);
      return cipher(Cipher.DECRYPT_MODE, nonce, name)
          .doFinal(whole, NONCE_BYTES, Math.max(0, whole.length - NONCE_BYTES));
    } catch (AEADBadTagException | IllegalArgumentException e) {
      throw new JournalException(
          "the journal's file "
              + folder.resolve(name)
              + " was changed, or belongs to another key; restore it, or start with a new journal");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is part of every JDK", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String name) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private static JournalException failure(String what, Path folder, IOException e) {
    return new JournalException(
        "cannot "
            + what
            + " the journal "
            + folder
            + " ("
            + e.getMessage()
            + "); free space or mend the rights, then start the node again: nothing is lost",
        e);
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw failure("close", folder, e);
    }
  }
}
