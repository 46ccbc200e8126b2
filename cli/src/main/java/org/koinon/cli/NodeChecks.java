package org.koinon.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.koinon.federation.ledger.LedgerException;
import org.koinon.federation.ledger.Membership;
import org.koinon.federation.study.Member;
import org.koinon.federation.study.MemberId;
import org.koinon.network.node.HostPort;
import org.koinon.network.node.NodeConfig;
import org.koinon.network.node.PeerAddress;
import org.koinon.network.yaml.ConfigException;
import org.koinon.peer.dataset.DataException;
import org.koinon.peer.dataset.DatasetSource;
import org.koinon.peer.ledger.NodeLedger;
import org.koinon.peer.node.NodeHome;
import org.koinon.peer.round.SiteException;
import org.koinon.peer.training.TrainingDevice;

/** What one node needs: its files, its address, its table, its ledger. */
final class NodeChecks {
  private static final long DISK_LEAST_BYTES = 1L << 30;

  private final Path file;
  private final List<Check> checks = new ArrayList<>();

  NodeChecks(Path file) {
    this.file = file;
  }

  List<Check> all() {
    NodeHome home;
    try {
      home = NodeHome.read(file);
      checks.add(Check.ok("config", file + " of " + home.config().member()));
    } catch (ConfigException e) {
      checks.add(Check.fail("config", e));
      return checks;
    }
    checks.add(port(home.config().network().listen()));
    keys(home);
    folders(home.config());
    data(home);
    if (home.config().training().device() == NodeConfig.Device.GPU) {
      checks.add(gpu());
    }
    ledger(home);
    return checks;
  }

  private static Check port(HostPort listen) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(listen.host(), listen.port()));
      return Check.ok("port", listen + " is free");
    } catch (IOException e) {
      return Check.warn(
          "port",
          listen + " cannot be bound (" + e.getMessage() + ")",
          "fine if this node is running; else end what uses the port, or set network.listen");
    }
  }

  private void keys(NodeHome home) {
    try {
      home.author().key().close();
      String peerId = home.transportKey().peerId().toString();
      checks.add(Check.ok("keys", "readable by their owner only; peer " + peerId));
    } catch (ConfigException e) {
      checks.add(Check.fail("keys", e));
    }
  }

  private void folders(NodeConfig config) {
    for (Path folder : List.of(config.archive().folder(), config.journal())) {
      try {
        Files.createDirectories(folder);
        long free = Files.getFileStore(folder).getUsableSpace();
        String found = folder + ", " + (free >> 20) + " MiB free";
        if (!Files.isWritable(folder)) {
          checks.add(Check.fail("folder", folder + " cannot be written to", "mend its rights"));
        } else if (free < DISK_LEAST_BYTES) {
          checks.add(Check.warn("folder", found, "free space before a study begins"));
        } else {
          checks.add(Check.ok("folder", found));
        }
      } catch (IOException e) {
        checks.add(Check.fail("folder", folder + ": " + e.getMessage(), "mend path or rights"));
      }
    }
  }

  private void data(NodeHome home) {
    try {
      DatasetSource source = home.dataset().orElse(null);
      if (source == null) {
        checks.add(
            Check.warn(
                "data", "no dataset is named", "a hospital adds the section dataset to " + file));
        return;
      }
      var data = new DataChecks(source, home.config().consent());
      checks.add(data.table());
      checks.add(data.consent());
      checks.addAll(data.cohort());
    } catch (DataException | ConfigException | SiteException e) {
      checks.add(Check.fail("data", e));
    }
  }

  private static Check gpu() {
    Check check = MachineChecks.training(TrainingDevice.GPU);
    return check.status() == Check.Status.OK
        ? check
        : Check.fail(
            "gpu",
            check.finding(),
            "CUDA builds are not on Maven Central: download libtorch 2.7.1 for your CUDA and set"
                + " PYTORCH_LIBRARY_PATH to its lib folder, or set training.device: cpu");
  }

  private void ledger(NodeHome home) {
    NodeConfig.Ledger where = home.config().ledger();
    if (where.engine() == NodeConfig.Engine.EMBEDDED) {
      organisation(home);
    }
    if (where.engine() == NodeConfig.Engine.EMBEDDED && Files.notExists(where.file())) {
      checks.add(
          Check.warn(
              "ledger",
              where.file() + " is not there yet",
              "the first command or node that opens it writes its first entry"));
      return;
    }
    try (NodeLedger ledger = home.ledger(home.own("registrar.pin"))) {
      checks.add(Check.ok("ledger", ledger.read(log -> log.size()) + " entries, each verified"));
      peers(home.config().network().peers(), ledger.read(log -> new Membership(log).members()));
    } catch (ConfigException | LedgerException e) {
      checks.add(Check.fail("ledger", e));
    }
  }

  /** Members with organisations on Fabric mean to have their ledger there. */
  private void organisation(NodeHome home) {
    try {
      boolean isNamed =
          home.consortium().members().stream()
              .anyMatch(each -> each.id().equals(home.config().member()) && each.msp() != null);
      if (isNamed) {
        checks.add(
            Check.warn(
                "ledger",
                "is the embedded one, and this member's record names an organisation on Fabric",
                "koinon network up --fabric DIR has the node's file name the channel"));
      }
    } catch (ConfigException e) {
      checks.add(Check.fail("consortium", e));
    }
  }

  private void peers(Map<String, PeerAddress> configured, List<Member> members) {
    int fit = 0;
    for (Map.Entry<String, PeerAddress> peer : configured.entrySet()) {
      String bound =
          members.stream()
              .filter(member -> member.id().equals(new MemberId(peer.getKey())))
              .map(Member::peerId)
              .findFirst()
              .orElse("");
      if (bound.equals(peer.getValue().peerId())) {
        fit++;
      } else {
        checks.add(
            Check.fail(
                "peers",
                peer.getKey()
                    + (bound.isEmpty()
                        ? " is no member on the ledger"
                        : " has another peer id on the ledger: " + bound),
                "correct network.peers in " + file));
      }
    }
    if (fit == configured.size()) {
      checks.add(
          configured.size() == members.size() - 1
              ? Check.ok("peers", fit + " addresses, each of a member")
              : Check.warn(
                  "peers",
                  fit + " addresses for " + (members.size() - 1) + " other members",
                  "add the others to network.peers; only named addresses are dialled"));
    }
  }
}
