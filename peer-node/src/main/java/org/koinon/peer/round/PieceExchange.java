package org.koinon.peer.round;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.koinon.aggregation.Contribution;
import org.koinon.aggregation.Piece;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.masking.MemberMessage.PieceHeader;
import org.koinon.federation.contribution.Bitmap;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.ledger.RoundEntry.Receipt;
import org.koinon.federation.ledger.RoundEntry.Receipted;
import org.koinon.federation.ledger.RoundEntry.ReceiptedExtra;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.RoundView.PieceId;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;
import org.koinon.peer.time.Timeline;

/**
 * Step 6: pieces to the owners of their shards, receipts for those that came (R4, R5).
 *
 * <p>A piece that its owners do not take by half the deadline goes to the next of the line as well.
 */
final class PieceExchange implements RoundVigil.Duty {
  private final Desk desk;
  private final RoundPlan plan;
  private final Optional<Courier> courier;
  private final MemberId me;
  private final ShardLayout layout;
  private final Optional<Contribution> mine;
  private final RoundVigil vigil;
  private final RoundArchive archive;
  private final PeerLink peers;
  private final Timeline timeline;
  private final Set<Delivery> delivered = ConcurrentHashMap.newKeySet();

  private long piecesSeen = -1;

  private record Delivery(MemberId holder, int shard) {}

  /**
   * Of a round.
   *
   * @param mine this member's contribution
   * @param courier tells owners what a piece is before it comes; under masked policies
   */
  PieceExchange(
      Desk desk,
      RoundPlan plan,
      ShardLayout layout,
      Optional<Contribution> mine,
      Optional<Courier> courier) {
    this.desk = desk;
    this.courier = courier;
    this.plan = plan;
    this.me = desk.me();
    this.layout = layout;
    this.mine = mine;
    this.vigil = desk.vigil();
    this.archive = desk.archive();
    this.peers = desk.peers();
    this.timeline = desk.timeline();
  }

  @Override
  public boolean turn(RoundView view) {
    piecesSeen = archive.piecesKept();
    if (view.phase().filter(phase -> phase == Phase.RECEIPTED).isEmpty()) {
      return false;
    }
    boolean late = vigil.isHalfOver(view, Phase.RECEIPTED);
    courier.ifPresent(
        here -> here.wrongPieces().forEach(signed -> Accusations.wrongPiece(plan, desk, signed)));
    // Receipts first: a holder that hangs makes delivering slow.
    if (receipt(view, late) || receiptExtras(view)) {
      return true;
    }
    deliver(view, late);
    return false;
  }

  @Override
  public boolean isCalled() {
    return archive.piecesKept() != piecesSeen;
  }

  private void deliver(RoundView view, boolean late) {
    if (mine.isEmpty() || !view.committed().containsKey(me)) {
      return;
    }
    Set<Delivery> wanted = new LinkedHashSet<>();
    ShardMap map = layout.map();
    for (Piece piece : mine.get().pieces()) {
      for (MemberId owner : map.owners(piece.shard())) {
        wanted.add(new Delivery(owner, piece.shard()));
      }
      if (late && view.gaps().contains(new PieceId(me, piece.shard()))) {
        for (MemberId spare : map.spares(piece.shard(), view.quorum().faults())) {
          wanted.add(new Delivery(spare, piece.shard()));
        }
      }
    }
    wanted.removeIf(delivery -> delivery.holder().equals(me) || delivered.contains(delivery));
    Map<Integer, SignedMessage> headers = headers(view, wanted);
    timeline.all(byHolder(wanted, headers));
  }

  /** What this member signs of each piece that it sends, under masked policies. */
  private Map<Integer, SignedMessage> headers(RoundView view, Set<Delivery> wanted) {
    Map<Integer, SignedMessage> headers = new LinkedHashMap<>();
    courier.ifPresent(
        here ->
            wanted.forEach(
                delivery -> {
                  Piece piece = mine.orElseThrow().pieces().get(delivery.shard());
                  String shard = Courier.subject(delivery.shard());
                  headers.put(
                      delivery.shard(),
                      here.written(
                          PieceHeader.class,
                          shard,
                          () -> PieceHeader.of(view.phaseHash(Phase.COMMITTED), piece)));
                }));
    return headers;
  }

  /** One task per holder, so that one that is away delays nobody else. */
  private List<Runnable> byHolder(Set<Delivery> wanted, Map<Integer, SignedMessage> headers) {
    Map<MemberId, List<Delivery>> byHolder =
        wanted.stream()
            .collect(
                Collectors.groupingBy(Delivery::holder, LinkedHashMap::new, Collectors.toList()));
    List<Runnable> tasks = new ArrayList<>();
    byHolder.values().forEach(deliveries -> tasks.add(() -> deliver(deliveries, headers)));
    return tasks;
  }

  private void deliver(List<Delivery> deliveries, Map<Integer, SignedMessage> headers) {
    for (Delivery delivery : deliveries) {
      SignedMessage header = headers.get(delivery.shard());
      if (header != null
          && peers.tell(delivery.holder(), header.encode()) == PeerLink.Reply.UNREACHABLE) {
        return;
      }
      Piece piece = mine.orElseThrow().pieces().get(delivery.shard());
      PeerLink.PieceName name = new PeerLink.PieceName(plan.round(), me, delivery.shard());
      switch (peers.send(delivery.holder(), name, piece.encode())) {
        case HELD -> delivered.add(delivery);
        case LATER, REFUSED -> {}
        case WELCOME -> throw new IllegalStateException("an offer is not a delivery");
        case UNREACHABLE -> {
          return;
        }
      }
    }
  }

  /** Receipts for what came: when all is there, or half the time is over. */
  private boolean receipt(RoundView view, boolean late) {
    ShardMap map = layout.map();
    if (!map.line().contains(me) || view.receipted().containsKey(me)) {
      return false;
    }
    boolean complete =
        map.owned(me).stream()
            .allMatch(
                shard -> view.committed().keySet().stream().allMatch(c -> holds(view, c, shard)));
    if (!complete && !late) {
      return false;
    }
    List<Receipt> receipts = new ArrayList<>();
    for (int shard = 0; shard < map.shards(); shard++) {
      BitSet places = new BitSet();
      for (MemberId contributor : view.committed().keySet()) {
        if (mayHold(view, shard) && holds(view, contributor, shard)) {
          places.set(map.line().indexOf(contributor));
        }
      }
      if (!places.isEmpty()) {
        receipts.add(new Receipt(shard, Bitmap.of(places)));
      }
    }
    return vigil
        .say(
            new Receipted(
                plan.study().id(),
                plan.round().number(),
                view.phaseHash(Phase.COMMITTED),
                receipts))
        .isEmpty();
  }

  private boolean receiptExtras(RoundView view) {
    if (!view.receipted().containsKey(me)) {
      return false;
    }
    boolean said = false;
    for (PieceId gap : view.gaps()) {
      boolean isSaid = view.receiptGivers(gap.contributor(), gap.shard()).contains(me);
      if (!gap.contributor().equals(me)
          && !isSaid // and does not count: this member once gave receipts and did not serve
          && mayHold(view, gap.shard())
          && holds(view, gap.contributor(), gap.shard())) {
        said |=
            vigil
                .say(
                    new ReceiptedExtra(
                        plan.study().id(),
                        plan.round().number(),
                        view.phaseHash(Phase.COMMITTED),
                        gap.shard(),
                        gap.contributor()))
                .isEmpty();
      }
    }
    return said;
  }

  private boolean mayHold(RoundView view, int shard) {
    return layout.map().owners(shard).contains(me)
        || layout.map().spares(shard, view.quorum().faults()).contains(me);
  }

  private boolean holds(RoundView view, MemberId contributor, int shard) {
    return archive.holds(Objects.requireNonNull(view.committed().get(contributor)).root(), shard);
  }
}
