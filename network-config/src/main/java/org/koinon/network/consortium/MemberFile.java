package org.koinon.network.consortium;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.koinon.federation.attestation.Signature;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.encoding.Canonical;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.ledger.ConsortiumEntry.Joined;
import org.koinon.federation.ledger.LedgerRules;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.Member;
import org.koinon.network.yaml.ConfigException;

/**
 * What an organisation that wants to join hands to the members: its record, signed by its own key.
 *
 * @param consortium that it wants to join
 * @param member its record
 * @param acceptance its signature over {@link LedgerRules#joining}
 */
public record MemberFile(ConsortiumId consortium, Member member, Signature acceptance) {
  private static final int BYTES_MAX = 64 << 10;

  /** Refuses a signature that is not the member's. */
  public MemberFile {
    byte[] message = LedgerRules.joining(consortium.value(), member);
    if (!member.signingKey().verifies(message, acceptance)) {
      throw new FormatException("acceptance", "is not signed by the member's own key");
    }
  }

  /** Signs the record. */
  public static MemberFile sign(ConsortiumId consortium, Member member, SigningKey key) {
    return new MemberFile(
        consortium, member, key.sign(LedgerRules.joining(consortium.value(), member)));
  }

  /** The entry that admits the member at this place. */
  public Joined joined(int number) {
    return new Joined(number, member, acceptance);
  }

  /** Writes it as canonical JSON to a file that must not exist. */
  public void write(Path file) {
    try {
      Files.write(
          file,
          Canonical.encode(RecordCodec.toJson(this)),
          java.nio.file.StandardOpenOption.CREATE_NEW);
    } catch (IOException e) {
      throw new ConfigException(file.toString(), "cannot be written, or exists already", e);
    }
  }

  /** Reads and verifies it. */
  public static MemberFile read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(BYTES_MAX);
      return RecordCodec.fromJson(MemberFile.class, Canonical.decode(bytes), "");
    } catch (IOException e) {
      throw new ConfigException(file.toString(), "cannot be read: " + e.getMessage(), e);
    } catch (FormatException e) {
      throw new ConfigException(file.toString(), "is no member file: " + e.getMessage(), e);
    }
  }
}
