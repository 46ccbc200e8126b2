package org.koinon.federation.ledger;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.koinon.federation.contribution.Bitmap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.Attested;
import org.koinon.federation.ledger.RoundEntry.Committed;
import org.koinon.federation.ledger.RoundEntry.Missing;
import org.koinon.federation.ledger.RoundEntry.Opened;
import org.koinon.federation.ledger.RoundEntry.Overdue;
import org.koinon.federation.ledger.RoundEntry.Receipt;
import org.koinon.federation.ledger.RoundEntry.Receipted;
import org.koinon.federation.ledger.RoundEntry.ReceiptedExtra;
import org.koinon.federation.ledger.RoundEntry.Sealed;
import org.koinon.federation.ledger.RoundEntry.ShardResult;
import org.koinon.federation.ledger.RoundEntry.ShardResultExtra;
import org.koinon.federation.ledger.RoundEntry.ShardRoot;
import org.koinon.federation.ledger.RoundEntry.Unmasked;
import org.koinon.federation.ledger.RoundView.PieceId;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.round.Vote;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;

/**
 * Honest peers in one study, who may fall silent at any point and come back: what each could do
 * next, given the real ledger and the pieces that it holds.
 *
 * <p>A world is immutable; a deadline may pass at any moment, or in a lazy world only when nobody
 * can do anything else.
 */
final class RoundModel {
  /**
   * One state of affairs.
   *
   * @param said what stands, by the number that {@link #intern} gave it
   * @param pieces who holds whose piece of which shard
   * @param sums who knows the sum of which shard
   * @param up who is not silent
   * @param kills how many may still fall silent
   * @param returns how many may still come back
   */
  record World(BitSet said, BitSet pieces, BitSet sums, BitSet up, int kills, int returns) {}

  /** Something that may happen. */
  sealed interface Action {
    /** 0 normal, 1 sent again, 2 partial, 3 first deadline, 4 second deadline. */
    int level();
  }

  record Post(int level, int author, Entry entry) implements Action {}

  /** Pieces of one contributor go to owners. */
  record Send(int level, int from, List<Delivery> deliveries) implements Action {}

  record Delivery(int to, int shard) {}

  private record Spoken(MemberId author, Entry entry) {}

  private final TestConsortium consortium;
  private final VerifiedLog before;
  private final Study study;
  private final List<Vote> votes;
  private final boolean coarse;
  private final int n;
  private final List<SignedEntry> interned = new ArrayList<>();
  private final Map<Spoken, Integer> numbers = new HashMap<>();
  private final Map<EntryKey, List<Integer>> byKey = new HashMap<>();

  /**
   * Peers of that number.
   *
   * @param votes what each says of a result
   * @param coarse whether all pieces for one owner travel together
   * @param isMasked whether the study is of policy private-sum
   */
  RoundModel(int n, List<Vote> votes, boolean coarse, boolean isMasked) {
    this.n = n;
    this.consortium = TestConsortium.ofHospitals(n);
    this.study = isMasked ? consortium.privateStudy() : consortium.study();
    this.before = consortium.log(consortium.setUp(study));
    this.votes = votes;
    this.coarse = coarse;
  }

  World start(int kills, int returns) {
    BitSet up = new BitSet();
    up.set(0, n);
    World empty = new World(new BitSet(), new BitSet(), new BitSet(), up, kills, returns);
    return open(empty);
  }

  /** The world after somebody opened the next round. */
  World open(World world) {
    Entry opening = Rounds.next(state(world), study.id()).orElseThrow();
    World fresh =
        new World(world.said, new BitSet(), new BitSet(), world.up, world.kills, world.returns);
    return post(fresh, new Post(0, world.up.nextSetBit(0), opening));
  }

  LedgerState state(World world) {
    return key -> {
      for (int number : byKey.getOrDefault(key, List.of())) {
        if (world.said.get(number)) {
          return Optional.of(interned.get(number));
        }
      }
      return before.get(key);
    };
  }

  RoundView view(World world) {
    return Rounds.latest(state(world), study.id()).orElseThrow();
  }

  boolean isMasked() {
    return study.privacy().policy().isMasked();
  }

  int peers() {
    return n;
  }

  MemberId member(int peer) {
    return consortium.member(peer);
  }

  SignedEntry signed(int author, Entry entry) {
    return interned.get(intern(author, entry));
  }

  private int intern(int author, Entry entry) {
    return numbers.computeIfAbsent(
        new Spoken(member(author), entry),
        spoken -> {
          SignedEntry signed = consortium.sign(before.seen(), spoken.author, entry);
          byKey.computeIfAbsent(signed.entryKey(), key -> new ArrayList<>()).add(interned.size());
          interned.add(signed);
          return interned.size() - 1;
        });
  }

  /** The world after the action; what is posted is not judged here. */
  World after(World world, Action action) {
    return switch (action) {
      case Post post -> post(world, post);
      case Send send -> {
        BitSet pieces = copy(world.pieces);
        send.deliveries.forEach(d -> pieces.set(piece(d.to, send.from, d.shard)));
        yield new World(world.said, pieces, world.sums, world.up, world.kills, world.returns);
      }
    };
  }

  private World post(World world, Post post) {
    BitSet said = copy(world.said);
    said.set(intern(post.author, post.entry));
    BitSet pieces = copy(world.pieces);
    BitSet sums = copy(world.sums);
    List<Integer> shards =
        switch (post.entry) {
          case ShardResult result -> result.roots().stream().map(ShardRoot::shard).toList();
          case ShardResultExtra extra -> List.of(extra.shard());
          case Attested attested -> IntStream.range(0, n).boxed().toList();
          default -> List.of();
        };
    shards.forEach(shard -> sums.set(post.author * n + shard));
    if (!(post.entry instanceof Attested) && !shards.isEmpty()) {
      for (MemberId contributor : view(world).contributors()) {
        shards.forEach(s -> pieces.set(piece(post.author, place(contributor), s)));
      }
    }
    return new World(said, pieces, sums, world.up, world.kills, world.returns);
  }

  World without(World world, int peer) {
    BitSet up = copy(world.up);
    up.clear(peer);
    return new World(world.said, world.pieces, world.sums, up, world.kills - 1, world.returns);
  }

  World with(World world, int peer, int kills) {
    BitSet up = copy(world.up);
    up.set(peer);
    return new World(world.said, world.pieces, world.sums, up, kills, world.returns - 1);
  }

  private static BitSet copy(BitSet set) {
    return (BitSet) set.clone();
  }

  private int piece(int holder, int contributor, int shard) {
    return (holder * n + contributor) * n + shard;
  }

  private int place(MemberId member) {
    return IntStream.range(0, n).filter(i -> member(i).equals(member)).findFirst().orElseThrow();
  }

  /** What may happen next; in a lazy world only what comes first. */
  List<Action> actions(World world, boolean lazy) {
    RoundView view = view(world);
    if (view.ending().isPresent() || world.up.isEmpty()) {
      return List.of();
    }
    List<Action> all = new ArrayList<>();
    view.due().ifPresent(due -> all.add(new Post(0, world.up.nextSetBit(0), due)));
    if (view.open().isPresent()) {
      world.up.stream().forEach(peer -> new Mind(world, view, peer, all).act());
    }
    int first = all.stream().mapToInt(Action::level).min().orElse(0);
    return lazy ? all.stream().filter(a -> a.level() == first).toList() : all;
  }

  /** What one peer could do. */
  private final class Mind {
    private final World world;
    private final RoundView view;
    private final int me;
    private final MemberId id;
    private final RoundId round;
    private final List<Action> out;

    Mind(World world, RoundView view, int me, List<Action> out) {
      this.world = world;
      this.view = view;
      this.me = me;
      this.id = member(me);
      this.round = view.opened().id();
      this.out = out;
    }

    void act() {
      int already = out.size();
      Phase phase = view.open().orElseThrow();
      switch (phase) {
        case READY -> ready();
        case KEYED -> keyed();
        case COMMITTED -> committed();
        case RECEIPTED -> {
          send();
          receipted();
        }
        case SHARD_RESULT -> sum();
        case SEPARATED -> separate();
        case ATTESTED -> attested();
      }
      boolean speaks =
          out.subList(already, out.size()).stream()
              .anyMatch(
                  a ->
                      a instanceof Post(int level, int author, Entry entry)
                          && !(entry instanceof ReceiptedExtra)
                          && !(entry instanceof Missing)
                          && !(entry instanceof ShardResultExtra));
      if (!speaks) {
        overdue(phase);
      }
    }

    private void say(int level, Entry entry) {
      out.add(new Post(level, me, entry));
    }

    private void overdue(Phase phase) {
      for (int deadline = 1; deadline <= 2; deadline++) {
        Overdue overdue = new Overdue(round.study(), round.number(), phase, deadline);
        if (state(world).get(overdue.key(id)).isEmpty()) {
          say(2 + deadline, overdue);
          return;
        }
      }
    }

    /** An update that is not spent comes again. */
    private void ready() {
      if (view.ready().containsKey(id)) {
        return;
      }
      long spent =
          IntStream.range(1, round.number())
              .filter(number -> isSpent(new RoundId(round.study(), number)))
              .count();
      Digest update = TestConsortium.digest("update " + spent + " of " + id);
      say(0, TestRound.ready(view, id, update));
    }

    /** Whoever is up, or was until it said Keyed, has dealt its packs. */
    private void keyed() {
      if (!view.ready().containsKey(id) || view.keyed().containsKey(id)) {
        return;
      }
      List<MemberId> dealers =
          view.ready().keySet().stream()
              .filter(dealer -> world.up.get(place(dealer)) || view.keyed().containsKey(dealer))
              .toList();
      boolean whole = dealers.size() == view.ready().size();
      say(whole ? 0 : 2, TestRound.keyed(view, id, dealers));
    }

    private boolean isInLine() {
      return view.shards().orElseThrow().line().contains(id);
    }

    private boolean isSpent(RoundId earlier) {
      return state(world)
          .body(Sealed.class, RoundEntry.only(Sealed.class, earlier))
          .filter(set -> set.contributors().contains(id))
          .filter(
              set ->
                  !isMasked()
                      || state(world).get(RoundEntry.only(Opened.class, earlier)).isPresent())
          .isPresent();
    }

    private void committed() {
      if (isInLine() && !view.committed().containsKey(id)) {
        Digest root = TestConsortium.digest("pieces of " + id);
        Digest hash = view.phaseHash(isMasked() ? Phase.KEYED : Phase.READY);
        say(0, new Committed(round.study(), round.number(), hash, root));
      }
    }

    private void send() {
      if (!view.committed().containsKey(id)) {
        return;
      }
      int shards = view.shards().orElseThrow().shards();
      List<Delivery> due =
          IntStream.range(0, shards)
              .boxed()
              .flatMap(s -> deliveries(s, view.shards().orElseThrow().owners(s)))
              .toList();
      if (coarse && !due.isEmpty()) {
        int to =
            due.stream()
                .map(Delivery::to)
                .min(Comparator.comparingInt(o -> Math.floorMod(o - me, n)))
                .orElseThrow();
        out.add(new Send(0, me, due.stream().filter(d -> d.to == to).toList()));
      } else {
        due.forEach(d -> out.add(new Send(0, me, List.of(d))));
      }
      view.gaps().stream()
          .filter(gap -> gap.contributor().equals(id))
          .flatMap(gap -> deliveries(gap.shard(), view.receipts().holders(gap.shard())))
          .filter(d -> !due.contains(d))
          .forEach(d -> out.add(new Send(1, me, List.of(d))));
    }

    private java.util.stream.Stream<Delivery> deliveries(int shard, List<MemberId> to) {
      return to.stream()
          .map(RoundModel.this::place)
          .filter(o -> o != me && world.up.get(o) && !world.pieces.get(piece(o, me, shard)))
          .map(o -> new Delivery(o, shard));
    }

    private boolean holds(int contributor, int shard) {
      return contributor == me || world.pieces.get(piece(me, contributor, shard));
    }

    private void receipted() {
      if (!isInLine()) {
        return;
      }
      if (view.receipted().containsKey(id)) {
        for (PieceId gap : view.gaps()) {
          if (!gap.contributor().equals(id)
              && view.receipts().holders(gap.shard()).contains(id)
              && holds(place(gap.contributor()), gap.shard())) {
            say(
                1,
                new ReceiptedExtra(
                    round.study(),
                    round.number(),
                    view.phaseHash(Phase.COMMITTED),
                    gap.shard(),
                    gap.contributor()));
          }
        }
        return;
      }
      List<MemberId> line = view.shards().orElseThrow().line();
      List<Receipt> receipts = new ArrayList<>();
      boolean whole = true;
      for (int shard = 0; shard < line.size(); shard++) {
        if (!view.receipts().holders(shard).contains(id)) {
          continue;
        }
        BitSet from = new BitSet();
        for (MemberId contributor : view.committed().keySet()) {
          if (holds(place(contributor), shard)) {
            from.set(line.indexOf(contributor));
          }
        }
        whole &=
            !view.shards().orElseThrow().owners(shard).contains(id)
                || from.cardinality() == view.committed().size();
        receipts.add(new Receipt(shard, Bitmap.of(from)));
      }
      Digest hash = view.phaseHash(Phase.COMMITTED);
      say(whole ? 0 : 2, new Receipted(round.study(), round.number(), hash, receipts));
    }

    private boolean canSum(int shard) {
      return view.contributors().stream()
          .mapToInt(RoundModel.this::place)
          .allMatch(
              i ->
                  world.up.get(i)
                      || world.up.stream().anyMatch(p -> world.pieces.get(piece(p, i, shard))));
    }

    private void sum() {
      Digest sealed = view.sealed().orElseThrow().bodyDigest();
      int shards = view.shards().orElseThrow().shards();
      if (view.isLate()) {
        for (int shard = 0; shard < shards; shard++) {
          if (!view.sums().containsKey(shard) && maySum(shard) && canSum(shard)) {
            Digest root = root(sealed, shard);
            say(0, new ShardResultExtra(round.study(), round.number(), sealed, shard, root));
          }
        }
      } else if (isInLine() && !view.shardResults().containsKey(id)) {
        List<Integer> mine = view.shards().orElseThrow().owned(id);
        List<ShardRoot> roots =
            mine.stream().filter(this::canSum).map(s -> new ShardRoot(s, root(sealed, s))).toList();
        if (!roots.isEmpty()) {
          int level = roots.size() == mine.size() ? 0 : 2;
          say(level, new ShardResult(round.study(), round.number(), sealed, roots));
        }
      }
      if (isMasked() && isInLine()) {
        complain(sealed);
      }
    }

    /** In place of owners: any contributor; of masked sums whoever has not spoken yet. */
    private boolean maySum(int shard) {
      return isMasked()
          ? isInLine() && !view.sumsSaid(shard).containsKey(id)
          : view.contributors().contains(id);
    }

    /** One piece that only silent members have, and one of them that gave a receipt for it. */
    private void complain(Digest sealed) {
      if (state(world).get(RoundEntry.own(Missing.class, round, id)).isPresent()) {
        return;
      }
      for (int shard = 0; shard < view.shards().orElseThrow().shards(); shard++) {
        for (MemberId contributor : view.contributors()) {
          int from = place(contributor);
          int s = shard;
          if (world.up.get(from)
              || world.up.stream().anyMatch(p -> world.pieces.get(piece(p, from, s)))) {
            continue;
          }
          for (MemberId holder : view.receipts().holders(shard)) {
            if (view.receipts().hasReceipt(holder, new PieceId(contributor, shard))) {
              say(
                  1,
                  new Missing(round.study(), round.number(), sealed, contributor, shard, holder));
              return;
            }
          }
        }
      }
    }

    private Digest root(Digest sealed, int shard) {
      return TestConsortium.digest("sum of " + shard + " over " + sealed);
    }

    /** The coin, and what takes off the masks between the groups that it draws. */
    private void separate() {
      Separation separation = view.separation().orElseThrow();
      if (separation.coin().isEmpty()) {
        if (isBare()) {
          say(0, TestGroups.coin(view));
        }
      } else if (view.contributors().contains(id) && !separation.separated().contains(id)) {
        say(0, TestGroups.separated(view, id));
      }
    }

    private void attested() {
      boolean all =
          IntStream.range(0, view.shards().orElseThrow().shards())
              .allMatch(
                  s ->
                      world.sums.get(me * n + s)
                          || world.up.stream().anyMatch(p -> world.sums.get(p * n + s))
                          || canSum(s));
      if (all && isBare() && !view.attested().containsKey(id)) {
        Digest hash = view.phaseHash(Phase.ATTESTED.before(view.study().privacy().policy()));
        ModelId model = ModelId.of(TestConsortium.digest("model of " + view.sums()));
        Unmasked unmasked =
            isMasked() ? TestRound.attested(view, id, votes.get(me)).unmasked() : null;
        say(
            0,
            new Attested(
                round.study(),
                round.number(),
                hash,
                model,
                null,
                votes.get(me),
                new TreeMap<>(),
                unmasked));
      }
    }

    /** Whether the masks come off: by their owners, or by t holders of shares. */
    private boolean isBare() {
      long holders = view.ready().keySet().stream().filter(m -> world.up.get(place(m))).count();
      return !isMasked()
          || holders >= view.threshold()
          || view.contributors().stream().allMatch(m -> world.up.get(place(m)));
    }
  }
}
