package org.koinon.gossip.inprocess;

import java.util.Map;
import java.util.Optional;
import org.koinon.gossip.Acknowledgement;
import org.koinon.gossip.Acknowledgement.Refused;
import org.koinon.gossip.ExchangeCodec;
import org.koinon.gossip.ExchangeException;
import org.koinon.gossip.ExchangeLimits;
import org.koinon.gossip.ExchangeMessage;
import org.koinon.gossip.ExchangeMessage.Answer;
import org.koinon.gossip.ExchangeMessage.Fetch;
import org.koinon.gossip.ExchangeMessage.Offer;
import org.koinon.gossip.ExchangeMessage.Push;
import org.koinon.gossip.PeerAddress;
import org.koinon.gossip.Piece;
import org.koinon.gossip.PieceDesk;
import org.koinon.gossip.PieceHeader;
import org.koinon.gossip.PieceRoot;
import org.koinon.gossip.PieceSink;
import org.koinon.gossip.PieceSource;
import org.koinon.gossip.ShardExchange;
import org.koinon.gossip.Traffic;
import org.koinon.gossip.TrafficMeter;

/**
 * Transfers by direct call. Counts what the envelopes would take on the wire, so that figures from
 * a simulation are those of the network. Transfers do not wait for each other: a call is over
 * before its thread can begin another.
 */
final class InProcessExchange implements ShardExchange {
  private final InProcessNetwork network;
  private final PeerAddress self;
  private final ExchangeLimits limits;
  private final PieceDesk desk;
  private final TrafficMeter meter = new TrafficMeter();

  InProcessExchange(InProcessNetwork network, PeerAddress self, ExchangeLimits limits) {
    this.network = network;
    this.self = self;
    this.limits = limits;
    this.desk = new PieceDesk(limits.maxPieceBytes());
  }

  @Override
  public void serve(PieceSource source) {
    desk.serve(source);
  }

  @Override
  public void accept(PieceSink sink) {
    desk.accept(sink);
  }

  @Override
  public Acknowledgement send(PeerAddress to, PieceHeader header, byte[] bytes) {
    PieceDesk.requireLength(header, bytes);
    InProcessExchange there = network.reach(self, to).server();
    tell(to, new Push(header));
    Acknowledgement welcome = there.desk.offered(self, header);
    there.tell(self, new Answer(welcome));
    if (welcome instanceof Refused) {
      return welcome;
    }
    int through = network.through(bytes.length);
    meter.payload(to, header.kind(), through);
    if (through < bytes.length) {
      throw new ExchangeException("the connection to " + to + " broke after " + through + " bytes");
    }
    Acknowledgement answer = there.desk.received(self, header, bytes.clone());
    there.tell(self, new Answer(answer));
    return answer;
  }

  @Override
  public Optional<byte[]> fetch(PeerAddress from, PieceRoot root, int maxBytes) {
    int offset = 0;
    for (int attempt = 1; ; attempt++) {
      InProcessExchange there = network.reach(self, from).server();
      tell(from, new Fetch(root, offset));
      Optional<Piece> piece = there.desk.piece(root, self);
      if (piece.isEmpty()) {
        there.tell(self, new Answer(new Refused(PieceDesk.NOT_HERE)));
        return Optional.empty();
      }
      byte[] bytes = piece.get().bytes();
      there.tell(self, new Offer(piece.get().kind(), bytes.length));
      PieceDesk.requireAtMost(bytes.length, maxBytes, root);
      int through = network.through(bytes.length - offset);
      there.meter.payload(self, piece.get().kind(), through);
      offset += through;
      if (offset == bytes.length) {
        return Optional.of(bytes.clone());
      }
      if (attempt == limits.attempts()) {
        throw new ExchangeException("piece " + root + " of " + from + " did not come through");
      }
    }
  }

  private void tell(PeerAddress to, ExchangeMessage message) {
    meter.envelope(to, ExchangeCodec.encode(message).length);
  }

  @Override
  public Map<PeerAddress, Traffic> traffic() {
    return meter.snapshot();
  }

  @Override
  public void close() {
    // The peer leaves the network as a whole; there is nothing to let go of here.
  }
}
