package org.koinon.audit.verify;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.Contribution;
import org.koinon.aggregation.FixedPoint;
import org.koinon.aggregation.Piece;
import org.koinon.aggregation.Salt;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.ShardSum;
import org.koinon.aggregation.UpdateCommitment;
import org.koinon.aggregation.Weight;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Dealing;
import org.koinon.aggregation.masking.Dealt;
import org.koinon.aggregation.masking.Holders;
import org.koinon.aggregation.masking.Masks;
import org.koinon.aggregation.masking.MemberMessage.OpenSignature;
import org.koinon.aggregation.masking.Released;
import org.koinon.aggregation.masking.Seed;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.aggregation.model.Parameters;
import org.koinon.aggregation.model.RealVector;
import org.koinon.audit.source.Archive;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.contribution.Bitmap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.Json;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.ledger.Entry;
import org.koinon.federation.ledger.MaskedEntry.Keyed;
import org.koinon.federation.ledger.RoundEntry.Attested;
import org.koinon.federation.ledger.RoundEntry.Committed;
import org.koinon.federation.ledger.RoundEntry.Overdue;
import org.koinon.federation.ledger.RoundEntry.Ready;
import org.koinon.federation.ledger.RoundEntry.Receipt;
import org.koinon.federation.ledger.RoundEntry.Receipted;
import org.koinon.federation.ledger.RoundEntry.ShardResult;
import org.koinon.federation.ledger.RoundEntry.ShardRoot;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Rounds;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.TestRound;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.WeightMode;

/**
 * A masked study of some hospitals with real masks, and one archive folder that holds what nodes
 * keep of it. Members may be dropped after they committed, and may lie.
 */
public final class MaskedArchive {
  /** How many hospitals a private sum has. */
  static final int SIZE = 7;

  private static final int ROWS = 64;
  private static final Optional<Phase> SEPARATED = Optional.of(Phase.SEPARATED);

  /** What a member of the round made, as only it knows it. */
  record Secret(Blocks update, Salt salt, Dealing dealing, SortedMap<MemberId, Seed> edges) {}

  private final TestConsortium consortium;
  private final VerifiedLog log = new VerifiedLog();
  private final Archive archive;
  private final Study study;
  private final Map<MemberId, Secret> secrets = new TreeMap<>();
  private final Random random;
  private BiFunction<MemberId, Attested, Attested> attesting = (member, said) -> said;
  private BiFunction<MemberId, ShardSum, ShardSum> summing = (owner, sum) -> sum;
  private BiFunction<MemberId, double[], double[]> training = (member, update) -> update;
  private int declared = ROWS;
  private ModelFile model;

  /** A private-sum study with such weights in a new folder. */
  public MaskedArchive(Path folder, WeightMode weights, long seed) {
    this(folder, TestConsortium.ofHospitals(SIZE), summed(weights), seed);
  }

  /** One of so many hospitals that opens three groups, against one poisoner and one colluder. */
  static MaskedArchive grouped(Path folder, int size, long seed) {
    return new MaskedArchive(
        folder,
        TestConsortium.ofHospitals(size),
        plain -> TestConsortium.grouped(plain, 9, 1, 1),
        seed);
  }

  private MaskedArchive(
      Path folder, TestConsortium consortium, UnaryOperator<Study> masked, long seed) {
    this.consortium = consortium;
    random = new Random(seed);
    Study plain = consortium.study();
    model = ModelFile.of(Parameters.zeros(plain.vector()), new TreeMap<>(), new TreeMap<>());
    study = masked.apply(with(plain, "initialModel", new Json.Str(model.id().hex())));
    consortium.write(log, consortium.founding().author(), consortium.founding().entry());
    consortium.preparation(study).forEach(said -> say(said.author(), said.entry()));
    create(folder.resolve("models"));
    archive = Archive.of(folder);
    write(archive.model(model.id()), model.file().toByteArray());
  }

  private static UnaryOperator<Study> summed(WeightMode weights) {
    var privacy = new Study.Privacy(Policy.PRIVATE_SUM, weights, 1000, 3, 2);
    return plain -> with(plain, "privacy", RecordCodec.toJson(privacy));
  }

  private static Study with(Study study, String name, Json value) {
    SortedMap<String, Json> members = new TreeMap<>(RecordCodec.toJson(study).members());
    members.put(name, value);
    return RecordCodec.fromJson(Study.class, new Json.Obj(members), "study");
  }

  /** What members attest to, changed by liars, from here on. */
  MaskedArchive attesting(BiFunction<MemberId, Attested, Attested> lie) {
    attesting = lie;
    return this;
  }

  /** What owners say of their sums, changed by liars, from here on. */
  MaskedArchive summing(BiFunction<MemberId, ShardSum, ShardSum> lie) {
    summing = lie;
    return this;
  }

  /** What members train, changed by poisoners, from here on. */
  MaskedArchive training(BiFunction<MemberId, double[], double[]> poison) {
    training = poison;
    return this;
  }

  /** How many rows members declare, from here on; they have 64. */
  MaskedArchive declaring(int rows) {
    declared = rows;
    return this;
  }

  /** The log. */
  public VerifiedLog log() {
    return log;
  }

  /** Its archive. */
  public Archive archive() {
    return archive;
  }

  Study study() {
    return study;
  }

  TestConsortium consortium() {
    return consortium;
  }

  MemberId member(int i) {
    return consortium.member(i);
  }

  /** What the member made in the last round. */
  Secret secret(MemberId member) {
    return Objects.requireNonNull(secrets.get(member));
  }

  SigningKey key(MemberId member) {
    return TestConsortium.key(member.value());
  }

  void say(MemberId member, Entry entry) {
    consortium.write(log, member, entry);
  }

  RoundView view() {
    return Rounds.latest(log, study.id()).orElseThrow();
  }

  Attempt attempt() {
    return new Attempt(view().opened().context(consortium.id()), view().opened().members());
  }

  Holders holders() {
    return new Holders(attempt(), List.copyOf(view().ready().keySet()), view().threshold());
  }

  ShardLayout layout() {
    return new ShardLayout(attempt().context(), study.vector(), view().shards().orElseThrow());
  }

  private void next() {
    var said = TestRound.next(log, study.id(), m -> true, consortium.member(0)).orElseThrow();
    say(said.author(), said.entry());
  }

  /** Plays one round to its end; pieces of the dropped reach nobody. */
  public MaskedArchive round(MemberId... dropped) {
    open(dropped);
    if (isGrouped()) {
      separate(member -> true);
    }
    return attest();
  }

  private boolean isGrouped() {
    return study.privacy().policy() == Policy.GROUP_OPENING;
  }

  /** The coin is shown, and these take off their masks between the groups. */
  void separate(Predicate<MemberId> speaks) {
    say(member(0), GroupedSums.coin(this));
    for (MemberId member : view().contributors()) {
      if (speaks.test(member)) {
        say(member, GroupedSums.separated(this, member));
      }
    }
    for (int i = 0; i < view().quorum().votes() && view().phase().equals(SEPARATED); i++) {
      say(member(i), new Overdue(study.id(), view().opened().round(), Phase.SEPARATED, 1));
    }
  }

  /** Plays one round that is given up once its sums are opened; the pieces stay where they are. */
  public MaskedArchive lost() {
    open();
    RoundView view = view();
    for (int n = 1; n <= 2; n++) {
      for (MemberId member : view.opened().members()) {
        say(member, new Overdue(study.id(), view.opened().round(), Phase.ATTESTED, n));
      }
    }
    next();
    return this;
  }

  /** Plays one round until its sums are opened. */
  MaskedArchive open(MemberId... dropped) {
    next();
    ready();
    key();
    Map<MemberId, Contribution> contributions = commit();
    receipt(Set.of(dropped));
    create(archive.round(view().opened().id()));
    contributions.forEach(
        (member, made) -> {
          if (view().contributors().contains(member)) {
            made.pieces().forEach(this::keep);
          }
        });
    sum(contributions);
    next();
    return this;
  }

  /** A contributor's piece of the last round, as it is archived. */
  Piece piece(MemberId contributor, int shard) {
    try {
      Path file = archive.piece(view().opened().id(), contributor, shard);
      return Piece.decode(layout(), Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void keep(Piece piece) {
    write(archive.piece(view().opened().id(), piece.contributor(), piece.shard()), piece.encode());
  }

  private void ready() {
    secrets.clear();
    RoundView view = view();
    Map<MemberId, Blocks> updates = new TreeMap<>();
    for (MemberId member : view.opened().members()) {
      double[] update =
          training.apply(member, random.doubles(study.vector().modelWords(), -0.5, 0.5).toArray());
      Weight weight = Weight.of(study.privacy().weights(), ROWS, study.privacy().weightCap());
      Blocks blocks =
          FixedPoint.encode(study.vector(), weight, RealVector.of(update), List.of(0.25));
      Salt salt = salt(member);
      Ready said = TestRound.ready(view, member);
      updates.put(member, blocks);
      say(
          member,
          new Ready(
              said.study(),
              said.round(),
              UpdateCommitment.of(study.id(), view.opened().baseModel(), member, salt, blocks),
              said.consent(),
              said.dataset(),
              said.code(),
              said.kemKey(),
              said.units() == null ? null : declared));
    }
    deal(updates);
  }

  private Salt salt(MemberId member) {
    return Salt.of(TestConsortium.digest("salt of " + member + view().opened().round()).bytes());
  }

  private void deal(Map<MemberId, Blocks> updates) {
    List<MemberId> members = view().opened().members();
    Map<MemberId, SortedMap<MemberId, Seed>> edges = new TreeMap<>();
    members.forEach(member -> edges.put(member, new TreeMap<>()));
    for (int i = 0; i < members.size(); i++) {
      for (int j = i + 1; j < members.size(); j++) {
        Seed seed = Seed.draw(random);
        Objects.requireNonNull(edges.get(members.get(i))).put(members.get(j), seed);
        Objects.requireNonNull(edges.get(members.get(j))).put(members.get(i), seed);
      }
    }
    updates.forEach(
        (member, update) -> {
          SortedMap<MemberId, Seed> own = Objects.requireNonNull(edges.get(member));
          Dealing dealing = Dealing.deal(holders(), member, own, random);
          secrets.put(member, new Secret(update, salt(member), dealing, own));
        });
  }

  private void key() {
    RoundView view = view();
    BitSet all = new BitSet();
    all.set(0, view.ready().size());
    for (MemberId member : view.ready().keySet()) {
      Dealt dealt = secret(member).dealing().dealt();
      say(
          member,
          new Keyed(
              study.id(),
              view.opened().round(),
              view.phaseHash(Phase.READY),
              dealt.packRoot(),
              dealt.selfHash(),
              dealt.tableHash(),
              Bitmap.of(all),
              isGrouped() ? GroupedSums.commitments(this, member) : null));
    }
  }

  private Map<MemberId, Contribution> commit() {
    RoundView view = view();
    ShardLayout layout = layout();
    Map<MemberId, Contribution> contributions = new TreeMap<>();
    for (MemberId member : view.opened().members()) {
      Secret secret = secret(member);
      var masks = Masks.of(attempt(), member, secret.dealing().self(), secret.edges());
      Blocks masked = Masks.apply(layout, secret.update(), masks);
      Contribution made = Contribution.cut(layout, member, masked, null);
      contributions.put(member, made);
      Digest seen = view.phaseHash(Phase.KEYED);
      say(member, new Committed(study.id(), view.opened().round(), seen, made.root()));
    }
    return contributions;
  }

  private void receipt(Collection<MemberId> dropped) {
    RoundView view = view();
    int round = view.opened().round();
    List<MemberId> line = view.shards().orElseThrow().line();
    BitSet places = new BitSet();
    line.stream().filter(m -> !dropped.contains(m)).forEach(m -> places.set(line.indexOf(m)));
    for (MemberId owner : line) {
      List<Receipt> receipts =
          view.shards().orElseThrow().owned(owner).stream()
              .map(shard -> new Receipt(shard, Bitmap.of(places)))
              .toList();
      say(owner, new Receipted(study.id(), round, view.phaseHash(Phase.COMMITTED), receipts));
    }
    for (int i = 0; i < view.quorum().votes() && !dropped.isEmpty(); i++) {
      say(member(i), new Overdue(study.id(), round, Phase.RECEIPTED, 1));
    }
    next();
  }

  private void sum(Map<MemberId, Contribution> contributions) {
    RoundView sealed = view();
    ShardLayout layout = layout();
    Map<MemberId, List<ShardRoot>> roots = new TreeMap<>();
    for (int shard = 0; shard < layout.shards(); shard++) {
      int s = shard;
      List<Piece> pieces =
          sealed.contributors().stream()
              .map(m -> Objects.requireNonNull(contributions.get(m)).pieces().get(s))
              .toList();
      ShardSum sum = ShardSum.of(layout, shard, pieces, null);
      for (MemberId owner : layout.map().owners(shard)) {
        ShardSum said = summing.apply(owner, sum);
        roots.computeIfAbsent(owner, any -> new ArrayList<>()).add(new ShardRoot(s, said.root()));
        write(archive.sum(sealed.opened().id(), shard), said.encode());
      }
    }
    Digest set = sealed.sealed().orElseThrow().bodyDigest();
    for (MemberId owner : layout.map().line()) {
      List<ShardRoot> own = Objects.requireNonNull(roots.get(owner));
      say(owner, new ShardResult(study.id(), sealed.opened().round(), set, own));
    }
  }

  /** What is released, as the edges and self masks of this round have it. */
  Released released() {
    RoundView view = view();
    SortedMap<MemberId, Seed> selfSeeds = new TreeMap<>();
    List<Masks.LooseEnd> ends = new ArrayList<>();
    for (MemberId member : view.contributors()) {
      selfSeeds.put(member, secret(member).dealing().self());
      secret(member)
          .edges()
          .forEach(
              (other, seed) -> {
                if (!view.contributors().contains(other)) {
                  ends.add(new Masks.LooseEnd(member, other, seed));
                }
              });
    }
    return new Released(selfSeeds, ends);
  }

  /** Signatures of these members over this round's Opened. */
  List<SignedMessage> signatures(Collection<MemberId> members, Digest opened) {
    return members.stream()
        .map(member -> new OpenSignature(opened).sign(attempt(), member, key(member)))
        .toList();
  }

  static byte[] listed(List<byte[]> parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (byte[] part : parts) {
        out.writeInt(part.length);
        out.write(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Replaces the round's certificate. */
  void certify(List<SignedMessage> signatures) {
    byte[] bytes = listed(signatures.stream().map(SignedMessage::encode).toList());
    write(archive.certificate(view().opened().id()), bytes);
  }

  /** All attest to what follows, and the round ends. */
  MaskedArchive attest() {
    model = Attestations.of(this, model).say(attesting);
    next();
    return this;
  }

  static void create(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
