package org.koinon.peer.round;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.koinon.aggregation.Piece;
import org.koinon.aggregation.ShardLayout;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.RoundEntry.Sealed;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.round.Phase;
import org.koinon.federation.study.MemberId;
import org.koinon.peer.ledger.CheckpointBook;

/**
 * Where pieces of others arrive: each is checked against its contributor's root on the ledger
 * before it is kept. Called by several threads.
 */
public final class PieceDesk implements PeerLink.Receiver {
  private final RoundContext node;
  private volatile @Nullable Cut last;

  /** How the round of a view is cut; it stays the same while the ledger does not grow. */
  private record Cut(RoundView view, ShardLayout layout) {}

  /** Of this node. */
  public PieceDesk(RoundContext node) {
    this.node = node;
  }

  /** Models and sums are for every member; a piece is not. */
  @Override
  public boolean mayRead(MemberId reader, Digest address) {
    return node.archive().pieceAt(address).map(piece -> mayRead(reader, piece)).orElse(true);
  }

  /** What lies at an address. */
  public Optional<PeerLink.Served> serve(Digest address) {
    return node.mailbox()
        .at(address)
        .map(message -> new PeerLink.Served(PeerLink.What.MESSAGE, message.encode()))
        .or(() -> node.archive().at(address));
  }

  /**
   * A piece is for the owners of its shard, once everybody has committed (R4), and for whoever
   * stands in for owners who said nothing (R6); until the round ends.
   */
  private boolean mayRead(MemberId reader, PeerLink.PieceName piece) {
    Optional<RoundView> found =
        round(piece).filter(view -> view.ending().isEmpty()).filter(PieceDesk::isOpen);
    if (found.isEmpty()) {
      return false;
    }
    RoundView view = found.get();
    boolean masked = view.study().privacy().policy().isMasked();
    if (masked && view.released().isPresent()) {
      return view.contributors().contains(piece.contributor()); // masked for good
    }
    ShardMap map = view.shards().orElseThrow();
    return map.owners(piece.shard()).contains(reader)
        || (view.isLate()
            && !view.sums().containsKey(piece.shard())
            && (masked ? map.line() : view.contributors()).contains(reader));
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
  public PeerLink.Reply message(MemberId from, byte[] bytes) {
    PeerLink.Reply reply = node.mailbox().take(bytes);
    if (reply == PeerLink.Reply.HELD) {
      node.timeline().wake();
    }
    return reply;
  }

  @Override
  public PeerLink.Reply offered(MemberId from, PeerLink.PieceName name, long lengthBytes) {
    Optional<RoundView> found = round(name);
    if (found.isEmpty()) {
      return PeerLink.Reply.LATER;
    }
    RoundView view = found.get();
    PeerLink.Reply reply = judge(from, name, view);
    if (reply == PeerLink.Reply.WELCOME
        && lengthBytes > layout(view).encodedSizeMax(name.shard())) {
      return refuse(from, name, "it is announced with " + lengthBytes + " bytes");
    }
    return reply;
  }

  @Override
  public PeerLink.Reply piece(MemberId from, PeerLink.PieceName name, byte[] bytes) {
    Optional<RoundView> found = round(name);
    if (found.isEmpty()) {
      return PeerLink.Reply.LATER;
    }
    RoundView view = found.get();
    PeerLink.Reply reply = judge(from, name, view);
    if (reply != PeerLink.Reply.WELCOME) {
      return reply;
    }
    try {
      Piece piece = Piece.decode(layout(view), bytes);
      if (!piece.contributor().equals(name.contributor()) || piece.shard() != name.shard()) {
        return refuse(from, name, "it is another piece than announced");
      }
      Digest root = root(view, name.contributor());
      Piece.Check check = piece.check(layout(view), root);
      if (check != Piece.Check.COMMITTED) {
        node.mailbox().accuse(layout(view), piece, root);
        node.timeline().wake();
        return refuse(from, name, "it does not match the committed root (" + check + ")");
      }
      node.archive().keep(name.round(), piece, root);
      node.timeline().wake();
      return PeerLink.Reply.HELD;
    } catch (FormatException e) {
      return refuse(from, name, String.valueOf(e.getMessage()));
    }
  }

  /** Whether such a piece is wanted now. */
  private PeerLink.Reply judge(MemberId from, PeerLink.PieceName name, RoundView view) {
    if (view.ending().isPresent()) {
      return PeerLink.Reply.REFUSED; // on its way when the round ended: nobody's fault
    }
    if (!isOpen(view)) {
      return PeerLink.Reply.LATER;
    }
    if (!isFor(view, name)) {
      return refuse(from, name, "this node does not hold such a piece");
    }
    if (node.archive().holds(root(view, name.contributor()), name.shard())) {
      return PeerLink.Reply.HELD;
    }
    return view.sealed().filter(set -> !set.contributors().contains(name.contributor())).isPresent()
        ? refuse(from, name, "its contributor is not in the sealed set")
        : PeerLink.Reply.WELCOME;
  }

  private static Digest root(RoundView view, MemberId contributor) {
    return Objects.requireNonNull(view.committed().get(contributor)).root();
  }

  private Optional<RoundView> round(PeerLink.PieceName name) {
    node.ledger().poll();
    return node.ledger().round(name.round());
  }

  /** Whether the Committed phase is closed; before, no piece moves (R4). */
  private static boolean isOpen(RoundView view) {
    return view.sealed().isPresent()
        || view.phase().filter(phase -> phase.compareTo(Phase.COMMITTED) > 0).isPresent()
        || view.due().filter(Sealed.class::isInstance).isPresent();
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
    Cut known = last;
    if (known == null || !known.view().equals(view)) {
      known =
          new Cut(
              view,
              new ShardLayout(
                  view.opened().context(node.consortium()),
                  view.study().vector(),
                  view.shards().orElseThrow()));
      last = known;
    }
    return known.layout();
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
