package org.koinon.peer.ledger.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.koinon.federation.ledger.LedgerException;
import org.koinon.federation.ledger.LedgerException.Advice;

/**
 * Where a ledger file may be: judged before SQLite touches it, so that no other file is changed.
 */
final class LedgerPath {
  /** The first bytes of every SQLite database that is not empty. */
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

  /** SQLite's locks and shared memory are reliable on none of these. */
  private static final Set<String> NETWORK_TYPES =
      Set.of(
          "9p",
          "afs",
          "ceph",
          "cifs",
          "fuse.ceph",
          "fuse.davfs",
          "fuse.glusterfs",
          "fuse.rclone",
          "fuse.s3fs",
          "fuse.sshfs",
          "glusterfs",
          "gfs2",
          "lustre",
          "ncpfs",
          "nfs",
          "nfs3",
          "nfs4",
          "ocfs2",
          "smb",
          "smb2",
          "smb3",
          "smbfs");

  private LedgerPath() {}

  /** Refuses a path at which no ledger can be. */
  static void check(Path path) {
    if (Files.isDirectory(path)) {
      throw refused(path + " is a directory; name the ledger's file, as in " + path + "/ledger.db");
    }
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw refused("the folder of " + path + " does not exist; make it first");
    }
    try {
      Path existing = Files.exists(path) ? path : folder;
      Optional<String> complaint = networkComplaint(path, Files.getFileStore(existing).type());
      if (complaint.isPresent()) {
        throw refused(complaint.get());
      }
      if (Files.exists(path) && Files.size(path) > 0) {
        checkMagic(path);
      }
    } catch (IOException e) {
      throw new LedgerException(Advice.STOP, "cannot read " + path + ": " + e, e);
    }
    if (!Files.isWritable(Files.exists(path) ? path : folder) || !Files.isWritable(folder)) {
      throw refused(
          path + " cannot be written; give this user write permission on it and on its folder");
    }
  }

  /** Why a ledger cannot be on a file system of this type, if it cannot. */
  static Optional<String> networkComplaint(Path path, String type) {
    return NETWORK_TYPES.contains(type.toLowerCase(Locale.ROOT))
        ? Optional.of(
            path
                + " is on a network file system ("
                + type
                + "), whose locks do not keep two writers apart; put the embedded ledger on a"
                + " local disk, and use Fabric for a ledger that spans machines")
        : Optional.empty();
  }

  private static void checkMagic(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
        throw refused(path + " is no ledger: it is not an SQLite file. It was left as it is");
      }
    }
  }

  private static LedgerException refused(String message) {
    return new LedgerException(Advice.STOP, message, null);
  }
}
