package org.koinon.audit.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.koinon.aggregation.Aggregation;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.Contributors;
import org.koinon.aggregation.RoundResult;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.ShardSum;
import org.koinon.aggregation.masking.Beacon;
import org.koinon.aggregation.masking.CheckSums;
import org.koinon.aggregation.masking.Masks;
import org.koinon.aggregation.masking.Released;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.audit.source.Archive;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.Attested;
import org.koinon.federation.ledger.RoundEntry.Unmasked;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Separation;
import org.koinon.federation.ledger.TestRound;
import org.koinon.federation.round.Vote;
import org.koinon.federation.study.MemberId;

/**
 * What all members of a {@link MaskedArchive} attest to once its sums are opened.
 *
 * @param study whose round it is
 * @param view of the round
 * @param released what took the masks off
 * @param model the result; the base, where there is none
 * @param vote on it
 */
record Attestations(
    MaskedArchive study, RoundView view, Released released, ModelFile model, Vote vote) {
  /** Of the study's last round, which began from that model; archives what they attest to. */
  static Attestations of(MaskedArchive study, ModelFile base) {
    RoundView view = study.view();
    Released released = study.released();
    Digest opened = view.released().orElseThrow().bodyDigest();
    List<MemberId> signers = view.opened().members().subList(0, view.quorum().votes());
    study.certify(study.signatures(signers, opened));
    MaskedArchive.write(
        study.archive().released(view.opened().id()), released.encode(study.attempt()));
    RoundResult found =
        view.separation()
            .map(Separation::groups)
            .map(groups -> GroupedSums.result(study, base, groups))
            .orElseGet(() -> sum(study, base, released));
    return switch (found) {
      case RoundResult.Computed computed ->
          new Attestations(study, view, released, computed.model(), Vote.ACCEPT);
      case RoundResult.Impossible none ->
          new Attestations(study, view, released, base, Vote.REJECT);
    };
  }

  private static RoundResult sum(MaskedArchive study, ModelFile base, Released released) {
    RoundView view = study.view();
    ShardLayout layout = study.layout();
    List<ShardSum> sums = new ArrayList<>();
    for (int shard = 0; shard < layout.shards(); shard++) {
      Path file = study.archive().sum(view.opened().id(), shard);
      sums.add(ShardSum.decode(layout, Archive.read(file, 1 << 20).orElseThrow()));
    }
    Blocks bare = released.strip(study.attempt(), layout, Aggregation.join(layout, sums), 1);
    return RoundResult.of(
        study.study(),
        new RoundResult.Base(base, null),
        bare,
        Contributors.hidden(view.contributors().size()));
  }

  /** All say it, liars something else; the model that they attest to, if they do not lie. */
  ModelFile say(BiFunction<MemberId, Attested, Attested> lie) {
    MaskedArchive.write(study.archive().model(model.id()), model.file().toByteArray());
    Beacon beacon =
        Beacon.of(
            study.attempt(), view.released().orElseThrow().bodyDigest(), released.selfSeeds());
    for (MemberId member : view.opened().members()) {
      study.say(member, lie.apply(member, attested(member, beacon)));
    }
    return model;
  }

  private Attested attested(MemberId member, Beacon beacon) {
    Attested plain = TestRound.attested(view, vote);
    MaskedArchive.Secret secret = study.secret(member);
    var masks = Masks.of(study.attempt(), member, secret.dealing().self(), secret.edges());
    Blocks masked = Masks.apply(study.layout(), secret.update(), masks);
    @Nullable String sums =
        view.contributors().contains(member) ? CheckSums.of(beacon, masked).hex() : null;
    Path certificate = study.archive().certificate(view.opened().id());
    Digest signed = Digest.sha256(Archive.read(certificate, 1 << 20).orElseThrow());
    return new Attested(
        plain.study(),
        plain.round(),
        plain.phase(),
        model.id(),
        null,
        plain.vote(),
        new TreeMap<>(),
        new Unmasked(signed, released.digest(study.attempt()), sums));
  }

  /** The same with another account of how the masks came off. */
  static Attested with(Attested said, Unmasked unmasked) {
    return new Attested(
        said.study(),
        said.round(),
        said.phase(),
        said.model(),
        said.optimiserState(),
        said.vote(),
        said.evaluation(),
        unmasked);
  }
}
