package org.koinon.peer.round;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.Contribution;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.KemSecret;
import org.koinon.aggregation.masking.Mask;
import org.koinon.aggregation.masking.Masks;
import org.koinon.aggregation.masking.PairKeys;
import org.koinon.aggregation.masking.Seed;
import org.koinon.federation.contribution.MaskGraph;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.study.MemberId;
import org.koinon.peer.round.RoundVigil.Duty;

/**
 * The masks go on: this attempt's key, the secrets shared with others, the contribution under them.
 */
final class Masking {
  private final RoundContext node;
  private final RoundPlan plan;
  private final Desk desk;

  Masking(RoundContext node, RoundPlan plan, Desk desk) {
    this.node = node;
    this.plan = plan;
    this.desk = desk;
  }

  /** The hash of this attempt's key, which is drawn and journalled first. */
  Digest kemKey() {
    Attempt attempt = plan.attempt();
    KemSecret kem =
        node.journal()
            .keyPage(plan.round(), attempt)
            .filter(KeyPage.Keying.class::isInstance)
            .map(page -> ((KeyPage.Keying) page).kem())
            .orElseGet(
                () -> {
                  KemSecret drawn = KemSecret.draw(node.random());
                  node.journal().keep(plan.round(), attempt, KeyPage.Keying.of(drawn));
                  return drawn;
                });
    return kem.publicKey().hash(attempt, desk.me());
  }

  /** The weight that Ready declares, where masked sums are weighted in the clear. */
  static @Nullable Integer units(RoundPlan plan, PreparedUpdate made) {
    boolean declared =
        plan.isMasked()
            && switch (plan.study().privacy().weights()) {
              case PUBLIC, BUCKET -> true;
              case MASKED, UNIFORM -> false;
            };
    return declared ? made.units() : null;
  }

  /**
   * Exchanges keys and shares until it is clear who masks for whom; the secrets, if it takes part.
   */
  Optional<KeyPage.Keying> agree() {
    RoundVigil vigil = desk.vigil();
    RoundView view = vigil.view();
    Optional<KeyPage.Keying> page =
        node.journal()
            .keyPage(plan.round(), plan.attempt())
            .filter(KeyPage.Keying.class::isInstance)
            .map(KeyPage.Keying.class::cast)
            .filter(found -> view.ready().containsKey(desk.me()));
    if (page.isEmpty()) {
      var _ = vigil.await(v -> v.shards().isPresent(), Duty.NONE);
      return page;
    }
    Courier courier = new Courier(node, plan.holders(view), plan.keys());
    KeyExchange exchange = new KeyExchange(node, plan, desk, courier, page.get());
    RoundView keyed = vigil.await(v -> v.shards().isPresent(), exchange);
    exchange.accuse(keyed, desk);
    return Optional.of(exchange.page());
  }

  /** The update under its masks: what leaves this node. */
  Optional<Contribution> mask(
      ShardLayout layout, PreparedUpdate made, Optional<KeyPage.Keying> keys) {
    KeyPage.Own own = keys.map(KeyPage.Keying::dealing).orElse(null);
    if (own == null) {
      return Optional.empty();
    }
    MaskGraph graph = desk.vigil().view().masks().orElseThrow();
    SortedMap<MemberId, Seed> edges = new TreeMap<>();
    for (MemberId member : layout.map().line()) {
      if (!member.equals(desk.me()) && graph.isEdge(desk.me(), member)) {
        PairKeys pair = keys.orElseThrow().pairs().get(member);
        if (pair == null) {
          desk.vigil().note("no contribution: the keys shared with " + member + " are lost");
          return Optional.empty();
        }
        edges.put(member, pair.mask());
      }
    }
    List<Mask> masks = Masks.of(plan.attempt(), desk.me(), own.dealing().self(), edges);
    int threads = Runtime.getRuntime().availableProcessors();
    Blocks blocks = Masks.apply(layout, made.blocks(), masks, threads);
    return Optional.of(Contribution.cut(layout, desk.me(), blocks, null));
  }
}
