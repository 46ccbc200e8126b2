package org.koinon.network.keys;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.koinon.network.yaml.ConfigException;

/**
 * Files that only their owner can read (0600), from their first byte on; POSIX file systems only.
 */
public final class PrivateFile {
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  private static final FileAttribute<Set<PosixFilePermission>> MODE =
      PosixFilePermissions.asFileAttribute(OWNER);

  private PrivateFile() {}

  /** Writes a file that must not exist yet. */
  public static void create(Path file, byte[] bytes) {
    try {
      write(file, bytes);
    } catch (FileAlreadyExistsException e) {
      throw new ConfigException(file.toString(), "exists already and is not overwritten", e);
    } catch (IOException e) {
      throw new ConfigException(file.toString(), "cannot be written: " + e.getMessage(), e);
    }
  }

  /** Replaces a file, or makes it; after a crash either the old or the new content stands. */
  public static void replace(Path file, byte[] bytes) {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.deleteIfExists(fresh);
      write(fresh, bytes);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel folder =
          FileChannel.open(fresh.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
        folder.force(true);
      }
    } catch (IOException e) {
      throw new ConfigException(file.toString(), "cannot be written: " + e.getMessage(), e);
    }
  }

  /** The content, at most {@code bytesMax}; refused when others than the owner may read it. */
  public static byte[] read(Path file, int bytesMax) {
    try (InputStream in = Files.newInputStream(file)) {
      if (!OWNER.containsAll(Files.getPosixFilePermissions(file))) {
        throw new ConfigException(
            file.toString(), 0, "others may read this secret: run chmod 600 on it");
      }
      byte[] bytes = in.readNBytes(bytesMax + 1);
      if (bytes.length > bytesMax) {
        throw new ConfigException(file.toString(), 0, "longer than " + bytesMax + " bytes");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new ConfigException(file.toString(), "there is no such file: check the path", e);
    } catch (IOException e) {
      throw new ConfigException(file.toString(), "cannot be read: " + e.getMessage(), e);
    }
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Set<StandardOpenOption> options =
        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(file, options, MODE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }
}
