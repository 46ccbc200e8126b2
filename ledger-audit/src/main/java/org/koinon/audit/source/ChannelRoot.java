package org.koinon.audit.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.koinon.audit.source.fabric.ChannelVerifier;
import org.koinon.federation.encoding.Digest;

/**
 * What an auditor of a Fabric channel vouches for; all else follows from it or is found wrong.
 *
 * @param genesis hash of the header of the channel's first block
 * @param chaincode that holds the ledger
 */
public record ChannelRoot(Digest genesis, String chaincode) {
  /** The ledger's chaincode, where nothing else is said. */
  public static final String CHAINCODE = "federation";

  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,200}");

  /** Checks the name. */
  public ChannelRoot {
    if (!NAME.matcher(chaincode).matches()) {
      throw new BadInputException(
          "chaincode '" + chaincode + "' is no name; use letters, digits, dots and dashes", null);
    }
  }

  /**
   * Reads what names a channel.
   *
   * @param genesis the file of its first block, or that block's hash, 64 hexadecimal digits
   */
  public static ChannelRoot of(String genesis, String chaincode) {
    if (HASH.matcher(genesis).matches()) {
      return new ChannelRoot(new Digest(genesis), chaincode);
    }
    try {
      Path file = Path.of(genesis);
      byte[] block = Files.isRegularFile(file) ? BlockFile.first(file) : new byte[0];
      boolean isFirst = ChannelVerifier.number(block).filter(number -> number == 0).isPresent();
      if (isFirst) {
        return new ChannelRoot(ChannelVerifier.hash(block).orElseThrow(), chaincode);
      }
    } catch (IOException | InvalidPathException e) {
      throw new BadInputException(genesis + " cannot be read: " + e.getMessage(), e);
    }
    throw new BadInputException(
        genesis
            + " is not the first block of a channel; name the file genesis.block that the channel"
            + " was founded with, or that block's hash",
        null);
  }
}
