package org.koinon.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.ledger.RoundEntry.Attested;
import org.koinon.federation.ledger.RoundEntry.Committed;
import org.koinon.federation.ledger.RoundEntry.Ready;
import org.koinon.federation.ledger.RoundEntry.ShardResult;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.study.MemberId;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What left one member's building in one round, as the ledger proves it.
 *
 * @param round study and number
 * @param sent each thing with the entry that shows it, in order
 * @param nearDifference by how many members the round's set differs from the last opened one, where
 *     that is so few that the two results together show something of them
 */
record SentRound(String round, List<Sent> sent, @Nullable Integer nearDifference) {
  /**
   * One thing that left.
   *
   * @param what in words
   * @param entry key of the entry that proves it
   */
  record Sent(String what, String entry) {}

  static SentRound of(RoundView view, MemberId me) {
    List<Sent> sent = new ArrayList<>();
    Ready ready = view.ready().get(me);
    if (ready != null) {
      sent.add(
          new Sent(
              String.format(
                  Locale.ROOT,
                  "commitment %s to the update; consent snapshot %d, dataset snapshot %d cited",
                  ready.update().brief(),
                  ready.consent(),
                  ready.dataset()),
              ready.key(me).value()));
    }
    Committed committed = view.committed().get(me);
    if (committed != null) {
      String root = "root " + committed.root().brief() + " over the pieces of the update";
      sent.add(new Sent(root, committed.key(me).value()));
      view.shards().ifPresent(map -> pieces(view, map, me, sent));
    }
    ShardResult result = view.shardResults().get(me);
    if (result != null) {
      String sums = "sums of shards " + result.roots().stream().map(r -> r.shard()).toList();
      sent.add(new Sent(sums, result.key(me).value()));
    }
    Attested attested = view.attested().get(me);
    if (attested != null) {
      String vote =
          "vote on model " + attested.model().brief() + ", metrics " + attested.evaluation();
      sent.add(new Sent(vote, attested.key(me).value()));
    }
    return new SentRound(
        view.opened().id().toString(), List.copyOf(sent), view.nearDifference().orElse(null));
  }

  /** Pieces that others have receipted; under policy open they are in the clear. */
  private static void pieces(RoundView view, ShardMap map, MemberId me, List<Sent> sent) {
    boolean isMasked = view.study().privacy().policy().isMasked();
    String how = isMasked ? ", under its masks" : ", in the clear (policy open)";
    int place = map.line().indexOf(me);
    view.receipted()
        .forEach(
            (holder, receipted) ->
                receipted.receipts().stream()
                    .filter(receipt -> !holder.equals(me) && receipt.from().has(place))
                    .forEach(
                        receipt ->
                            sent.add(
                                new Sent(
                                    "piece of shard " + receipt.shard() + " to " + holder + how,
                                    receipted.key(holder).value()))));
  }

  String text() {
    StringBuilder text = new StringBuilder(round).append('\n');
    if (sent.isEmpty()) {
      text.append("  nothing\n");
    }
    for (Sent one : sent) {
      text.append("  ").append(one.what()).append("\n      proof: ").append(one.entry());
      text.append('\n');
    }
    if (nearDifference != null) {
      text.append("  near difference: the set differs from the last opened one by ")
          .append(nearDifference)
          .append("; the two results together show something of these members\n");
    }
    return text.toString().stripTrailing();
  }

  String json() {
    ObjectNode node = JsonMapper.builder().build().createObjectNode();
    node.put("round", round);
    ArrayNode list = node.putArray("sent");
    sent.forEach(one -> list.addObject().put("what", one.what()).put("entry", one.entry()));
    if (nearDifference != null) {
      node.put("nearDifference", nearDifference);
    }
    return node.toString();
  }
}
