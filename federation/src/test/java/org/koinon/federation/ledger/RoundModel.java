package org.koinon.federation.ledger;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.koinon.federation.ledger.RoundEntry.Attested;
import org.koinon.federation.ledger.RoundEntry.ShardResult;
import org.koinon.federation.ledger.RoundEntry.ShardResultExtra;
import org.koinon.federation.ledger.RoundEntry.ShardRoot;
import org.koinon.federation.round.Quorum;
import org.koinon.federation.round.Vote;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Policy;
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
   * @param policy of the study; where groups are opened, three of at least three members
   */
  RoundModel(int n, List<Vote> votes, boolean coarse, Policy policy) {
    this.n = n;
    this.consortium = TestConsortium.ofHospitals(n);
    this.study =
        switch (policy) {
          case OPEN -> consortium.study();
          case PRIVATE_SUM -> consortium.privateStudy();
          case GROUP_OPENING -> TestConsortium.grouped(consortium.privateStudy(), 9, 1, 1);
        };
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

  /** With how many members a round can have a result. */
  int needed() {
    return Math.max(study.privacy().minimum(), new Quorum(n).votes());
  }

  boolean isCoarse() {
    return coarse;
  }

  Vote vote(int peer) {
    return votes.get(peer);
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

  int piece(int holder, int contributor, int shard) {
    return (holder * n + contributor) * n + shard;
  }

  int place(MemberId member) {
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
      world.up.stream().forEach(peer -> new RoundMind(this, world, view, peer, all).act());
    }
    int first = all.stream().mapToInt(Action::level).min().orElse(0);
    return lazy ? all.stream().filter(a -> a.level() == first).toList() : all;
  }
}
