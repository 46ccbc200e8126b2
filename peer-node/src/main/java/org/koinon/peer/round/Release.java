package org.koinon.peer.round;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Beacon;
import org.koinon.aggregation.masking.CheckSums;
import org.koinon.aggregation.masking.MemberMessage.OpenSignature;
import org.koinon.aggregation.masking.MemberMessage.Unmask;
import org.koinon.aggregation.masking.Opening;
import org.koinon.aggregation.masking.Released;
import org.koinon.aggregation.masking.Seed;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.Unmasked;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Separation;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;

/**
 * The masks come off: erase, sign, wait for a quorum of signatures, release, strip (S9 to S11).
 *
 * <p>The order is what secrecy rests on. Nothing is released before q members have signed the one
 * and same Opened, and nobody signs who still has the half that must never be released.
 */
final class Release {
  /**
   * The sum without its masks.
   *
   * @param sums of the contributions: one, or under group-opening one of each group
   * @param unmasked how it came about, for the attestation
   * @param released what took the masks off
   */
  record Bare(List<Blocks> sums, Unmasked unmasked, Released released) {}

  private final RoundContext node;
  private final RoundPlan plan;
  private final Desk desk;
  private final Courier courier;
  private final ShardLayout layout;
  private final Attempt attempt;
  private final MemberId me;

  Release(RoundContext node, RoundPlan plan, Desk desk, Courier courier, ShardLayout layout) {
    this.node = node;
    this.plan = plan;
    this.desk = desk;
    this.courier = courier;
    this.layout = layout;
    this.attempt = plan.attempt();
    this.me = desk.me();
  }

  /** From the masked sum, once Opened stands, to the bare one. */
  Bare run(Blocks masked) {
    RoundView view = desk.vigil().await(v -> v.released().isPresent(), RoundVigil.Duty.NONE);
    KeyPage.Releasing page = erase(view);
    Digest opened = view.released().orElseThrow().bodyDigest();
    step(RoundStep.STAND_BY);
    Digest certificate = certify(opened);
    step(RoundStep.UNMASK);
    unmask(view, page, opened);
    Released released = collect(view, page, opened);
    List<Blocks> sums =
        plan.isGrouped() ? groups(page, released) : List.of(strip(released, masked));
    Beacon beacon = Beacon.of(attempt, opened, released.selfSeeds());
    String checks = ownSums(view, beacon).map(CheckSums::hex).orElse(null);
    return new Bare(sums, new Unmasked(certificate, released.digest(attempt), checks), released);
  }

  private Blocks strip(Released released, Blocks masked) {
    step(RoundStep.STRIP);
    return released.strip(attempt, layout, masked, Runtime.getRuntime().availableProcessors());
  }

  /** Under group-opening: masks between the groups come off too. */
  private List<Blocks> groups(KeyPage.Releasing page, Released released) {
    step(RoundStep.SEPARATE);
    GroupRelease groups = new GroupRelease(node, plan, desk, layout);
    Separation separation = groups.separate(page, released);
    step(RoundStep.STRIP);
    return groups.sums(separation, released);
  }

  private void step(RoundStep step) {
    node.observer().step(plan.round(), step);
  }

  /** S9: what must never be released is gone from the disk before the signature exists. */
  private KeyPage.Releasing erase(RoundView view) {
    List<MemberId> summed = view.contributors();
    List<MemberId> outside =
        layout.map().line().stream().filter(member -> !summed.contains(member)).toList();
    Optional<KeyPage> before = node.journal().keyPage(plan.round(), attempt);
    if (summed.contains(me)) {
      before.ifPresent(page -> keepOpening(view, page));
      node.journal().forget(plan.study().id()); // spent: it can never be contributed again
    }
    outside.forEach(member -> node.archive().forgetPieces(view, member));
    KeyPage.Releasing page =
        switch (before.orElse(KeyPage.Releasing.nothing())) {
          case KeyPage.Releasing done -> done;
          case KeyPage.Keying keying -> released(view, keying, outside);
        };
    if (before.isPresent()) {
      node.journal().keep(plan.round(), attempt, page);
    }
    return page;
  }

  private KeyPage.Releasing released(
      RoundView view, KeyPage.Keying keying, List<MemberId> outside) {
    List<MemberId> edges = view.masks().orElseThrow().neighbours(me);
    List<MemberId> summed = view.contributors();
    KeyPage.Releasing page = KeyPage.release(keying, me, summed, outside, edges);
    return plan.isGrouped()
        ? page.withSummed(keying, summed.stream().filter(edges::contains).toList())
        : page;
  }

  /**
   * While update and masks are both there, what opens this member's own contribution goes to the
   * vault; after a crash that left one of them it is there already.
   */
  private void keepOpening(RoundView view, KeyPage page) {
    if (node.keeping().openings().equals(OpeningVault.NONE)
        || !(page instanceof KeyPage.Keying keying)) {
      return;
    }
    KeyPage.Own own = keying.dealing();
    if (own == null) {
      return;
    }
    Digest commitment = Objects.requireNonNull(view.ready().get(me)).update();
    SortedMap<MemberId, Seed> edges = new TreeMap<>();
    keying
        .pairs()
        .forEach(
            (peer, keys) -> {
              if (layout.map().line().contains(peer)
                  && view.masks().orElseThrow().isEdge(me, peer)) {
                edges.put(peer, keys.mask());
              }
            });
    Seed self = own.dealing().self();
    node.journal()
        .update(plan.study().id())
        .filter(update -> update.commitment().equals(commitment))
        .map(update -> new Opening(update.blocks(), update.salt(), self, edges))
        .ifPresent(opening -> node.keeping().openings().keep(plan.round(), attempt, me, opening));
  }

  /** Signs, and waits until q members have. */
  private Digest certify(Digest opened) {
    if (plan.opened().members().contains(me)) {
      var _ = courier.publish(new OpenSignature(opened));
    }
    SequencedMap<MemberId, SignedMessage> signatures = new LinkedHashMap<>();
    int needed = desk.vigil().view().quorum().votes();
    Fetching fetching = new Fetching(node, courier);
    var _ =
        desk.vigil()
            .await(
                view -> signatures.size() >= needed,
                fetching.duty(
                    view -> {
                      int before = signatures.size();
                      for (MemberId member : plan.opened().members()) {
                        courier
                            .find(OpenSignature.class, member, "")
                            .filter(said -> said.opened().equals(opened))
                            .flatMap(said -> courier.signed(OpenSignature.class, member, ""))
                            .ifPresent(signed -> signatures.put(member, signed));
                      }
                      return signatures.size() > before;
                    },
                    view ->
                        plan.opened().members().stream()
                            .filter(member -> !signatures.containsKey(member))
                            .map(member -> wanted(OpenSignature.class, member, ""))
                            .toList()));
    return node.archive().keepCertificate(plan.round(), List.copyOf(signatures.values()));
  }

  static Courier.Wanted wanted(
      Class<? extends org.koinon.aggregation.masking.MemberMessage> type,
      MemberId author,
      String subject) {
    return new Courier.Wanted(author, Courier.type(type), subject);
  }

  /** S10: takes off this member's own masks. */
  private void unmask(RoundView view, KeyPage.Releasing page, Digest opened) {
    if (page.self() != null && view.contributors().contains(me)) {
      var _ = courier.publish(Unmask.of(opened, page.self(), page.dropped()));
    }
  }

  /** Waits until every mask that is left in the sum is known. */
  private Released collect(RoundView opening, KeyPage.Releasing page, Digest opened) {
    MaskCollection masks = new MaskCollection(plan, desk, courier, page, opened, opening);
    Fetching fetching = new Fetching(node, courier);
    var _ =
        desk.vigil()
            .await(
                view -> masks.isComplete(),
                fetching.duty(
                    view ->
                        masks.collect(desk.vigil().isPartOver(view, plan.unmasking(), 8))
                            || fallBack(view, masks),
                    view -> masks.wanted()));
    Released released = masks.released();
    node.archive().keep(plan.round(), attempt, released);
    return released;
  }

  /** Late in the phase a member that holds no tables takes what others have put together. */
  private boolean fallBack(RoundView view, MaskCollection masks) {
    if (!desk.vigil().isPartOver(view, plan.unmasking(), 3)) {
      return false;
    }
    for (MemberId member : plan.opened().members()) {
      Optional<byte[]> bytes =
          member.equals(me)
              ? Optional.empty()
              : desk.peers()
                  .fetch(
                      member, RoundArchive.releasedAddress(attempt), Released.encodedMax(attempt));
      if (bytes.isPresent() && masks.take(bytes.get())) {
        return true;
      }
    }
    return false;
  }

  /** The check sums of this member's own masked contribution, if it is in and has its pieces. */
  private Optional<CheckSums> ownSums(RoundView view, Beacon beacon) {
    if (!view.contributors().contains(me)) {
      return Optional.empty();
    }
    Digest root = view.committedRoot(me);
    List<CheckSums> sums = new ArrayList<>();
    for (int shard = 0; shard < layout.shards(); shard++) {
      int number = shard;
      node.archive()
          .piece(plan.round(), layout, me, shard, root)
          .ifPresent(piece -> sums.add(CheckSums.ofShard(beacon, layout, piece.blocks(), number)));
    }
    return sums.size() == layout.shards()
        ? sums.stream().reduce(CheckSums::plus)
        : Optional.empty();
  }
}
