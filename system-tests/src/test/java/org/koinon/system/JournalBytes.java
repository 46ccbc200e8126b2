package org.koinon.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.study.MemberId;
import org.koinon.peer.simulation.SimulatedConsortium;

/**
 * The journal of a simulated node as a thief of its disk and of its key reads it, at any moment.
 */
final class JournalBytes {
  private static final int NONCE_AT = 1;
  private static final int BODY_AT = 13;
  private static final int TAG_BITS = 128;
  private static final String PART = ".part";

  private JournalBytes() {}

  /** Simulated nodes seal their journals under the digest of their name. */
  static byte[] key(MemberId member) {
    return Digest.sha256(member.value().getBytes(StandardCharsets.UTF_8)).bytes();
  }

  static Path folder(SimulatedConsortium consortium, MemberId member) {
    return consortium.folder(member).resolve("journal");
  }

  /** All items by name, in the clear. */
  static Map<String, byte[]> read(SimulatedConsortium consortium, MemberId member) {
    Map<String, byte[]> items = new TreeMap<>();
    Path folder = folder(consortium, member);
    if (!Files.isDirectory(folder)) {
      return items;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = file.getFileName().toString();
        if (!name.equals("lock")) {
          byte[] whole = Files.readAllBytes(file);
          open(key(member), name, whole).ifPresent(item -> items.put(name, item));
        }
      }
    } catch (IOException e) {
      throw new AssertionError("the journal " + folder + " cannot be read", e);
    }
    return items;
  }

  /**
   * What was written to its end but not renamed is sealed under its final name; what was not even
   * that opens to nobody.
   */
  private static Optional<byte[]> open(byte[] key, String file, byte[] whole) {
    boolean isPart = file.endsWith(PART);
    String name = isPart ? file.substring(0, file.length() - PART.length()) : file;
    if (isPart && whole.length < BODY_AT) {
      return Optional.empty();
    }
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      var nonce = new GCMParameterSpec(TAG_BITS, whole, NONCE_AT, BODY_AT - NONCE_AT);
      cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), nonce);
      cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
      return Optional.of(cipher.doFinal(whole, BODY_AT, whole.length - BODY_AT));
    } catch (GeneralSecurityException e) {
      if (isPart) {
        return Optional.empty();
      }
      throw new AssertionError("the journal's file " + file + " does not open", e);
    }
  }
}
