package org.koinon.system;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.koinon.aggregation.masking.Bytes;
import org.koinon.aggregation.masking.Dealing;
import org.koinon.aggregation.masking.HeldShares;
import org.koinon.aggregation.masking.Holders;
import org.koinon.aggregation.masking.Share;
import org.koinon.aggregation.masking.ShareKind;

/**
 * The secrets on one key page of a journal, read from its bytes by their own description: what a
 * thief with the node's key would find.
 *
 * @param isErased whether the page is the one that is left once the sums are opened
 * @param secrets each by a name that says what it is and of whom
 * @param dealing all that the member dealt, once it was drawn and until it is erased
 */
record KeyPageBytes(boolean isErased, Map<String, byte[]> secrets, @Nullable Dealing dealing) {
  private static final int KEYING = 1;
  private static final int SEED = 32;
  private static final int CIPHERTEXT = 1120;

  /** Copies. */
  KeyPageBytes {
    secrets = Map.copyOf(secrets);
  }

  /** The X-Wing seed. */
  static String kem(int me) {
    return "X-Wing seed of " + me;
  }

  /** e, from one to the other. */
  static String transport(int from, int to) {
    return "transport key from " + from + " to " + to;
  }

  /** s, whose ends are told apart by their order alone. */
  static String mask(int one, int other) {
    return "mask seed of " + Math.min(one, other) + " and " + Math.max(one, other);
  }

  /** b. */
  static String self(int member) {
    return "self mask of " + member;
  }

  /** kappa. */
  static String recovery(int member) {
    return "recovery secret of " + member;
  }

  /** A share. */
  static String share(int dealer, ShareKind kind, int holder) {
    return "share of " + kind + " of " + dealer + " for " + holder;
  }

  /** A sealed table, kept by a holder of the recovery secret's share. */
  static String table(int dealer) {
    return "table of " + dealer;
  }

  /**
   * Reads a page of a member's.
   *
   * @param holders of the attempt, all of whose members are ready
   * @param me the member's number
   */
  static KeyPageBytes read(Holders holders, int me, byte[] page) {
    ByteBuffer in = ByteBuffer.wrap(page);
    Map<String, byte[]> found = new HashMap<>();
    boolean isErased = in.get() != KEYING;
    if (isErased) {
      releasing(in, me, found);
    } else {
      keying(in, me, found);
    }
    List<Integer> ready = holders(in);
    Dealing dealing = null;
    if (in.hasRemaining() && !isErased) {
      byte[] own = bytes(block(in));
      dealing(ByteBuffer.wrap(own), me, ready, found);
      dealing = Dealing.decode(holders, own);
    }
    if (in.hasRemaining()) {
      held(holders, in, me, found);
    }
    return new KeyPageBytes(isErased, found, dealing);
  }

  private static void keying(ByteBuffer in, int me, Map<String, byte[]> found) {
    found.put(kem(me), seed(in));
    for (int left = in.getShort(); left > 0; left--) {
      in.position(in.position() + Short.BYTES + CIPHERTEXT);
    }
    for (int left = in.getShort(); left > 0; left--) {
      in.getShort();
      int lower = in.getShort();
      int higher = in.getShort();
      found.put(transport(lower, higher), seed(in));
      found.put(transport(higher, lower), seed(in));
      found.put(mask(lower, higher), seed(in));
    }
  }

  private static void releasing(ByteBuffer in, int me, Map<String, byte[]> found) {
    if (in.get() == 1) {
      found.put(self(me), seed(in));
    }
    for (int towards = 0; towards < 2; towards++) { // members outside the sum, then inside
      for (int left = in.getShort(); left > 0; left--) {
        found.put(mask(me, in.getShort()), seed(in));
      }
    }
  }

  private static List<Integer> holders(ByteBuffer in) {
    List<Integer> ready = new ArrayList<>();
    int size = in.getShort();
    for (int left = size; left > 0; left--) {
      ready.add((int) in.getShort());
    }
    if (size > 0) {
      in.getShort();
    }
    return ready;
  }

  private static void dealing(
      ByteBuffer own, int me, List<Integer> ready, Map<String, byte[]> found) {
    own.position(Byte.BYTES + Short.BYTES);
    found.put(self(me), seed(own));
    found.put(recovery(me), seed(own));
    for (int holder : ready) {
      found.put(share(me, ShareKind.SELF, holder), seed(own));
      found.put(share(me, ShareKind.RECOVERY, holder), seed(own));
    }
  }

  private static void held(Holders holders, ByteBuffer in, int me, Map<String, byte[]> found) {
    for (int left = in.getShort(); left > 0; left--) {
      HeldShares two = HeldShares.decode(holders, bytes(block(in)));
      int dealer = holders.attempt().number(two.dealt().dealer());
      for (ShareKind kind : ShareKind.values()) {
        two.share(kind)
            .map(Share::value)
            .ifPresent(value -> found.put(share(dealer, kind, me), value.bytes()));
      }
      Bytes table = two.table();
      if (table != null) {
        found.put(table(dealer), table.toArray());
      }
    }
  }

  private static ByteBuffer block(ByteBuffer in) {
    int length = in.getInt();
    ByteBuffer block = in.slice(in.position(), length);
    in.position(in.position() + length);
    return block;
  }

  private static byte[] bytes(ByteBuffer block) {
    byte[] bytes = new byte[block.remaining()];
    block.get(bytes);
    return bytes;
  }

  private static byte[] seed(ByteBuffer in) {
    byte[] seed = new byte[SEED];
    in.get(seed);
    return seed;
  }
}
