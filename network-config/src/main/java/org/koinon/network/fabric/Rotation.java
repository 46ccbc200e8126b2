package org.koinon.network.fabric;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.koinon.federation.study.MemberId;
import org.koinon.network.fabric.NetworkLayout.Orderer;
import org.koinon.network.fabric.NetworkLayout.Peer;
import org.koinon.network.pki.OrganisationalUnit;
import org.koinon.network.yaml.ConfigException;

/**
 * Gives members new keys and certificates while their network serves.
 *
 * <p>With BFT an orderer is down while the channel learns its new certificate, and comes back with
 * it: so it never signs a block with a key that the channel does not name. Nothing else is down
 * meanwhile, and the next one waits until this one orders again. A call that was cut off may be
 * repeated.
 */
final class Rotation {
  /** Signing keys of all orderers of a member. */
  static final String ORDERER = "orderer";

  /** TLS keys of all orderers and of the peer of a member. */
  static final String TLS = "tls";

  private static final List<String> KNOWN =
      List.of(Identities.ADMIN, Identities.CLIENT, Identities.PEER, ORDERER, TLS);

  private final NetworkLayout layout;
  private final Identities identities;
  private final Nodes nodes;
  private final FabricPrograms programs;
  private final Administration administration;

  Rotation(NetworkLayout layout, Identities identities, Nodes nodes, FabricPrograms programs) {
    this.layout = layout;
    this.identities = identities;
    this.nodes = nodes;
    this.programs = programs;
    this.administration = new Administration(layout, programs);
  }

  /** Refuses what cannot be rotated, before anything is done. */
  void check(MemberId member, String identity) {
    if (!KNOWN.contains(identity)) {
      throw new ConfigException(
          identity, 0, "cannot be rotated: it is one of " + String.join(", ", KNOWN));
    }
    boolean isHospital = layout.definition().isHospital(member);
    boolean orders = !orderers(member).isEmpty();
    if (identity.equals(ORDERER) && !orders) {
      List<MemberId> all = layout.definition().orderers().stream().distinct().toList();
      throw new ConfigException(member.value(), 0, "runs no orderer: they are run by " + all);
    }
    if ((identity.equals(Identities.PEER) && !isHospital)
        || (identity.equals(TLS) && !isHospital && !orders)) {
      throw new ConfigException(
          member.value(), 0, "runs no node that others dial: its admin and client can be rotated");
    }
  }

  /**
   * Rotates what was checked.
   *
   * @param through an orderer that runs
   */
  void rotate(MemberId member, String identity, Orderer through) {
    switch (identity) {
      case ORDERER -> orderers(member).forEach(this::signingKey);
      case TLS -> {
        orderers(member).forEach(this::tlsKey);
        if (layout.definition().isHospital(member)) {
          tlsKey(layout.peer(member));
        }
      }
      case Identities.PEER -> {
        var _ = identities.of(member).rotateIdentity(identity, OrganisationalUnit.PEER);
        nodes.stop(layout.peer(member).name());
        nodes.start(programs, layout.peer(member));
        revokeOld(member, identity, through);
      }
      case Identities.ADMIN -> person(member, identity, OrganisationalUnit.ADMIN, through);
      default -> person(member, identity, OrganisationalUnit.CLIENT, through);
    }
  }

  private void person(MemberId member, String identity, OrganisationalUnit unit, Orderer through) {
    var _ = identities.of(member).rotateIdentity(identity, unit);
    revokeOld(member, identity, through);
  }

  private void signingKey(Orderer orderer) {
    requireOthers(orderer);
    String name = NetworkLayout.identity(orderer);
    var _ = identities.of(orderer.member()).prepareIdentity(name, OrganisationalUnit.ORDERER);
    replace(orderer, isBft()); // raft names orderers by their TLS certificates alone
    revokeOld(orderer.member(), name, orderer);
  }

  private void tlsKey(Orderer orderer) {
    requireOthers(orderer);
    identities.prepareTls(NetworkLayout.identity(orderer), orderer.member());
    replace(orderer, true);
  }

  /** The chaincode gets to know its peer's new certificate from what the peer hands its builder. */
  private void tlsKey(Peer peer) {
    identities.prepareTls(Identities.PEER, peer.member());
    nodes.stop(peer.name());
    identities.of(peer.member()).adopt(Identities.PEER);
    ChaincodeConnection.write(layout, peer);
    NetworkFiles.deleteTree(peer.ledger().resolve("externalbuilder").resolve("builds"));
    nodes.start(programs, peer);
    administration.askChaincode(peer);
  }

  /** Has an orderer come back with the certificates that were prepared for it. */
  private void replace(Orderer orderer, boolean isNamed) {
    List<Orderer> others = others(orderer);
    Orderer through = others.isEmpty() ? orderer : others.getFirst();
    if (isBft()) {
      nodes.stop(orderer.name());
    }
    if (isNamed) {
      nameOnChannel(orderer, through);
    }
    long height = administration.standing(through).height();
    nodes.stop(orderer.name());
    identities.of(orderer.member()).adopt(NetworkLayout.identity(orderer));
    nodes.start(programs, orderer);
    nodes.await(programs, orderer, () -> administration.standing(orderer).ordersFrom(height));
  }

  private void nameOnChannel(Orderer orderer, Orderer through) {
    try {
      change(through, change -> change.name(orderer, majority(orderer.member())));
    } catch (RuntimeException e) {
      try {
        nodes.start(programs, orderer); // with what it had
      } catch (FabricException another) {
        e.addSuppressed(another);
      }
      throw e;
    }
  }

  private boolean isBft() {
    return layout.definition().consensus() == Consensus.BFT;
  }

  /** Those too that an earlier call replaced before it was cut off. */
  private void revokeOld(MemberId member, String name, Orderer through) {
    identities.of(member).revokeRetired(name);
    change(through, change -> change.renew(member));
  }

  /** Returns when the change stands, so that the next one is made of what it left. */
  private void change(Orderer through, Consumer<ChannelChange> action) {
    ChannelChange change = new ChannelChange(layout, administration, through);
    long before = change.sequence();
    if (isBft()) {
      action.accept(change);
    } else {
      Patience.insist(() -> action.accept(change)); // orderers elect a leader, perhaps
    }
    nodes.await(programs, through, () -> change.sequence() > before);
  }

  /** With one orderer down already, taking down a second would stop the ledger. */
  private void requireOthers(Orderer orderer) {
    for (Orderer each : others(orderer)) {
      if (!nodes.isRunning(each.name()) || !administration.standing(each).ordersFrom(0)) {
        throw new FabricException(
            each.name()
                + " does not order, and without it and "
                + orderer.name()
                + " the ledger may stop: bring the network up with koinon network up --fabric,"
                + " then rotate again; see "
                + nodes.log(each.name()));
      }
    }
  }

  private List<Orderer> orderers(MemberId member) {
    return layout.orderers().stream().filter(each -> each.member().equals(member)).toList();
  }

  private List<Orderer> others(Orderer orderer) {
    return layout.orderers().stream().filter(each -> !each.equals(orderer)).toList();
  }

  /** The least that must sign for those who order, the member whose key it is among them. */
  private List<MemberId> majority(MemberId first) {
    List<MemberId> all =
        Stream.concat(Stream.of(first), layout.definition().orderers().stream())
            .distinct()
            .toList();
    return all.subList(0, all.size() / 2 + 1);
  }
}
