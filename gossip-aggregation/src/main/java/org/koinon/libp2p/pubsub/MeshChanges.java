package org.koinon.libp2p.pubsub;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.koinon.libp2p.core.PeerId;

/** GRAFT and PRUNE of one step, gathered per peer so that each peer gets one frame. */
final class MeshChanges {
  private static final int PER_FRAME = 32;

  private final Map<PeerId, List<Topic>> grafts = new LinkedHashMap<>();
  private final Map<PeerId, List<Rpc.Prune>> prunes = new LinkedHashMap<>();

  void graft(PeerId peer, Topic topic) {
    grafts.computeIfAbsent(peer, _ -> new ArrayList<>()).add(topic);
  }

  void prune(PeerId peer, Rpc.Prune prune) {
    prunes.computeIfAbsent(peer, _ -> new ArrayList<>()).add(prune);
  }

  void send(RouterOutput out) {
    grafts.forEach(
        (peer, topics) -> {
          for (int i = 0; i < topics.size(); i += PER_FRAME) {
            out.send(peer, Rpc.meshChange(part(topics, i), List.of()));
          }
        });
    prunes.forEach(
        (peer, entries) -> {
          for (int i = 0; i < entries.size(); i += PER_FRAME) {
            out.send(peer, Rpc.meshChange(List.of(), part(entries, i)));
          }
        });
  }

  private static <T> List<T> part(List<T> all, int from) {
    return all.subList(from, Math.min(from + PER_FRAME, all.size()));
  }
}
