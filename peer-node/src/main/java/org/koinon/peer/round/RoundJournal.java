package org.koinon.peer.round;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
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
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.federation.ledger.EntryKey;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.StudyId;

/**
 * What a node must not do or draw twice: updates, and the signed bytes of its entries.
 *
 * <p>One file per item, AES-256-GCM under a key of the node, mode 0600, written whole to another
 * name, forced to disk and renamed: after a crash an item is there or not. Not thread-safe across
 * processes: {@link #open} locks the folder.
 */
public final class RoundJournal implements AutoCloseable {
  /** First byte of every file. */
  private static final byte VERSION = 1;

  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  /**
   * The JVM runs GCM at full speed only after many calls; measured: one long call takes 12 times.
   */
  private static final int TILE_BYTES = 1 << 10;

  private static final int WIPE_BYTES = 1 << 16;

  private static final String PART = ".part";
  private static final String ENTRY = "entry-";
  private static final String KEYS = "keys-";

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
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
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
      wipeParts(folder);
      return new RoundJournal(folder, key.clone(), lock);
    } catch (OverlappingFileLockException e) {
      throw new JournalException("this process already uses the journal " + folder);
    } catch (IOException e) {
      throw failure("open", folder, e);
    }
  }

  /** What a fall left half written or half wiped. */
  private static void wipeParts(Path folder) throws IOException {
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, "*" + PART)) {
      for (Path part : parts) {
        if (Files.isRegularFile(part)) {
          wipe(part);
        }
      }
    }
  }

  /** The update that waits for its use in a study, if there is one. */
  Optional<PreparedUpdate> update(StudyId study) {
    return read("update-" + study).map(PreparedUpdate::decode);
  }

  /** Keeps an update; the one before is gone, as a key page is. */
  void keep(StudyId study, PreparedUpdate update) {
    replace("update-" + study, update.encode());
  }

  /** Destroys the study's update: it was used, or must not be used. */
  void forget(StudyId study) {
    try {
      scrap(folder.resolve("update-" + study));
    } catch (IOException e) {
      throw failure("delete from", folder, e);
    }
  }

  /** What was signed under this key. */
  Optional<SignedEntry> entry(EntryKey entryKey) {
    return read(name(entryKey)).map(SignedEntry::decode);
  }

  /** Keeps a signed entry before it is shown to anyone. */
  void keep(SignedEntry entry) {
    write(name(entry.entryKey()), entry.encode());
  }

  /** The parts of a key are names, numbers and digests, with ~ between them: a name of a file. */
  private static String name(EntryKey entryKey) {
    return ENTRY + entryKey.value();
  }

  /** Forgets a signed entry that the ledger refused, so that a better one can be signed. */
  void forget(EntryKey entryKey) {
    delete(folder.resolve(name(entryKey)));
  }

  /** Forgets the entries of rounds that are over: they stand, or never will. */
  void forgetEntries(StudyId study, int throughRound) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ENTRY + "*")) {
      for (Path file : files) {
        String[] key = file.getFileName().toString().split("~", -1);
        if (key.length > 3
            && key[1].equals(study.value())
            && !key[0].endsWith("Snapshot")
            && isNumberUpTo(key[2], throughRound)) {
          delete(file);
        }
      }
    } catch (IOException e) {
      throw failure("delete from", folder, e);
    }
  }

  private static boolean isNumberUpTo(String text, int most) {
    return text.matches("[1-9][0-9]{0,8}") && Integer.parseInt(text) <= most;
  }

  private void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw failure("delete from", folder, e);
    }
  }

  /** The key page of a round. */
  Optional<KeyPage> keyPage(RoundId round, Attempt attempt) {
    return read(keys(round)).map(bytes -> KeyPage.decode(attempt, bytes));
  }

  /**
   * Writes the key page anew: when this returns the page before is gone, its bytes overwritten as
   * far as the disk lets them be.
   */
  void keep(RoundId round, Attempt attempt, KeyPage page) {
    replace(keys(round), page.encode(attempt));
  }

  /** Destroys the key pages of rounds that are over. */
  void forgetKeys(StudyId study, int throughRound) {
    String prefix = KEYS + study + "~";
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, prefix + "*")) {
      for (Path file : files) {
        String number = file.getFileName().toString().substring(prefix.length());
        if (isNumberUpTo(number, throughRound)) {
          scrap(file);
        }
      }
    } catch (IOException e) {
      throw failure("delete from", folder, e);
    }
  }

  private static String keys(RoundId round) {
    return KEYS + round.study() + "~" + round.number();
  }

  private void replace(String name, byte[] content) {
    Path path = folder.resolve(name);
    try (FileChannel before =
        Files.exists(path) ? FileChannel.open(path, StandardOpenOption.WRITE) : null) {
      write(name, content);
      if (before != null) {
        zero(before);
      }
    } catch (IOException e) {
      throw failure("write to", folder, e);
    }
  }

  /** Under another name first: after a fall no item is there whose bytes are half gone. */
  private static void scrap(Path file) throws IOException {
    if (Files.exists(file)) {
      Path part = file.resolveSibling(file.getFileName() + PART);
      Files.move(file, part, StandardCopyOption.ATOMIC_MOVE);
      wipe(part);
    }
  }

  private static void wipe(Path file) throws IOException {
    try (FileChannel content = FileChannel.open(file, StandardOpenOption.WRITE)) {
      zero(content);
    }
    Files.delete(file);
  }

  private static void zero(FileChannel file) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocate(WIPE_BYTES);
    long size = file.size();
    for (long at = 0; at < size; ) {
      at += file.write(zeros.clear().limit((int) Math.min(WIPE_BYTES, size - at)), at);
    }
    file.force(true);
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
    Path part = folder.resolve(name + PART);
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
      drop(part, e);
      throw failure("write to", folder, e);
    }
  }

  /** On a full disk the half that was written is in the way. */
  private static void drop(Path part, IOException cause) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private byte[] seal(String name, byte[] content) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, name);
      ByteBuffer sealed =
          ByteBuffer.allocate(1 + NONCE_BYTES + cipher.getOutputSize(content.length));
      sealed.put(VERSION).put(nonce);
      int at = 0;
      for (; content.length - at > TILE_BYTES; at += TILE_BYTES) {
        cipher.update(ByteBuffer.wrap(content, at, TILE_BYTES), sealed);
      }
      cipher.doFinal(ByteBuffer.wrap(content, at, content.length - at), sealed);
      return sealed.array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is part of every JDK", e);
    }
  }

  private byte[] open(String name, byte[] whole) {
    if (whole.length > 0 && whole[0] > VERSION) {
      throw new JournalException(
          "the journal's file "
              + folder.resolve(name)
              + " is of version "
              + whole[0]
              + ", this program reads "
              + VERSION
              + "; use the newer program");
    }
    int bodyAt = 1 + NONCE_BYTES;
    if (whole.length < bodyAt || whole[0] != VERSION) {
      throw changed(name);
    }
    try {
      byte[] nonce = Arrays.copyOfRange(whole, 1, bodyAt);
      return cipher(Cipher.DECRYPT_MODE, nonce, name).doFinal(whole, bodyAt, whole.length - bodyAt);
    } catch (AEADBadTagException e) {
      throw changed(name);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is part of every JDK", e);
    }
  }

  private JournalException changed(String name) {
    return new JournalException(
        "the journal's file "
            + folder.resolve(name)
            + " was changed, or belongs to another key; restore it, or start with a new journal");
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
