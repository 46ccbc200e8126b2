package org.koinon.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.koinon.aggregation.Piece;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Beacon;
import org.koinon.aggregation.masking.CheckSums;
import org.koinon.aggregation.masking.Holders;
import org.koinon.aggregation.masking.MemberMessage;
import org.koinon.aggregation.masking.Released;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.ledger.Entry;
import org.koinon.federation.ledger.RoundEntry.Accusation;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;
import org.koinon.peer.simulation.SimulatedConsortium;

/**
 * A member that says or writes something else than its node would, signed with its own key, and
 * what it knows of the round for that.
 *
 * @param consortium in which it lies
 * @param study in which
 * @param place of the member
 */
record Liar(SimulatedConsortium consortium, Study study, int place) {
  MemberId id() {
    return ToyConsortium.member(place);
  }

  private SigningKey key() {
    return ToyConsortium.key(place);
  }

  /** From now on its messages to others are these, those that are fetched too. */
  void says(UnaryOperator<SignedMessage> lie) {
    consortium.intercept(
        id(), link -> new Hostile.Link(link, piece -> piece, lie, address -> Optional.empty()));
  }

  /** From now on its entries are these. */
  void writes(UnaryOperator<Entry> lie) {
    consortium.interceptLedger(id(), ledger -> new Hostile.Book(ledger, id(), key(), lie));
  }

  /** The message with other content, if it is of the kind. */
  <T extends MemberMessage> SignedMessage altered(
      SignedMessage signed, Class<T> kind, UnaryOperator<T> lie) {
    if (!signed.type().equals(MemberMessage.typeOf(kind))) {
      return signed;
    }
    MemberMessage honest = MemberMessage.of(holders(), signed);
    return signed(lie.apply(kind.cast(honest)));
  }

  SignedMessage signed(MemberMessage content) {
    return content.sign(attempt(), id(), key());
  }

  RoundView view() {
    return Ledgers.rounds(consortium, study.id()).getLast();
  }

  Attempt attempt() {
    RoundView view = view();
    return new Attempt(view.opened().context(ToyConsortium.ID), view.opened().members());
  }

  private Holders holders() {
    RoundView view = view();
    return new Holders(attempt(), List.copyOf(view.ready().keySet()), view.threshold());
  }

  ShardLayout layout() {
    return new ShardLayout(attempt().context(), study.vector(), view().shards().orElseThrow());
  }

  /** A file of the round in its archive. */
  Path archived(String name) {
    Path archive = consortium.folder(id()).resolve("archive").resolve(study.id().value());
    return archive.resolve(Integer.toString(view().opened().round())).resolve(name);
  }

  byte[] read(String name) {
    try {
      return Files.readAllBytes(archived(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(String name, byte[] content) {
    try {
      Files.write(archived(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The coin, once its node has all that was released. */
  Beacon beacon() {
    Released released = Released.decode(attempt(), read("released"));
    return Beacon.of(attempt(), view().released().orElseThrow().bodyDigest(), released.selfSeeds());
  }

  /** The check sums of its own masked contribution, shard by shard. */
  List<CheckSums> checkSums() {
    List<CheckSums> sums = new ArrayList<>();
    for (int shard = 0; shard < layout().shards(); shard++) {
      sums.add(checkSums(read("piece-" + id() + "-" + shard)));
    }
    return sums;
  }

  /** Those of an encoded piece. */
  CheckSums checkSums(byte[] encoded) {
    Piece piece = Piece.decode(layout(), encoded);
    return CheckSums.ofShard(beacon(), layout(), piece.blocks(), piece.shard());
  }

  /** All accusations on the ledger. */
  List<Accusation> accusations() {
    return Ledgers.entries(consortium, Accusation.class).stream()
        .map(entry -> (Accusation) entry.entry())
        .toList();
  }
}
