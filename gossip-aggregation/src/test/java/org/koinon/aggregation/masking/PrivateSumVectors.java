package org.koinon.aggregation.masking;

import static org.koinon.aggregation.masking.VectorText.hex;
import static org.koinon.aggregation.masking.VectorText.row;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.Contribution;
import org.koinon.aggregation.Piece;
import org.koinon.aggregation.Salt;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.UpdateCommitment;
import org.koinon.aggregation.masking.MemberMessage.OpenSignature;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.contribution.CrossSeed;
import org.koinon.federation.contribution.MaskSeed;
import org.koinon.federation.contribution.Partition;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.StudyId;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The golden vectors of the private sum: one attempt of five members, of whom four are ready and
 * three are in the sum. {@code main} writes them to the file it is given.
 *
 * <p>They follow from fixed names and seeds, so every run gives the same values.
 */
final class PrivateSumVectors {
  private static final int MODEL_WORDS = 11;

  private final RandomGenerator random = new SplittableRandom(2026);
  private final List<MemberId> roster = KeyedAttempt.members(5);
  private final Attempt attempt = KeyedAttempt.attempt(roster);
  private final List<MemberId> ready = without(roster, 1);
  private final Holders holders = Holders.of(attempt, ready);
  private final KeyedAttempt keyed = new KeyedAttempt(holders, random);
  private final List<MemberId> sealed = without(ready, 2);
  private final MemberId dropped = ready.get(2);
  private final Digest opened = Digest.sha256("opened".getBytes(StandardCharsets.UTF_8));

  /** Writes to the file {@code args[0]}. */
  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      throw new IllegalArgumentException("name the file to write");
    }
    Files.writeString(Path.of(args[0]), text());
  }

  static String text() {
    JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    return mapper.writeValueAsString(new PrivateSumVectors().all()).replace("\r\n", "\n") + "\n";
  }

  private Map<String, Object> all() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("context", attempt.context().hex());
    all.put("roster", roster.stream().map(MemberId::value).toList());
    all.put("ready", ready.stream().map(MemberId::value).toList());
    all.put("threshold", holders.threshold());
    all.put("hashes", hashes());
    all.put("derivations", derivations());
    all.put("keys", ready.stream().map(this::key).toList());
    all.put("pairs", pairs());
    all.put("dealings", ready.stream().map(this::dealing).toList());
    all.put("packs", packs());
    all.put("rebuilt", rebuilt());
    all.put("sealed", sealed.stream().map(MemberId::value).toList());
    all.put("opened", opened.hex());
    all.put("beacon", beacon().value().hex());
    all.put("picks", picks());
    all.put("lots", lots());
    all.put("commitments", commitments());
    all.put("partitions", new PartitionVectors(attempt, beacon().value()).all());
    all.put("sums", List.of(sum(16), sum(32), sum(64)));
    all.put("messages", messages());
    all.put("separated", separated());
    all.put("contributions", contributions());
    all.put("openingBox", openingBox());
    return all;
  }

  private List<Object> hashes() {
    return List.of(
        row("tag", "b", "parts", List.of(), "digest", attempt.hash("b").hex()),
        row(
            "tag",
            "share",
            "parts",
            List.of("00000001", "", "ff"),
            "digest",
            attempt.hash("share", Attempt.u32(1), new byte[0], new byte[] {-1}).hex()));
  }

  private List<Object> derivations() {
    List<Object> rows = new ArrayList<>();
    for (int length : new int[] {8, 32, 96}) {
      Seed key = Seed.draw(random);
      byte[] info = new byte[length / 8];
      random.nextBytes(info);
      rows.add(
          row(
              "key", hex(key),
              "label", "test",
              "info", hex(info),
              "output", hex(attempt.derive(key, "test", info, length))));
    }
    return rows;
  }

  private Object key(MemberId member) {
    KemSecret secret = keyed.secret(member);
    return row(
        "member", member.value(),
        "number", attempt.number(member),
        "seed", hex(secret.seed()),
        "publicKey", hex(secret.publicKey().bytes()),
        "keyHash", keyed.side(member).keyHash().hex());
  }

  private List<Object> pairs() {
    List<Object> rows = new ArrayList<>();
    for (MemberId lower : ready) {
      for (MemberId higher : ready) {
        if (lower.compareTo(higher) < 0) {
          PairKeys keys = keyed.pair(lower, higher);
          Encapsulation made = keyed.encapsulation(lower, higher);
          rows.add(
              row(
                  "lower", lower.value(),
                  "higher", higher.value(),
                  "ciphertext", hex(made.ciphertext().bytes()),
                  "shared", hex(made.shared()),
                  "toHigher", hex(keys.toHigher()),
                  "toLower", hex(keys.toLower()),
                  "mask", hex(keys.mask())));
        }
      }
    }
    return rows;
  }

  private Object dealing(MemberId dealer) {
    Dealing dealing = keyed.dealing(dealer);
    Dealt dealt = dealing.dealt();
    List<Object> shares = new ArrayList<>();
    for (MemberId holder : ready) {
      for (ShareKind kind : ShareKind.values()) {
        Share share = keyed.share(dealer, holder, kind);
        shares.add(
            row(
                "holder", holder.value(),
                "kind", kind.code(),
                "value", hex(share.value()),
                "leaf", share.leafHash(attempt).hex(),
                "path", share.path().stream().map(Digest::hex).toList()));
      }
    }
    return row(
        "dealer", dealer.value(),
        "self", hex(dealing.self()),
        "recovery", hex(dealing.recovery()),
        "shares", shares,
        "packRoot", dealt.packRoot().hex(),
        "selfHash", dealt.selfHash().hex(),
        "table", hex(Objects.requireNonNull(dealing.held().table())),
        "tableHash", dealt.tableHash().hex());
  }

  private List<Object> packs() {
    List<Object> rows = new ArrayList<>();
    for (MemberId from : List.of(ready.getFirst(), ready.getLast())) {
      for (MemberId to : without(ready, ready.indexOf(from))) {
        Pack pack = keyed.pack(from, to);
        rows.add(
            row(
                "from", from.value(),
                "to", to.value(),
                "sealedShares", hex(pack.sealedShares()),
                "encoded", HexFormat.of().formatHex(pack.encode(attempt))));
      }
    }
    return rows;
  }

  private List<Object> rebuilt() {
    List<Object> rows = new ArrayList<>();
    for (ShareKind kind : ShareKind.values()) {
      for (int left = 0; left < ready.size(); left++) {
        List<Share> shares = keyed.shares(dropped, kind);
        shares = shares.stream().filter(without(shares, left)::contains).toList();
        rows.add(
            row(
                "dealer", dropped.value(),
                "kind", kind.code(),
                "holders", shares.stream().map(share -> share.holder().value()).toList(),
                "secret", hex(Recovery.interpolate(holders, shares))));
      }
    }
    return rows;
  }

  private SortedMap<MemberId, Seed> selfSeeds() {
    SortedMap<MemberId, Seed> seeds = new TreeMap<>();
    sealed.forEach(member -> seeds.put(member, keyed.dealing(member).self()));
    return seeds;
  }

  private Beacon beacon() {
    return Beacon.of(attempt, opened, selfSeeds());
  }

  private List<Object> picks() {
    List<Object> rows = new ArrayList<>();
    for (String purpose : List.of("shard", "checker", "silent/site-03")) {
      rows.add(row("purpose", purpose, "n", 1000, "picked", beacon().pick(purpose, 1000)));
    }
    return rows;
  }

  private List<Object> lots() {
    List<Object> rows = new ArrayList<>();
    for (String purpose : List.of("recompute", "check/" + ready.get(0))) {
      for (MemberId member : sealed) {
        rows.add(
            row(
                "purpose", purpose,
                "member", member.value(),
                "lot", beacon().lot(purpose, member).hex()));
      }
    }
    return rows;
  }

  /** Of either end, to the mask of each pair. */
  private List<Object> commitments() {
    List<Object> rows = new ArrayList<>();
    for (MemberId lower : ready) {
      for (MemberId higher : ready) {
        if (lower.compareTo(higher) < 0) {
          byte[] mask = keyed.pair(lower, higher).mask().bytes();
          rows.add(
              row(
                  "lower", lower.value(),
                  "higher", higher.value(),
                  "commitment", attempt.hashes().pair(lower, higher, mask).hex()));
        }
      }
    }
    return rows;
  }

  /** Two groups of the sealed members: what takes the masks off the sum of each. */
  private Object separated() {
    ShardLayout layout = MasksTest.layout(attempt, 32, MODEL_WORDS, ready);
    int half = sealed.size() / 2;
    Partition groups =
        new Partition(List.of(sealed.subList(0, half), sealed.subList(half, sealed.size())));
    Map<MemberId, Blocks> plain = new TreeMap<>();
    Map<MemberId, Blocks> masked = new TreeMap<>();
    for (MemberId member : sealed) {
      Blocks x = MasksTest.vector(layout, random);
      plain.put(member, x);
      masked.put(
          member,
          Masks.apply(
              layout,
              x,
              Masks.of(attempt, member, keyed.dealing(member).self(), keyed.maskSeeds(member))));
    }
    List<Masks.LooseEnd> ends =
        sealed.stream()
            .map(m -> new Masks.LooseEnd(m, dropped, keyed.pair(m, dropped).mask()))
            .toList();
    Released released = new Released(selfSeeds(), ends);
    List<Object> rows = new ArrayList<>();
    for (List<MemberId> group : groups.groups()) {
      Blocks total = MasksTest.sum(group.stream().map(masked::get).toList());
      List<Mask> left = Masks.leftOver(attempt, group, released, across(groups));
      rows.add(
          row(
              "members", group.stream().map(MemberId::value).toList(),
              "maskedSum", hex(total),
              "plainSum", hex(MasksTest.sum(group.stream().map(plain::get).toList())),
              "stripped", hex(Masks.strip(layout, total, left))));
    }
    return row("wordBits", 32, "shards", layout.shards(), "groups", rows);
  }

  /** What members say of their updates: C_i of the plain integers, M_i of the masked pieces. */
  private Object contributions() {
    ShardLayout layout = MasksTest.layout(attempt, 32, MODEL_WORDS, ready);
    StudyId study = new StudyId("sepsis");
    ModelId base = ModelId.of(Digest.sha256("base".getBytes(StandardCharsets.UTF_8)));
    List<Object> rows = new ArrayList<>();
    for (MemberId member : ready) {
      Blocks x = MasksTest.vector(layout, random);
      Salt salt = salt();
      List<Mask> masks =
          Masks.of(attempt, member, keyed.dealing(member).self(), keyed.maskSeeds(member));
      Blocks y = Masks.apply(layout, x, masks);
      Contribution cut = Contribution.cut(layout, member, y, null);
      List<Piece> pieces = cut.pieces();
      rows.add(
          row(
              "member", member.value(),
              "plain", hex(x),
              "salt", salt.hex(),
              "commitment", UpdateCommitment.of(study, base, member, salt, x).hex(),
              "masked", hex(y),
              "shardRoots", pieces.stream().map(piece -> piece.shardRoot().hex()).toList(),
              "paths", pieces.stream().map(PrivateSumVectors::path).toList(),
              "root", cut.root().hex()));
    }
    return row(
        "study", study.value(),
        "base", base.root().hex(),
        "wordBits", 32,
        "shards", layout.shards(),
        "members", rows);
  }

  private static List<String> path(Piece piece) {
    return piece.path().stream().map(Digest::hex).toList();
  }

  private Salt salt() {
    byte[] bytes = new byte[Digest.BYTES];
    random.nextBytes(bytes);
    return Salt.of(bytes);
  }

  /** One member's contribution, sealed for a key that no attempt knows. */
  private Object openingBox() {
    MemberId member = sealed.getFirst();
    Blocks x = MasksTest.vector(MasksTest.layout(attempt, 32, MODEL_WORDS, ready), random);
    Salt salt = salt();
    KemSecret key = KemSecret.draw(random);
    Seed self = keyed.dealing(member).self();
    Opening opening = new Opening(x, salt, self, keyed.maskSeeds(member));
    SealedBox box = SealedBox.seal(key.publicKey(), attempt, member, opening, random);
    return row(
        "member", member.value(),
        "seed", hex(key.seed()),
        "publicKey", hex(key.publicKey().bytes()),
        "shared", hex(key.decapsulate(box.ciphertext())),
        "wordBits", 32,
        "plain", hex(x),
        "salt", salt.hex(),
        "opening", hex(opening.encode(attempt)),
        "box", hex(box.encode()));
  }

  private List<CrossSeed> across(Partition groups) {
    List<CrossSeed> seeds = new ArrayList<>();
    for (MemberId one : groups.groups().getFirst()) {
      for (MemberId other : groups.groups().getLast()) {
        MaskSeed seed = MaskSeed.of(keyed.pair(one, other).mask().bytes());
        seeds.add(new CrossSeed(one, other, seed));
      }
    }
    return seeds;
  }

  private Object sum(int wordBits) {
    ShardLayout layout = MasksTest.layout(attempt, wordBits, MODEL_WORDS, ready);
    List<Object> rows = new ArrayList<>();
    List<Blocks> plain = new ArrayList<>();
    List<Blocks> masked = new ArrayList<>();
    for (MemberId member : ready) {
      Blocks x = MasksTest.vector(layout, random);
      List<Mask> masks =
          Masks.of(attempt, member, keyed.dealing(member).self(), keyed.maskSeeds(member));
      Blocks y = Masks.apply(layout, x, masks);
      rows.add(
          row(
              "member", member.value(),
              "plain", hex(x),
              "masked", hex(y),
              "checkSums", CheckSums.of(beacon(), y).hex()));
      if (sealed.contains(member)) {
        plain.add(x);
        masked.add(y);
      }
    }
    List<Masks.LooseEnd> ends =
        sealed.stream()
            .map(m -> new Masks.LooseEnd(m, dropped, keyed.pair(m, dropped).mask()))
            .toList();
    Blocks total = MasksTest.sum(masked);
    Blocks stripped = Masks.strip(layout, total, Masks.leftOver(attempt, selfSeeds(), ends));
    return row(
        "wordBits", wordBits,
        "shards", layout.shards(),
        "vectors", rows,
        "maskedSum", hex(total),
        "plainSum", hex(MasksTest.sum(plain)),
        "stripped", hex(stripped),
        "checkSums", CheckSums.of(beacon(), total).hex());
  }

  private List<Object> messages() {
    List<MemberMessage> messages =
        new ArrayList<>(MemberMessageTest.messages(keyed, ready.get(0), dropped));
    messages.add(new OpenSignature(opened));
    List<Object> rows = new ArrayList<>();
    byte[] seed = new byte[SigningKey.SEED_BYTES];
    seed[0] = 7;
    try (SigningKey key = new SigningKey(seed)) {
      for (MemberMessage message : messages) {
        SignedMessage signed = message.sign(attempt, ready.get(0), key);
        rows.add(
            row(
                "type", message.type(),
                "author", signed.author().value(),
                "body", hex(signed.body()),
                "signingSeed", hex(seed),
                "signature", signed.signature().hex(),
                "encoded", hex(signed.encode())));
      }
    }
    return rows;
  }

  private static <T> List<T> without(List<T> list, int place) {
    List<T> rest = new ArrayList<>(list);
    rest.remove(place);
    return rest;
  }
}
