package org.koinon.system;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.Entry;
import org.koinon.federation.ledger.Ledger;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.MemberId;
import org.koinon.peer.round.PeerLink;

/** A member that says something else than its node would have it say, with its own signature. */
final class Hostile {
  private Hostile() {}

  /**
   * What it says to others.
   *
   * @param link the honest way
   * @param piece what it does to pieces, by name and bytes
   * @param message what it does to its signed messages, those that are fetched too
   * @param address what lies at an address beside what its node has there
   */
  record Link(
      PeerLink link,
      UnaryOperator<byte[]> piece,
      UnaryOperator<SignedMessage> message,
      Function<Digest, Optional<Served>> address)
      implements PeerLink {
    private byte[] altered(byte[] signed) {
      return message.apply(SignedMessage.decode(signed)).encode();
    }

    @Override
    public Reply send(MemberId to, PieceName name, byte[] bytes) {
      return link.send(to, name, piece.apply(bytes));
    }

    @Override
    public Reply tell(MemberId to, byte[] said) {
      return link.tell(to, altered(said));
    }

    @Override
    public void publish(byte[] said) {
      link.publish(altered(said));
    }

    @Override
    public Optional<byte[]> fetch(MemberId from, Digest wanted, long maxBytes) {
      return link.fetch(from, wanted, maxBytes);
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
      link.serve(
          receiver,
          wanted -> address.apply(wanted).or(() -> source.apply(wanted).map(this::served)));
    }

    private Served served(Served honest) {
      if (honest.what() != What.MESSAGE) {
        return honest;
      }
      try {
        return new Served(What.MESSAGE, altered(honest.bytes()));
      } catch (org.koinon.federation.encoding.FormatException e) {
        return honest; // the released values lie among the messages
      }
    }
  }

  /**
   * What it writes.
   *
   * @param ledger the honest way
   * @param member who
   * @param key its key
   * @param entry what it does to its entries
   */
  record Book(Ledger ledger, MemberId member, SigningKey key, UnaryOperator<Entry> entry)
      implements LedgerBehind {
    @Override
    public Admission append(SignedEntry honest) {
      Entry said = entry.apply(honest.entry());
      return ledger.append(
          said.equals(honest.entry())
              ? honest
              : SignedEntry.sign(new ConsortiumId("toys"), member, key, honest.seen(), said));
    }
  }
}
