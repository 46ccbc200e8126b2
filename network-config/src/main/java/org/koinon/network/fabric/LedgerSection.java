package org.koinon.network.fabric;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.koinon.network.consortium.ConsortiumFolder;
import org.koinon.network.keys.PrivateFile;
import org.koinon.network.yaml.ConfigException;

/**
 * The section {@code ledger} of a member's node file that names a channel.
 *
 * @param nodeFile of the member; it need not be there
 * @param connection how its node reaches the channel
 */
public record LedgerSection(Path nodeFile, FabricConnection connection) {
  /** What became of a node's file. */
  public enum Outcome {
    /** It names the channel now. */
    WRITTEN,
    /** It has named it before. */
    STANDS,
    /** It is as it was: its section is not the one that it was founded with. */
    EDITED,
    /** It is as it was: the embedded ledger that it names is there. */
    IN_USE,
    /** There is none. */
    ABSENT
  }

  private static final Pattern UNTOUCHED =
      Pattern.compile(
          "^" + Pattern.quote(ConsortiumFolder.LEDGER_SECTION) + "(?=\\n*(?:\\S|\\z))",
          Pattern.MULTILINE);

  /** The section; the node's own copy of the log lies beside its file. */
  public String text() {
    return connection.ledgerSection(ConsortiumFolder.LEDGER);
  }

  /** The embedded ledger of a consortium's new node. */
  public Path embedded() {
    return nodeFile.resolveSibling("..").resolve(ConsortiumFolder.LEDGER).normalize();
  }

  /**
   * Puts the section in the place of the one that the file was founded with, unless somebody
   * changed that or has written to the ledger that it names. After a crash the file is the old one
   * or the new one.
   */
  public Outcome write() {
    if (!Files.exists(nodeFile)) {
      return Outcome.ABSENT;
    }
    try {
      String before = Files.readString(nodeFile);
      if (before.contains(text())) {
        return Outcome.STANDS;
      }
      Matcher untouched = UNTOUCHED.matcher(before);
      if (!untouched.find()) {
        return Outcome.EDITED;
      }
      if (Files.exists(embedded())) {
        return Outcome.IN_USE;
      }
      replace(nodeFile.toRealPath(), untouched.replaceFirst(Matcher.quoteReplacement(text())));
      return Outcome.WRITTEN;
    } catch (IOException e) {
      throw new ConfigException(nodeFile.toString(), "cannot be changed: " + e.getMessage(), e);
    }
  }

  /** The file is no secret: who could read it still can. */
  private static void replace(Path file, String text) throws IOException {
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
    PrivateFile.replace(file, text.getBytes(StandardCharsets.UTF_8));
    Files.setPosixFilePermissions(file, mode);
  }
}
