package org.koinon.aggregation.masking;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.koinon.aggregation.masking.MemberMessage.CheckMessage;
import org.koinon.aggregation.masking.MemberMessage.KeyMessage;
import org.koinon.aggregation.masking.MemberMessage.OpenSignature;
import org.koinon.aggregation.masking.MemberMessage.PackMessage;
import org.koinon.aggregation.masking.MemberMessage.PairMessage;
import org.koinon.aggregation.masking.MemberMessage.PieceHeader;
import org.koinon.aggregation.masking.MemberMessage.RecomputedMessage;
import org.koinon.aggregation.masking.MemberMessage.ReleasedShare;
import org.koinon.aggregation.masking.MemberMessage.ShardCheckMessage;
import org.koinon.aggregation.masking.MemberMessage.Unmask;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.study.MemberId;

/** The bodies of {@link MemberMessage}: the phase, then the fields in order. */
final class MessageBody {
  private static final String KEY = "key";
  private static final String PAIR = "pair";
  private static final String PACK = "pack";
  private static final String PIECE = "piece";
  private static final String OPEN = "open-signature";
  private static final String UNMASK = "unmask";
  private static final String SHARE = "share";
  private static final String CHECK = "check-sums";
  private static final String SHARD_CHECK = "shard-check-sums";
  private static final String RECOMPUTED = "recomputed";

  /** Longest path of a piece: 2^16 shards. */
  private static final int PIECE_PATH_MAX = 16;

  private static final Map<Class<? extends MemberMessage>, String> TYPES =
      Map.of(
          KeyMessage.class, KEY,
          PairMessage.class, PAIR,
          PackMessage.class, PACK,
          PieceHeader.class, PIECE,
          OpenSignature.class, OPEN,
          Unmask.class, UNMASK,
          ReleasedShare.class, SHARE,
          CheckMessage.class, CHECK,
          ShardCheckMessage.class, SHARD_CHECK,
          RecomputedMessage.class, RECOMPUTED);

  private MessageBody() {}

  static String type(MemberMessage message) {
    return switch (message) {
      case KeyMessage key -> KEY;
      case PairMessage pair -> PAIR;
      case PackMessage pack -> PACK;
      case OpenSignature open -> OPEN;
      case Unmask unmask -> UNMASK;
      case ReleasedShare share -> SHARE;
      case PieceHeader piece -> PIECE;
      case CheckMessage check -> CHECK;
      case ShardCheckMessage check -> SHARD_CHECK;
      case RecomputedMessage recomputed -> RECOMPUTED;
    };
  }

  static String type(Class<? extends MemberMessage> kind) {
    String type = TYPES.get(kind);
    if (type == null) {
      throw new IllegalArgumentException(kind + " is no kind of message");
    }
    return type;
  }

  static byte[] encode(Attempt attempt, MemberMessage message) {
    BodyWriter out = new BodyWriter(attempt).digest(message.phase());
    switch (message) {
      case KeyMessage(Digest phase, KemPublicKey key) -> out.bytes(key.bytes());
      case PairMessage(Digest phase, MemberId to, KemCiphertext ciphertext) ->
          out.member(to).bytes(ciphertext.bytes());
      case PackMessage(Digest phase, MemberId to, Pack pack) -> pack.write(out.member(to));
      case OpenSignature(Digest opened) -> {
        // The phase says it all.
      }
      case Unmask(Digest phase, Seed self, SortedMap<MemberId, Seed> dropped) -> {
        out.seed(self).u8(dropped.size());
        dropped.forEach((member, seed) -> out.member(member).seed(seed));
      }
      case ReleasedShare(Digest phase, Share share) ->
          out.member(share.dealer())
              .member(share.holder())
              .u8(share.kind().code())
              .seed(share.value())
              .path(share.path());
      case PieceHeader(Digest phase, int shard, Digest root, List<Digest> path) ->
          out.u16(shard).digest(root).path(path);
      case CheckMessage(Digest phase, MemberId contributor, CheckSums sums) ->
          write(out.member(contributor), sums);
      case ShardCheckMessage(Digest phase, MemberId contributor, List<CheckSums> sums) -> {
        out.member(contributor).u16(sums.size());
        sums.forEach(one -> write(out, one));
      }
      case RecomputedMessage(Digest phase, int shard, Digest root) -> out.u16(shard).digest(root);
    }
    return out.toByteArray();
  }

  static MemberMessage decode(String type, Holders holders, byte[] body) {
    BodyReader in = new BodyReader(type, holders.attempt(), body);
    Digest phase = in.digest();
    MemberMessage message =
        switch (type) {
          case KEY -> new KeyMessage(phase, KemPublicKey.of(in.bytes(KemPublicKey.BYTES)));
          case PAIR ->
              new PairMessage(phase, in.member(), KemCiphertext.of(in.bytes(KemCiphertext.BYTES)));
          case PACK -> new PackMessage(phase, in.member(), Pack.read(holders, in));
          case OPEN -> new OpenSignature(phase);
          case UNMASK -> new Unmask(phase, in.seed(), dropped(in));
          case SHARE -> new ReleasedShare(phase, share(in));
          case PIECE -> new PieceHeader(phase, in.u16(), in.digest(), in.path(PIECE_PATH_MAX));
          case CHECK -> new CheckMessage(phase, in.member(), checkSums(in));
          case SHARD_CHECK ->
              new ShardCheckMessage(phase, in.member(), shardCheckSums(holders, in));
          case RECOMPUTED -> new RecomputedMessage(phase, in.u16(), in.digest());
          default -> throw new FormatException("type", "no message is of type " + type);
        };
    in.end();
    return message;
  }

  /** In ascending order, each once: one set has one encoding. */
  private static SortedMap<MemberId, Seed> dropped(BodyReader in) {
    SortedMap<MemberId, Seed> dropped = new TreeMap<>();
    for (int left = in.u8(); left > 0; left--) {
      MemberId member = in.member();
      if (!dropped.isEmpty() && dropped.lastKey().compareTo(member) >= 0) {
        throw new FormatException(UNMASK, member + " is out of order");
      }
      dropped.put(member, in.seed());
    }
    return dropped;
  }

  private static Share share(BodyReader in) {
    MemberId dealer = in.member();
    MemberId holder = in.member();
    return new Share(dealer, holder, kind(in.u8()), in.seed(), in.path(Share.PATH_MAX));
  }

  private static void write(BodyWriter out, CheckSums sums) {
    byte[] bytes = sums.bytes();
    out.u16(bytes.length).bytes(bytes);
  }

  private static CheckSums checkSums(BodyReader in) {
    return CheckSums.of(in.bytes(in.u16()));
  }

  /** Of one ring, so that they can be added; a ready member has one shard at most. */
  private static List<CheckSums> shardCheckSums(Holders holders, BodyReader in) {
    List<CheckSums> sums = new ArrayList<>();
    int count = in.u16();
    if (count > holders.size()) {
      throw new FormatException(
          SHARD_CHECK, count + " shards among " + holders.size() + " ready members");
    }
    for (int left = count; left > 0; left--) {
      CheckSums next = checkSums(in);
      if (!sums.isEmpty() && sums.getFirst().hex().length() != next.hex().length()) {
        throw new FormatException(SHARD_CHECK, "check sums of different rings");
      }
      sums.add(next);
    }
    if (sums.isEmpty()) {
      throw new FormatException(SHARD_CHECK, "there is no shard");
    }
    return sums;
  }

  private static ShareKind kind(int code) {
    return switch (code) {
      case 0 -> ShareKind.SELF;
      case 1 -> ShareKind.RECOVERY;
      default -> throw new FormatException("kind", "no share is of kind " + code);
    };
  }
}
