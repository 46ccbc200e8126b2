package org.koinon.audit.source;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.finding.Rule;
import org.koinon.audit.source.fabric.ChannelVerifier;

/**
 * Blocks of a Fabric channel in a file: sixteen bytes that name the form, then each block as a u32
 * big-endian length and the protobuf {@code common.Block}, from block 0 on. Or in a folder: one
 * {@code common.Block} in each file {@code *.block}, as {@code peer channel fetch} writes them.
 */
public final class BlockFile {
  /** Begins every such file. */
  static final byte[] MAGIC = "koinon/blocks/1\n".getBytes(StandardCharsets.US_ASCII);

  /** Most bytes of a block. */
  public static final int BLOCK_BYTES_MAX = 32 << 20;

  private static final int BLOCKS_MAX = 5_000_000;
  private static final int FILES_MAX = 200_000;
  private static final String SUFFIX = ".block";

  private BlockFile() {}

  /** Whether a file that begins so is one of blocks. */
  static boolean isBlocks(byte[] start) {
    return Arrays.equals(start, MAGIC);
  }

  /**
   * Hands over the blocks in order, until one is not wanted.
   *
   * @return what is wrong with the file itself
   */
  static List<Finding> read(Path file, Predicate<byte[]> taker) throws IOException {
    return Files.isDirectory(file) ? readFolder(file, taker) : readFile(file, taker);
  }

  private static List<Finding> readFile(Path file, Predicate<byte[]> taker) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        DataInputStream data = new DataInputStream(new java.io.BufferedInputStream(in))) {
      data.skipNBytes(MAGIC.length);
      for (int number = 0; number < BLOCKS_MAX; number++) {
        byte[] length = data.readNBytes(Integer.BYTES);
        if (length.length == 0) {
          return List.of();
        }
        int size = length.length < Integer.BYTES ? -1 : size(length);
        if (length.length == Integer.BYTES && (size <= 0 || size > BLOCK_BYTES_MAX)) {
          String size64 = Integer.toUnsignedString(size);
          return unreadable(
              file, number, "it says that it has " + size64 + " bytes: the file was changed here");
        }
        byte[] block = size < 0 ? new byte[0] : data.readNBytes(size);
        if (size < 0 || block.length < size) {
          return unreadable(file, number, "the file was cut in its middle: copy it again");
        }
        if (!taker.test(block)) {
          return List.of();
        }
      }
      return unreadable(file, BLOCKS_MAX, "there are more than are read here");
    }
  }

  private static int size(byte[] length) {
    return java.nio.ByteBuffer.wrap(length).getInt();
  }

  private static List<Finding> unreadable(Path file, int block, String what) {
    String sentence = "block " + block + ": " + what;
    return List.of(
        new Finding.OfBlock(file.toString(), block, null, Rule.BLOCKS_UNREADABLE, sentence));
  }

  private static List<Finding> readFolder(Path folder, Predicate<byte[]> taker) throws IOException {
    Map<Long, Path> files = new TreeMap<>();
    for (Path file : blocks(folder)) {
      long number =
          ChannelVerifier.number(raw(file))
              .orElseThrow(
                  () -> new BadInputException(file + " holds no whole block of a channel", null));
      Path other = files.putIfAbsent(number, file);
      if (other != null) {
        throw new BadInputException(
            other + " and " + file + " both hold block " + number + "; keep one of them", null);
      }
    }
    for (Path file : files.values()) {
      if (!taker.test(raw(file))) {
        break;
      }
    }
    return List.of();
  }

  private static List<Path> blocks(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> found = new ArrayList<>();
      all.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
          .limit(FILES_MAX + 1L)
          .sorted()
          .forEach(found::add);
      if (found.isEmpty()) {
        throw new BadInputException(
            folder
                + " holds no file *"
                + SUFFIX
                + ". Of a folder the blocks of a Fabric channel are read, one in each file; else"
                + " name a ledger file (ledger.db), an export bundle (.zip) or a file of blocks",
            null);
      }
      if (found.size() > FILES_MAX) {
        throw new BadInputException(
            folder + " has more than " + FILES_MAX + " files *" + SUFFIX, null);
      }
      return found;
    }
  }

  private static byte[] raw(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] block = in.readNBytes(BLOCK_BYTES_MAX + 1);
      return block.length > BLOCK_BYTES_MAX ? new byte[0] : block;
    }
  }

  /** The first block of a file in either form. */
  static byte[] first(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      if (!isBlocks(in.readNBytes(MAGIC.length))) {
        return raw(file);
      }
    }
    List<byte[]> blocks = new ArrayList<>();
    var _ =
        readFile(
            file,
            block -> {
              blocks.add(block);
              return false;
            });
    return blocks.isEmpty() ? new byte[0] : blocks.getFirst();
  }

  /** Takes blocks from somewhere, the first one first. */
  @FunctionalInterface
  public interface Blocks {
    /** Hands each over. */
    void forEach(java.util.function.Consumer<byte[]> taker);
  }

  /**
   * Writes a file of blocks, whole or not at all.
   *
   * @return how many
   * @throws BadInputException if the target exists or cannot be written
   */
  public static long write(Path target, Blocks blocks) {
    if (Files.exists(target)) {
      throw new BadInputException(target + " exists; name a file that does not", null);
    }
    try {
      Path folder = target.toAbsolutePath().getParent();
      Path draft = Files.createTempFile(folder, target.getFileName() + ".", ".part");
      try {
        long count = writeDraft(draft, blocks);
        Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
        return count;
      } finally {
        Files.deleteIfExists(draft);
      }
    } catch (IOException e) {
      throw new BadInputException(target + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static long writeDraft(Path draft, Blocks blocks) throws IOException {
    long[] count = {0};
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(draft)))) {
      out.write(MAGIC);
      blocks.forEach(
          block -> {
            try {
              out.writeInt(block.length);
              out.write(block);
              count[0]++;
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
    } catch (java.io.UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
    return count[0];
  }
}
