package org.koinon.federation.ledger;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.koinon.federation.contribution.Bitmap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.MaskedEntry.Missing;
import org.koinon.federation.ledger.MaskedEntry.Opened;
import org.koinon.federation.ledger.RoundEntry.Attested;
import org.koinon.federation.ledger.RoundEntry.Committed;
import org.koinon.federation.ledger.RoundEntry.Overdue;
import org.koinon.federation.ledger.RoundEntry.Receipt;
import org.koinon.federation.ledger.RoundEntry.Receipted;
import org.koinon.federation.ledger.RoundEntry.ReceiptedExtra;
import org.koinon.federation.ledger.RoundEntry.Sealed;
import org.koinon.federation.ledger.RoundEntry.ShardResult;
import org.koinon.federation.ledger.RoundEntry.ShardResultExtra;
import org.koinon.federation.ledger.RoundEntry.ShardRoot;
import org.koinon.federation.ledger.RoundEntry.Unmasked;
import org.koinon.federation.ledger.RoundModel.Action;
import org.koinon.federation.ledger.RoundModel.Delivery;
import org.koinon.federation.ledger.RoundModel.Post;
import org.koinon.federation.ledger.RoundModel.Send;
import org.koinon.federation.ledger.RoundModel.World;
import org.koinon.federation.ledger.RoundView.PieceId;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;

/** What one peer of a {@link RoundModel} could do now: what its node would, and a little less. */
final class RoundMind {
  private final RoundModel model;
  private final World world;
  private final RoundView view;
  private final int me;
  private final MemberId id;
  private final RoundId round;
  private final List<Action> out;

  RoundMind(RoundModel model, World world, RoundView view, int me, List<Action> out) {
    this.model = model;
    this.world = world;
    this.view = view;
    this.me = me;
    this.id = model.member(me);
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
      if (model.state(world).get(overdue.key(id)).isEmpty()) {
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
            .filter(
                dealer -> world.up().get(model.place(dealer)) || view.keyed().containsKey(dealer))
            .toList();
    boolean whole = dealers.size() == view.ready().size();
    say(whole ? 0 : 2, TestRound.keyed(view, id, dealers));
  }

  private boolean isInLine() {
    return view.shards().orElseThrow().line().contains(id);
  }

  private boolean isSpent(RoundId earlier) {
    return model
        .state(world)
        .body(Sealed.class, RoundEntry.only(Sealed.class, earlier))
        .filter(set -> set.contributors().contains(id))
        .filter(
            set ->
                !model.isMasked()
                    || model.state(world).get(RoundEntry.only(Opened.class, earlier)).isPresent())
        .isPresent();
  }

  private void committed() {
    if (isInLine() && !view.committed().containsKey(id)) {
      Digest root = TestConsortium.digest("pieces of " + id);
      Digest hash = view.phaseHash(model.isMasked() ? Phase.KEYED : Phase.READY);
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
    if (model.isCoarse() && !due.isEmpty()) {
      int to =
          due.stream()
              .map(Delivery::to)
              .min(Comparator.comparingInt(o -> Math.floorMod(o - me, model.peers())))
              .orElseThrow();
      out.add(new Send(0, me, due.stream().filter(d -> d.to() == to).toList()));
    } else {
      due.forEach(d -> out.add(new Send(0, me, List.of(d))));
    }
    view.gaps().stream()
        .filter(gap -> gap.contributor().equals(id))
        .flatMap(gap -> deliveries(gap.shard(), view.receipts().holders(gap.shard())))
        .filter(d -> !due.contains(d))
        .forEach(d -> out.add(new Send(1, me, List.of(d))));
  }

  private Stream<Delivery> deliveries(int shard, List<MemberId> to) {
    return to.stream()
        .map(model::place)
        .filter(o -> o != me && world.up().get(o) && !world.pieces().get(model.piece(o, me, shard)))
        .map(o -> new Delivery(o, shard));
  }

  private boolean holds(int contributor, int shard) {
    return contributor == me || world.pieces().get(model.piece(me, contributor, shard));
  }

  private void receipted() {
    if (!isInLine()) {
      return;
    }
    if (view.receipted().containsKey(id)) {
      for (PieceId gap : view.gaps()) {
        if (!gap.contributor().equals(id)
            && view.receipts().holders(gap.shard()).contains(id)
            && holds(model.place(gap.contributor()), gap.shard())) {
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
        if (holds(model.place(contributor), shard)) {
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
        .mapToInt(model::place)
        .allMatch(
            i ->
                world.up().get(i)
                    || world.up().stream()
                        .anyMatch(p -> world.pieces().get(model.piece(p, i, shard))));
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
    if (model.isMasked() && isInLine()) {
      complain(sealed);
    }
  }

  /** In place of owners: any contributor; of masked sums whoever has not spoken yet. */
  private boolean maySum(int shard) {
    return model.isMasked()
        ? isInLine() && !view.sumsSaid(shard).containsKey(id)
        : view.contributors().contains(id);
  }

  /** One piece that only silent members have, and one of them that gave a receipt for it. */
  private void complain(Digest sealed) {
    if (model.state(world).get(RoundEntry.own(Missing.class, round, id)).isPresent()) {
      return;
    }
    for (int shard = 0; shard < view.shards().orElseThrow().shards(); shard++) {
      for (MemberId contributor : view.contributors()) {
        int from = model.place(contributor);
        int s = shard;
        if (world.up().get(from)
            || world.up().stream().anyMatch(p -> world.pieces().get(model.piece(p, from, s)))) {
          continue;
        }
        for (MemberId holder : view.receipts().holders(shard)) {
          if (view.receipts().hasReceipt(holder, new PieceId(contributor, shard))) {
            say(1, new Missing(round.study(), round.number(), sealed, contributor, shard, holder));
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
                    world.sums().get(me * model.peers() + s)
                        || world.up().stream()
                            .anyMatch(p -> world.sums().get(p * model.peers() + s))
                        || canSum(s));
    if (all && isBare() && !view.attested().containsKey(id)) {
      Digest hash = view.phaseHash(Phase.ATTESTED.before(view.study().privacy().policy()));
      ModelId result = ModelId.of(TestConsortium.digest("model of " + view.sums()));
      Unmasked unmasked =
          model.isMasked() ? TestRound.attested(view, id, model.vote(me)).unmasked() : null;
      say(
          0,
          new Attested(
              round.study(),
              round.number(),
              hash,
              result,
              null,
              model.vote(me),
              new TreeMap<>(),
              unmasked));
    }
  }

  /** Whether the masks come off: by their owners, or by t holders of shares. */
  private boolean isBare() {
    long holders =
        view.ready().keySet().stream().filter(m -> world.up().get(model.place(m))).count();
    return !model.isMasked()
        || holders >= view.threshold()
        || view.contributors().stream().allMatch(m -> world.up().get(model.place(m)));
  }
}
