package org.koinon.peer.round;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Dealing;
import org.koinon.aggregation.masking.HeldShares;
import org.koinon.aggregation.masking.Holders;
import org.koinon.aggregation.masking.KemCiphertext;
import org.koinon.aggregation.masking.KemSecret;
import org.koinon.aggregation.masking.PairKeys;
import org.koinon.aggregation.masking.Seed;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.study.MemberId;
import org.koinon.peer.round.KeyPage.Keying;
import org.koinon.peer.round.KeyPage.Releasing;

/** The bytes of a key page, for the journal alone. Members stand as their 16-bit numbers. */
final class KeyPageCodec {
  private static final int KEYING = 1;
  private static final int RELEASING = 3;

  private KeyPageCodec() {}

  static byte[] encode(Attempt attempt, KeyPage page) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      switch (page) {
        case Keying keying -> write(attempt, out, keying);
        case Releasing releasing -> write(attempt, out, releasing);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail to be written", e);
    }
    return bytes.toByteArray();
  }

  private static void write(Attempt attempt, DataOutputStream out, Keying page) throws IOException {
    out.writeByte(KEYING);
    out.write(page.kem().seed().bytes());
    out.writeShort(page.ciphertexts().size());
    for (Map.Entry<MemberId, KemCiphertext> entry : page.ciphertexts().entrySet()) {
      out.writeShort(attempt.number(entry.getKey()));
      out.write(entry.getValue().bytes().toArray());
    }
    out.writeShort(page.pairs().size());
    for (Map.Entry<MemberId, PairKeys> entry : page.pairs().entrySet()) {
      PairKeys keys = entry.getValue();
      out.writeShort(attempt.number(entry.getKey()));
      out.writeShort(attempt.number(keys.lower()));
      out.writeShort(attempt.number(keys.higher()));
      out.write(keys.toHigher().bytes());
      out.write(keys.toLower().bytes());
      out.write(keys.mask().bytes());
    }
    KeyPage.Own dealt = page.dealing();
    write(attempt, out, dealt == null ? null : dealt.holders());
    if (dealt != null) {
      block(out, dealt.dealing().encode());
      held(attempt, out, page.held());
    }
  }

  private static void write(Attempt attempt, DataOutputStream out, Releasing page)
      throws IOException {
    out.writeByte(RELEASING);
    Seed self = page.self();
    out.writeBoolean(self != null);
    if (self != null) {
      out.write(self.bytes());
    }
    write(attempt, out, page.dropped());
    write(attempt, out, page.summed());
    write(attempt, out, page.holders());
    if (page.holders() != null) {
      held(attempt, out, page.held());
    }
  }

  private static void write(Attempt attempt, DataOutputStream out, SortedMap<MemberId, Seed> seeds)
      throws IOException {
    out.writeShort(seeds.size());
    for (Map.Entry<MemberId, Seed> entry : seeds.entrySet()) {
      out.writeShort(attempt.number(entry.getKey()));
      out.write(entry.getValue().bytes());
    }
  }

  private static void write(Attempt attempt, DataOutputStream out, @Nullable Holders holders)
      throws IOException {
    out.writeShort(holders == null ? 0 : holders.size());
    if (holders != null) {
      for (MemberId member : holders.ready()) {
        out.writeShort(attempt.number(member));
      }
      out.writeShort(holders.threshold());
    }
  }

  private static void held(
      Attempt attempt, DataOutputStream out, SortedMap<MemberId, HeldShares> held)
      throws IOException {
    out.writeShort(held.size());
    for (HeldShares two : held.values()) {
      block(out, two.encode(attempt));
    }
  }

  private static void block(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static KeyPage decode(Attempt attempt, byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int kind = in.readUnsignedByte();
      return switch (kind) {
        case KEYING -> keying(attempt, in);
        case RELEASING -> releasing(attempt, in);
        default -> throw new FormatException("keys", "a page of kind " + kind + " is unknown");
      };
    } catch (IOException e) {
      throw new FormatException("keys", "the journal's page ends too early");
    }
  }

  private static Keying keying(Attempt attempt, DataInputStream in) throws IOException {
    KemSecret kem = KemSecret.of(seed(in));
    SortedMap<MemberId, KemCiphertext> ciphertexts = new TreeMap<>();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      ciphertexts.put(member(attempt, in), KemCiphertext.of(in.readNBytes(KemCiphertext.BYTES)));
    }
    SortedMap<MemberId, PairKeys> pairs = new TreeMap<>();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      pairs.put(
          member(attempt, in),
          new PairKeys(member(attempt, in), member(attempt, in), seed(in), seed(in), seed(in)));
    }
    Holders holders = holders(attempt, in);
    if (holders == null) {
      return new Keying(kem, ciphertexts, pairs, null, new TreeMap<>());
    }
    Dealing dealing = Dealing.decode(holders, block(in));
    KeyPage.Own dealt = new KeyPage.Own(holders, dealing);
    return new Keying(kem, ciphertexts, pairs, dealt, held(holders, in));
  }

  private static Releasing releasing(Attempt attempt, DataInputStream in) throws IOException {
    Seed self = in.readBoolean() ? seed(in) : null;
    SortedMap<MemberId, Seed> dropped = seeds(attempt, in);
    SortedMap<MemberId, Seed> summed = seeds(attempt, in);
    Holders holders = holders(attempt, in);
    SortedMap<MemberId, HeldShares> held = holders == null ? new TreeMap<>() : held(holders, in);
    return new Releasing(self, dropped, summed, holders, held);
  }

  private static SortedMap<MemberId, Seed> seeds(Attempt attempt, DataInputStream in)
      throws IOException {
    SortedMap<MemberId, Seed> seeds = new TreeMap<>();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      seeds.put(member(attempt, in), seed(in));
    }
    return seeds;
  }

  private static @Nullable Holders holders(Attempt attempt, DataInputStream in) throws IOException {
    int size = in.readUnsignedShort();
    if (size == 0) {
      return null;
    }
    List<MemberId> ready = new ArrayList<>();
    for (int left = size; left > 0; left--) {
      ready.add(member(attempt, in));
    }
    return new Holders(attempt, ready, in.readUnsignedShort());
  }

  private static SortedMap<MemberId, HeldShares> held(Holders holders, DataInputStream in)
      throws IOException {
    SortedMap<MemberId, HeldShares> held = new TreeMap<>();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      HeldShares two = HeldShares.decode(holders, block(in));
      held.put(two.dealt().dealer(), two);
    }
    return held;
  }

  private static MemberId member(Attempt attempt, DataInputStream in) throws IOException {
    return attempt.member(in.readUnsignedShort());
  }

  private static Seed seed(DataInputStream in) throws IOException {
    byte[] seed = in.readNBytes(Seed.BYTES);
    if (seed.length < Seed.BYTES) {
      throw new FormatException("keys", "the journal's page ends too early");
    }
    return Seed.of(seed);
  }

  private static byte[] block(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new FormatException("keys", "a length in the journal's page is impossible");
    }
    return in.readNBytes(length);
  }
}
