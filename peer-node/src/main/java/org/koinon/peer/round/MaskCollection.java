package org.koinon.peer.round;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Bytes;
import org.koinon.aggregation.masking.Dealt;
import org.koinon.aggregation.masking.HeldShares;
import org.koinon.aggregation.masking.Holders;
import org.koinon.aggregation.masking.Masks;
import org.koinon.aggregation.masking.MemberMessage.ReleasedShare;
import org.koinon.aggregation.masking.MemberMessage.Unmask;
import org.koinon.aggregation.masking.Recovered;
import org.koinon.aggregation.masking.Recovery;
import org.koinon.aggregation.masking.Released;
import org.koinon.aggregation.masking.Seed;
import org.koinon.aggregation.masking.Share;
import org.koinon.aggregation.masking.ShareKind;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.MaskedEntry.Keyed;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.study.MemberId;

/**
 * The masks left in a sum, as they become known: each member of it takes off its own; of those who
 * are silent the others release shares, until t of them rebuild what is missing (S10).
 */
final class MaskCollection {
  private record Edge(MemberId member, MemberId dropped) {}

  private final RoundPlan plan;
  private final Desk desk;
  private final Courier courier;
  private final KeyPage.Releasing page;
  private final Digest opened;
  private final RoundView view;
  private final Attempt attempt;
  private final Holders holders;
  private final SortedMap<MemberId, Seed> selfSeeds = new TreeMap<>();
  private final Map<Edge, Seed> edges = new java.util.LinkedHashMap<>();
  private final Set<Edge> open = new LinkedHashSet<>();
  private final Set<MemberId> misdealt = new HashSet<>();
  private final Set<MemberId> convicted = new HashSet<>();
  private final Set<MemberId> released = new HashSet<>();

  MaskCollection(
      RoundPlan plan,
      Desk desk,
      Courier courier,
      KeyPage.Releasing page,
      Digest opened,
      RoundView view) {
    this.plan = plan;
    this.desk = desk;
    this.courier = courier;
    this.page = page;
    this.opened = opened;
    this.view = view;
    this.attempt = plan.attempt();
    this.holders = plan.holders(view);
    List<MemberId> summed = view.contributors();
    for (MemberId outside : view.shards().orElseThrow().line()) {
      if (!summed.contains(outside)) {
        summed.stream()
            .filter(member -> view.masks().orElseThrow().isEdge(member, outside))
            .forEach(member -> open.add(new Edge(member, outside)));
      }
    }
  }

  boolean isComplete() {
    return selfSeeds.keySet().containsAll(view.contributors()) && edges.keySet().containsAll(open);
  }

  /** All that was released; once complete. */
  Released released() {
    List<Masks.LooseEnd> ends = new ArrayList<>();
    edges.forEach((edge, seed) -> ends.add(new Masks.LooseEnd(edge.member, edge.dropped, seed)));
    return new Released(selfSeeds, ends);
  }

  /**
   * Takes what is here.
   *
   * @param isLate whether the silent have been waited for long enough
   * @return whether anything became known
   */
  boolean collect(boolean isLate) {
    int before = selfSeeds.size() + edges.size();
    view.contributors().forEach(this::ownWords);
    if (isLate && !isComplete()) {
      releaseShares();
      silentMembers().forEach(this::rebuildSelf);
      openTables().forEach(this::rebuildEdges);
    }
    return selfSeeds.size() + edges.size() > before;
  }

  private void ownWords(MemberId member) {
    if (selfSeeds.containsKey(member)) {
      return;
    }
    courier
        .find(Unmask.class, member, "")
        .filter(said -> said.phase().equals(opened))
        .filter(said -> Recovery.isSelf(attempt, dealt(member), said.self()))
        .ifPresent(
            said -> {
              selfSeeds.put(member, said.self());
              said.dropped().forEach((dropped, seed) -> put(new Edge(member, dropped), seed));
            });
  }

  private void put(Edge edge, Seed seed) {
    if (open.contains(edge)) {
      edges.putIfAbsent(edge, seed);
    }
  }

  private Dealt dealt(MemberId member) {
    Keyed keyed = Objects.requireNonNull(view.keyed().get(member));
    return new Dealt(member, keyed.packRoot(), keyed.selfHash(), keyed.table());
  }

  private List<MemberId> silentMembers() {
    return view.contributors().stream().filter(member -> !selfSeeds.containsKey(member)).toList();
  }

  /** Members outside that share a mask with a silent one inside. */
  private List<MemberId> openTables() {
    return open.stream()
        .filter(edge -> !edges.containsKey(edge))
        .map(Edge::dropped)
        .distinct()
        .toList();
  }

  /** This member's shares of what is missing; each is of the one kind that it still has. */
  private void releaseShares() {
    Set<MemberId> sought = new LinkedHashSet<>(silentMembers());
    sought.addAll(openTables());
    for (MemberId dealer : sought) {
      HeldShares held = page.held().get(dealer);
      if (held == null || !held.dealt().equals(dealt(dealer)) || !released.add(dealer)) {
        continue;
      }
      ShareKind kind = view.contributors().contains(dealer) ? ShareKind.SELF : ShareKind.RECOVERY;
      held.share(kind)
          .ifPresent(
              share -> {
                var _ = courier.publish(new ReleasedShare(opened, share));
              });
    }
  }

  private List<Share> shares(MemberId dealer) {
    List<Share> shares = new ArrayList<>();
    for (MemberId holder : holders.ready()) {
      courier
          .find(ReleasedShare.class, holder, Courier.subject(dealer))
          .filter(said -> said.phase().equals(opened) && said.share().holder().equals(holder))
          .ifPresent(
              said -> {
                shares.add(said.share());
                judge(holder, said.share());
              });
    }
    return shares;
  }

  /**
   * Who released a share that its dealer did not commit to is put on record, with its message. Only
   * of the kind that is meant to be public: no other share is ever evidence.
   */
  private void judge(MemberId holder, Share share) {
    MemberId dealer = share.dealer();
    ShareKind kind = view.contributors().contains(dealer) ? ShareKind.SELF : ShareKind.RECOVERY;
    if (share.kind() == kind
        && !share.isIn(dealt(dealer).packRoot(), holders)
        && convicted.add(holder)) {
      courier
          .signed(ReleasedShare.class, holder, Courier.subject(dealer))
          .ifPresent(signed -> Accusations.wrongShare(plan, desk, signed));
    }
  }

  private void rebuildSelf(MemberId dealer) {
    settle(dealer, Recovery.selfMask(holders, dealt(dealer), shares(dealer)))
        .ifPresent(self -> selfSeeds.put(dealer, self));
  }

  private void rebuildEdges(MemberId dropped) {
    HeldShares held = page.held().get(dropped);
    Bytes table = held == null ? null : held.table();
    if (table == null || !table.sha256().equals(dealt(dropped).tableHash())) {
      return;
    }
    settle(dropped, Recovery.pairMasks(holders, dealt(dropped), table, shares(dropped)))
        .ifPresent(seeds -> seeds.forEach((member, seed) -> put(new Edge(member, dropped), seed)));
  }

  private <T> Optional<T> settle(MemberId dealer, Recovered<T> recovered) {
    if (recovered instanceof Recovered.Misdealt<T>(List<Share> evidence) && misdealt.add(dealer)) {
      Accusations.misdealt(plan, desk, opened, dealer, evidence);
    }
    return recovered.found();
  }

  /** What to ask for. */
  List<Courier.Wanted> wanted() {
    List<Courier.Wanted> wanted = new ArrayList<>();
    Set<MemberId> sought = new LinkedHashSet<>(silentMembers());
    silentMembers().forEach(member -> wanted.add(Release.wanted(Unmask.class, member, "")));
    sought.addAll(openTables());
    for (MemberId dealer : sought) {
      for (MemberId holder : holders.ready()) {
        wanted.add(Release.wanted(ReleasedShare.class, holder, Courier.subject(dealer)));
      }
    }
    return wanted;
  }

  /**
   * Takes what another member has put together; self masks are checked, edges by the sum's range.
   */
  boolean take(byte[] bytes) {
    Released others;
    try {
      others = Released.decode(attempt, bytes);
    } catch (FormatException e) {
      return false;
    }
    int before = selfSeeds.size() + edges.size();
    others
        .selfSeeds()
        .forEach(
            (member, self) -> {
              if (view.contributors().contains(member)
                  && Recovery.isSelf(attempt, dealt(member), self)) {
                selfSeeds.putIfAbsent(member, self);
              }
            });
    others.looseEnds().forEach(end -> put(new Edge(end.member(), end.dropped()), end.seed()));
    return selfSeeds.size() + edges.size() > before;
  }
}
