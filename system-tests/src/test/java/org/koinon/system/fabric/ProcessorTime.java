package org.koinon.system.fabric;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.koinon.network.fabric.NodeStatus;

/**
 * How long the processors worked for each kind of process of a network, and for this process, since
 * they started.
 *
 * @param byKind of {@code chaincode}, {@code client}, {@code orderer} and {@code peer}
 */
record ProcessorTime(Map<String, Duration> byKind) {
  ProcessorTime {
    byKind = Map.copyOf(byKind);
  }

  /**
   * Until now.
   *
   * @param network whose nodes are asked
   * @param chaincodes further processes, which count as chaincode
   */
  static ProcessorTime now(RealNetwork network, List<Process> chaincodes) {
    Map<String, Duration> byKind = new TreeMap<>();
    for (NodeStatus node : network.network().status()) {
      node.processId()
          .ifPresent(id -> add(byKind, kind(node.name()), ProcessHandle.of(id).orElseThrow()));
    }
    chaincodes.forEach(each -> add(byKind, "chaincode", each.toHandle()));
    add(byKind, "client", ProcessHandle.current());
    return new ProcessorTime(byKind);
  }

  private static String kind(String node) {
    return node.substring(0, node.indexOf('.'));
  }

  private static void add(Map<String, Duration> byKind, String kind, ProcessHandle process) {
    byKind.merge(kind, process.info().totalCpuDuration().orElseThrow(), Duration::plus);
  }

  /** For each of so many entries, in milliseconds, since an earlier time. */
  String perEntry(ProcessorTime before, int entries) {
    StringBuilder text = new StringBuilder();
    double all = 0;
    for (Map.Entry<String, Duration> each : new TreeMap<>(byKind).entrySet()) {
      Duration since =
          each.getValue().minus(before.byKind.getOrDefault(each.getKey(), Duration.ZERO));
      double millis = since.toNanos() / 1e6 / entries;
      all += millis;
      text.append(String.format(Locale.ROOT, ", %s %.1f", each.getKey(), millis));
    }
    return String.format(Locale.ROOT, "%.1f ms%s", all, text);
  }
}
