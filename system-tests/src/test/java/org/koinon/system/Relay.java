package org.koinon.system;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.study.MemberId;
import org.koinon.peer.round.PeerLink;

/** Passes everything on; hostile members override what they do otherwise. */
class Relay implements PeerLink {
  private final PeerLink link;

  Relay(PeerLink link) {
    this.link = link;
  }

  @Override
  public Reply send(MemberId to, PieceName name, byte[] bytes) {
    return link.send(to, name, bytes);
  }

  @Override
  public Reply tell(MemberId to, byte[] message) {
    return link.tell(to, message);
  }

  @Override
  public void publish(byte[] message) {
    link.publish(message);
  }

  @Override
  public Optional<byte[]> fetch(MemberId from, Digest address, long maxBytes) {
    return link.fetch(from, address, maxBytes);
  }

  @Override
  public void announce() {
    link.announce();
  }

  @Override
  public void announce(byte[] checkpoint) {
    link.announce(checkpoint);
  }

  @Override
  public void serve(Receiver receiver, Function<Digest, Optional<Served>> source) {
    link.serve(new Ear(receiver), address -> source.apply(address).flatMap(this::shown));
  }

  /** What it serves of what it has. */
  Optional<Served> shown(Served served) {
    return Optional.of(served);
  }

  /** What it says to a piece that is offered to it, if not what it should. */
  Optional<Reply> instead(PieceName name) {
    return Optional.empty();
  }

  /** Whether it hears of checkpoints that others signed. */
  boolean hearsCheckpoints() {
    return true;
  }

  /** What it hears of a message. */
  byte[] heard(byte[] message) {
    return message;
  }

  /** Hands out no piece, so that its member is outside the sum and lives. */
  static final class Dropped extends Relay {
    Dropped(PeerLink link) {
      super(link);
    }

    @Override
    public Reply send(MemberId to, PieceName name, byte[] bytes) {
      return Reply.UNREACHABLE;
    }

    @Override
    Optional<Served> shown(Served served) {
      return Optional.of(served).filter(one -> one.what() != What.PIECE);
    }
  }

  /** Tells of every signed message before it is sent or shown. */
  static class Overheard extends Relay {
    private final Consumer<byte[]> listener;

    Overheard(PeerLink link, Consumer<byte[]> listener) {
      super(link);
      this.listener = listener;
    }

    @Override
    public Reply tell(MemberId to, byte[] message) {
      listener.accept(message);
      return super.tell(to, message);
    }

    @Override
    public void publish(byte[] message) {
      listener.accept(message);
      super.publish(message);
    }

    @Override
    Optional<Served> shown(Served served) {
      if (served.what() == What.MESSAGE) {
        listener.accept(served.bytes());
      }
      return super.shown(served);
    }
  }

  private final class Ear implements Receiver {
    private final Receiver own;

    Ear(Receiver own) {
      this.own = own;
    }

    @Override
    public void checkpoint(MemberId from, byte[] bytes) {
      if (hearsCheckpoints()) {
        own.checkpoint(from, bytes);
      }
    }

    @Override
    public Reply offered(MemberId from, PieceName name, long lengthBytes) {
      return instead(name).orElseGet(() -> own.offered(from, name, lengthBytes));
    }

    @Override
    public Reply piece(MemberId from, PieceName name, byte[] bytes) {
      return instead(name).orElseGet(() -> own.piece(from, name, bytes));
    }

    @Override
    public Reply message(MemberId from, byte[] bytes) {
      return own.message(from, heard(bytes));
    }

    @Override
    public boolean mayRead(MemberId reader, Digest address) {
      return own.mayRead(reader, address);
    }
  }
}
