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
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.koinon.aggregation.Aggregation;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.Contribution;
import org.koinon.aggregation.Contributors;
import org.koinon.aggregation.FixedPoint;
import org.koinon.aggregation.Piece;
import org.koinon.aggregation.RoundResult;
import org.koinon.aggregation.Salt;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.ShardSum;
import org.koinon.aggregation.UpdateCommitment;
import org.koinon.aggregation.Weight;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Beacon;
import org.koinon.aggregation.masking.CheckSums;
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
import org.koinon.federation.ledger.RoundEntry.Attested;
import org.koinon.federation.ledger.RoundEntry.Committed;
import org.koinon.federation.ledger.RoundEntry.Keyed;
import org.koinon.federation.ledger.RoundEntry.Overdue;
import org.koinon.federation.ledger.RoundEntry.Ready;
import org.koinon.federation.ledger.RoundEntry.Receipt;
import org.koinon.federation.ledger.RoundEntry.Receipted;
import org.koinon.federation.ledger.RoundEntry.ShardResult;
import org.koinon.federation.ledger.RoundEntry.ShardRoot;
import org.koinon.federation.ledger.RoundEntry.Unmasked;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Rounds;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.TestRound;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.round.Vote;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.WeightMode;

/**
 * A private-sum study of seven hospitals with real masks, and one archive folder that holds what
 * nodes keep of it. Members may be dropped after they committed, and may lie.
 */
public final class MaskedArchive {
  /** How many hospitals. */
  static final int SIZE = 7;

  private static final int ROWS = 64;

  /** What a member of the round made, as only it knows it. */
  record Secret(Blocks update, Salt salt, Dealing dealing, SortedMap<MemberId, Seed> edges) {}

  private final TestConsortium consortium = TestConsortium.ofHospitals(SIZE);
  private final VerifiedLog log = new VerifiedLog();
  private final Archive archive;
  private final Study study;
  private final Map<MemberId, Secret> secrets = new TreeMap<>();
  private final Random random;
  private BiFunction<MemberId, Attested, Attested> attesting = (member, said) -> said;
  private BiFunction<MemberId, ShardSum, ShardSum> summing = (owner, sum) -> sum;
  private int declared = ROWS;
  private ModelFile model;

  /** A study with such weights in a new folder. */
  public MaskedArchive(Path folder, WeightMode weights, long seed) {
    random = new Random(seed);
    Study plain = consortium.study();
    model = ModelFile.of(Parameters.zeros(plain.vector()), new TreeMap<>(), new TreeMap<>());
    SortedMap<String, Json> members = new TreeMap<>(RecordCodec.toJson(plain).members());
    members.put(
        "privacy", RecordCodec.toJson(new Study.Privacy(Policy.PRIVATE_SUM, weights, 1000, 3, 2)));
    members.put("initialModel", new Json.Str(model.id().hex()));
    study = RecordCodec.fromJson(Study.class, new Json.Obj(members), "study");
    consortium.write(log, consortium.founding().author(), consortium.founding().entry());
    consortium.preparation(study).forEach(said -> say(said.author(), said.entry()));
    create(folder.resolve("models"));
    archive = Archive.of(folder);
    write(archive.model(model.id()), model.file().toByteArray());
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
    attest();
    next();
    return this;
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
    RoundView view = view();
    ShardLayout layout =
        new ShardLayout(attempt().context(), study.vector(), view.shards().orElseThrow());
    try {
      Path file = archive.piece(view.opened().id(), contributor, shard);
      return Piece.decode(layout, Files.readAllBytes(file));
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
      double[] update = random.doubles(study.vector().modelWords(), -0.5, 0.5).toArray();
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
    all.set(0, SIZE);
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
              Bitmap.of(all)));
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

  private void attest() {
    RoundView summed = view();
    Digest opened = summed.released().orElseThrow().bodyDigest();
    Released released = released();
    List<MemberId> signers = summed.opened().members().subList(0, summed.quorum().votes());
    certify(signatures(signers, opened));
    write(archive.released(summed.opened().id()), released.encode(attempt()));
    Blocks masked = Aggregation.join(layout(), archivedSums(summed));
    Blocks bare = released.strip(attempt(), layout(), masked, 1);
    RoundResult.Computed result =
        (RoundResult.Computed)
            RoundResult.of(
                study,
                new RoundResult.Base(model, null),
                bare,
                Contributors.hidden(summed.contributors().size()));
    model = result.model();
    write(archive.model(model.id()), model.file().toByteArray());
    Beacon beacon = Beacon.of(attempt(), opened, released.selfSeeds());
    for (MemberId member : summed.opened().members()) {
      say(member, attesting.apply(member, attested(summed, member, released, beacon)));
    }
  }

  private List<ShardSum> archivedSums(RoundView view) {
    List<ShardSum> sums = new ArrayList<>();
    for (int shard = 0; shard < layout().shards(); shard++) {
      Path file = archive.sum(view.opened().id(), shard);
      sums.add(ShardSum.decode(layout(), Archive.read(file, 1 << 20).orElseThrow()));
    }
    return sums;
  }

  private Attested attested(RoundView summed, MemberId member, Released released, Beacon beacon) {
    Attested plain = TestRound.attested(summed, Vote.ACCEPT);
    Secret secret = secret(member);
    var masks = Masks.of(attempt(), member, secret.dealing().self(), secret.edges());
    Blocks masked = Masks.apply(layout(), secret.update(), masks);
    @Nullable String sums =
        summed.contributors().contains(member) ? CheckSums.of(beacon, masked).hex() : null;
    Digest certificate =
        Digest.sha256(
            Archive.read(archive.certificate(summed.opened().id()), 1 << 20).orElseThrow());
    return with(
        new Attested(
            plain.study(),
            plain.round(),
            plain.phase(),
            model.id(),
            null,
            plain.vote(),
            new TreeMap<>()),
        new Unmasked(certificate, released.digest(attempt()), sums));
  }

  /** The same with another account of how the masks came off. */
  static Attested with(Attested said, Unmasked unmasked) {
    return new Attested(
        said.study(),
        said.round(),
        said.phase(),
        said.model(),
        said.optimiserState(),
        said.vote(),
        said.evaluation(),
        unmasked);
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
