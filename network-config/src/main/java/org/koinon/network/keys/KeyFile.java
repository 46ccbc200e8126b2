package org.koinon.network.keys;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.SCrypt;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.network.yaml.ConfigException;

/**
 * An Ed25519 seed in a file of its own, 0600. Two lines of text: a header with the format's version
 * and the seed in hexadecimal, or, with a passphrase, salt, nonce and ciphertext (scrypt, RFC 7914,
 * N = 2^15, r = 8, p = 1; AES-256-GCM with the header as associated data).
 */
public final class KeyFile {
  private static final String FAMILY = "koinon-key/";
  private static final String PLAIN = "koinon-key/1 ed25519 plain";
  private static final String SEALED = "koinon-key/1 ed25519 scrypt-aes256gcm";
  private static final int BYTES_MAX = 4096;
  private static final int SALT_BYTES = 16;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final HexFormat HEX = HexFormat.of();

  private KeyFile() {}

  /** Draws a key, writes it to a file that must not exist, and returns its public half. */
  public static PublicKey generate(
      Path file, Optional<Passphrase> passphrase, SecureRandom random) {
    byte[] seed = new byte[SigningKey.SEED_BYTES];
    random.nextBytes(seed);
    try (SigningKey key = new SigningKey(seed)) {
      PrivateFile.create(
          file,
          passphrase
              .map(secret -> sealed(seed, secret, random))
              .orElseGet(() -> PLAIN + "\n" + HEX.formatHex(seed) + "\n")
              .getBytes(StandardCharsets.US_ASCII));
      return key.publicKey();
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  /** The key in the file. */
  public static SigningKey read(Path file, Optional<Passphrase> passphrase) {
    byte[] seed = seed(file, passphrase);
    try {
      return new SigningKey(seed);
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  /** The seed in the file; the caller overwrites it after use. */
  public static byte[] seed(Path file, Optional<Passphrase> passphrase) {
    String source = file.toString();
    byte[] bytes = PrivateFile.read(file, BYTES_MAX);
    List<String> lines = new String(bytes, StandardCharsets.US_ASCII).lines().toList();
    if (lines.size() != 2 || !lines.getFirst().startsWith(FAMILY)) {
      throw new ConfigException(source, 1, "is no key file: it begins with '" + PLAIN + "'");
    }
    try {
      return switch (lines.getFirst()) {
        case PLAIN -> checked(HEX.parseHex(lines.getLast()), source);
        case SEALED -> opened(lines.getLast(), required(passphrase, source), source);
        default ->
            throw new ConfigException(source, 1, "a key format that this program does not read");
      };
    } catch (IllegalArgumentException e) {
      throw new ConfigException(source, "line 2 is damaged: restore the file from its backup", e);
    }
  }

  private static byte[] checked(byte[] seed, String source) {
    if (seed.length != SigningKey.SEED_BYTES) {
      throw new ConfigException(source, 2, "the key is damaged: restore the file from its backup");
    }
    return seed;
  }

  private static Passphrase required(Optional<Passphrase> passphrase, String source) {
    return passphrase.orElseThrow(
        () ->
            new ConfigException(
                source, 1, "is encrypted: name a passphrase-file in the node file"));
  }

  private static String sealed(byte[] seed, Passphrase passphrase, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(salt);
    random.nextBytes(nonce);
    try {
      byte[] box = cipher(Cipher.ENCRYPT_MODE, passphrase, salt, nonce).doFinal(seed);
      return SEALED
          + "\n"
          + String.join(" ", HEX.formatHex(salt), HEX.formatHex(nonce), HEX.formatHex(box))
          + "\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is part of every Java platform", e);
    }
  }

  private static byte[] opened(String line, Passphrase passphrase, String source) {
    List<String> parts = List.of(line.split(" ", -1));
    if (parts.size() != 3
        || parts.get(0).length() != 2 * SALT_BYTES
        || parts.get(1).length() != 2 * NONCE_BYTES) {
      throw new ConfigException(source, 2, "the key is damaged: restore the file from its backup");
    }
    try {
      byte[] salt = HEX.parseHex(parts.get(0));
      byte[] nonce = HEX.parseHex(parts.get(1));
      byte[] seed =
          cipher(Cipher.DECRYPT_MODE, passphrase, salt, nonce).doFinal(HEX.parseHex(parts.get(2)));
      return checked(seed, source);
    } catch (AEADBadTagException e) {
      throw new ConfigException(source, "the passphrase is wrong or the file is damaged", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is part of every Java platform", e);
    }
  }

  private static Cipher cipher(int mode, Passphrase passphrase, byte[] salt, byte[] nonce)
      throws GeneralSecurityException {
    byte[] key = SCrypt.generate(passphrase.utf8(), salt, 1 << 15, 8, 1, 32);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(SEALED.getBytes(StandardCharsets.US_ASCII));
    return cipher;
  }
}
