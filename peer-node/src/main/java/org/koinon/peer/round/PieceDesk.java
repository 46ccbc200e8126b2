package org.koinon.peer.round;

import java.util.Objects;
import java.util.Optional;
import org.koinon.aggregation.Piece;
import org.koinon.aggregation.ShardLayout;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.round.Phase;
import org.koinon.federation.study.MemberId;
import org.koinon.peer.ledger.CheckpointBook;

/**
 * Where pieces of others arrive: each is checked against its contributor's root on the ledger
 * before it is kept. Called by several threads.
 */
public final class PieceDesk implements PeerLink.Receiver {
  private static final long HEADER_BYTES = 8 << 10;

  private final RoundContext node;

  /** Of this node. */
  public PieceDesk(RoundContext node) {
    this.node = node;
  }

  /** What lies at an address that a member asks for. */
  public Optional<PeerLink.Served> serve(Digest address) {
    return node.archive().at(address);
  }

  @Override
  public void checkpoint(MemberId from, byte[] bytes) {
    if (node.checkpoints().hear(from, bytes) == CheckpointBook.Heard.FORK) {
      node.observer()
          .alarm(
              "LEDGER_FORK: "
                  + from
                  + " signed a checkpoint of another ledger than this node's; stop, and compare"
                  + " the ledger files");
    }
  }

  @Override
  public long limit(PeerLink.PieceName name) {
    return open(name)
        .filter(view -> isFor(view, name))
        .map(view -> layout(view).sizeBytes(name.shard()) + HEADER_BYTES)
        .orElse(0L);
  }

  @Override
  public PeerLink.Reply piece(MemberId from, PeerLink.PieceName name, byte[] bytes) {
    Optional<RoundView> open = open(name);
    if (open.isEmpty()) {
      return PeerLink.Reply.LATER;
    }
    RoundView view = open.get();
    if (!isFor(view, name)) {
      return refuse(from, name, "this node does not hold such a piece");
    }
    try {
      Piece piece = Piece.decode(layout(view), bytes);
      Digest root = Objects.requireNonNull(view.committed().get(name.contributor())).root();
      if (!piece.contributor().equals(name.contributor()) || piece.shard() != name.shard()) {
        return refuse(from, name, "it is another piece than announced");
      }
      Piece.Check check = piece.check(layout(view), root);
      if (check != Piece.Check.COMMITTED) {
        return refuse(from, name, "it does not match the committed root (" + check + ")");
      }
      node.archive().keep(name.round(), piece, root);
      node.timeline().wake();
      return PeerLink.Reply.HELD;
    } catch (FormatException e) {
      return refuse(from, name, String.valueOf(e.getMessage()));
    }
  }

  /** The round, once everybody has committed; before, nothing of it is taken (R4). */
  private Optional<RoundView> open(PeerLink.PieceName name) {
    node.ledger().poll();
    return node.ledger()
        .read(log -> RoundView.of(log, name.round()))
        .filter(view -> view.shards().isPresent())
        .filter(
            view -> view.phase().map(phase -> phase.compareTo(Phase.COMMITTED) > 0).orElse(true));
  }

  private boolean isFor(RoundView view, PeerLink.PieceName name) {
    ShardMap map = view.shards().orElseThrow();
    MemberId me = node.pen().me();
    return name.shard() < map.shards()
        && view.committed().containsKey(name.contributor())
        && (map.owners(name.shard()).contains(me)
            || map.spares(name.shard(), view.quorum().faults()).contains(me));
  }

  private ShardLayout layout(RoundView view) {
    return new ShardLayout(
        view.opened().context(node.consortium()),
        view.study().vector(),
        view.shards().orElseThrow());
  }

  private PeerLink.Reply refuse(MemberId from, PeerLink.PieceName name, String why) {
    node.observer()
        .note(
            name.round(),
            "refused a piece of shard "
                + name.shard()
                + " of "
                + name.contributor()
                + " from "
                + from
                + ": "
                + why);
    return PeerLink.Reply.REFUSED;
  }
}
