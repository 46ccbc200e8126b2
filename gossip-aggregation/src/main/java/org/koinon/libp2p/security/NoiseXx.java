package org.koinon.libp2p.security;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The three messages of {@code Noise_XX_25519_ChaChaPoly_SHA256}, as bytes in and bytes out: the
 * initiator's {@code e}; the responder's {@code e, ee, s, es}; the initiator's {@code s, se}. Each
 * call of {@link #write} or {@link #read} is the next message. Source: Noise revision 34.
 */
final class NoiseXx {
  private static final byte[] NAME =
      "Noise_XX_25519_ChaChaPoly_SHA256".getBytes(StandardCharsets.US_ASCII);
  private static final int KEY = X25519KeyPair.KEY_BYTES;
  private static final int SEALED_KEY = KEY + ChaChaPoly.TAG_BYTES;

  private final boolean initiator;
  private final SymmetricState state;
  private final X25519KeyPair own;
  private final X25519KeyPair ephemeral;
  private byte[] remoteEphemeral = new byte[0];
  private byte[] remoteStatic = new byte[0];
  private int step;

  NoiseXx(boolean initiator, byte[] prologue, X25519KeyPair own, X25519KeyPair ephemeral) {
    this.initiator = initiator;
    this.state = new SymmetricState(NAME, prologue);
    this.own = own;
    this.ephemeral = ephemeral;
  }

  byte[] write(byte[] payload) throws NoiseException {
    requireTurn(initiator);
    return switch (step++) {
      case 0 -> concat(writeEphemeral(), state.encryptAndHash(payload));
      case 1 -> {
        byte[] key = writeEphemeral();
        state.mixKey(ephemeral.agree(remoteEphemeral));
        byte[] sealedKey = state.encryptAndHash(own.publicKey());
        state.mixKey(own.agree(remoteEphemeral));
        yield concat(key, sealedKey, state.encryptAndHash(payload));
      }
      default -> {
        byte[] sealedKey = state.encryptAndHash(own.publicKey());
        state.mixKey(own.agree(remoteEphemeral));
        yield concat(sealedKey, state.encryptAndHash(payload));
      }
    };
  }

  byte[] read(byte[] message) throws NoiseException {
    requireTurn(!initiator);
    return switch (step++) {
      case 0 -> {
        readEphemeral(message);
        yield state.decryptAndHash(tail(message, KEY));
      }
      case 1 -> {
        readEphemeral(message);
        state.mixKey(ephemeral.agree(remoteEphemeral));
        remoteStatic = state.decryptAndHash(part(message, KEY, SEALED_KEY));
        state.mixKey(ephemeral.agree(remoteStatic));
        yield state.decryptAndHash(tail(message, KEY + SEALED_KEY));
      }
      default -> {
        remoteStatic = state.decryptAndHash(part(message, 0, SEALED_KEY));
        state.mixKey(ephemeral.agree(remoteStatic));
        yield state.decryptAndHash(tail(message, SEALED_KEY));
      }
    };
  }

  /** The peer's static key; known after message 2 to the initiator, after 3 to the responder. */
  byte[] remoteStatic() {
    return remoteStatic.clone();
  }

  byte[] handshakeHash() {
    return state.handshakeHash();
  }

  SymmetricState.TransportCiphers split() {
    if (step != 3) {
      throw new IllegalStateException("the handshake is not finished");
    }
    return state.split();
  }

  private void requireTurn(boolean initiatorWrites) {
    if (step > 2 || (step % 2 == 0) != initiatorWrites) {
      throw new IllegalStateException("message " + (step + 1) + " is not this side's to handle so");
    }
  }

  private byte[] writeEphemeral() {
    byte[] key = ephemeral.publicKey();
    state.mixHash(key);
    return key;
  }

  private void readEphemeral(byte[] message) throws NoiseException {
    remoteEphemeral = part(message, 0, KEY);
    state.mixHash(remoteEphemeral);
  }

  private static byte[] part(byte[] message, int from, int length) throws NoiseException {
    if (message.length < from + length) {
      throw new NoiseException("handshake message of " + message.length + " bytes is too short");
    }
    return Arrays.copyOfRange(message, from, from + length);
  }

  private static byte[] tail(byte[] message, int from) throws NoiseException {
    return part(message, from, Math.max(0, message.length - from));
  }

  private static byte[] concat(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] whole = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, whole, at, part.length);
      at += part.length;
    }
    return whole;
  }
}
