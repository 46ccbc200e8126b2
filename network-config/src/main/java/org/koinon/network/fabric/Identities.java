package org.koinon.network.fabric;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Role;
import org.koinon.network.fabric.FabricNetworkDefinition.Organisation;
import org.koinon.network.fabric.NetworkLayout.Orderer;
import org.koinon.network.pki.OrganisationFolder;
import org.koinon.network.pki.OrganisationalUnit;

/** Which identities an organisation of the network has, issued or brought. */
final class Identities {
  /** Changes the channel in its organisation's name. */
  static final String ADMIN = "admin";

  /** Submits and reads in its organisation's name. */
  static final String CLIENT = "client";

  /** Of a hospital's peer. */
  static final String PEER = "peer";

  /** Of a hospital's chaincode: TLS only. */
  static final String CHAINCODE = "chaincode";

  private final NetworkLayout layout;
  private final SecureRandom random;
  private final InstantSource clock;

  Identities(NetworkLayout layout, SecureRandom random, InstantSource clock) {
    this.layout = layout;
    this.random = random;
    this.clock = clock;
  }

  /** The folder of an organisation's identities. */
  OrganisationFolder of(MemberId member) {
    return new OrganisationFolder(
        layout.organisation(member),
        member,
        layout.definition().organisation(member).role(),
        random,
        clock);
  }

  /**
   * Makes all identities of an organisation, in a folder that does not exist.
   *
   * @param definitionFolder that a path to brought certificates is relative to
   */
  void create(Organisation organisation, Path definitionFolder) {
    OrganisationFolder folder = of(organisation.id());
    Path certificates = organisation.certificates();
    Path brought = certificates == null ? null : definitionFolder.resolve(certificates);
    if (brought == null) {
      folder.createAuthorities();
    } else {
      folder.bringAuthorities(brought);
    }
    identity(folder, brought, ADMIN, OrganisationalUnit.ADMIN);
    tls(folder, brought, ADMIN, organisation.id());
    identity(folder, brought, CLIENT, OrganisationalUnit.CLIENT);
    if (organisation.role() == Role.HOSPITAL) {
      identity(folder, brought, PEER, OrganisationalUnit.PEER);
      tls(folder, brought, PEER, organisation.id());
      tls(folder, brought, CHAINCODE, organisation.id());
    }
    for (Orderer orderer : layout.orderers()) {
      if (orderer.member().equals(organisation.id())) {
        identity(folder, brought, NetworkLayout.identity(orderer), OrganisationalUnit.ORDERER);
        tls(folder, brought, NetworkLayout.identity(orderer), organisation.id());
      }
    }
  }

  private static void identity(
      OrganisationFolder folder, @Nullable Path brought, String name, OrganisationalUnit unit) {
    if (brought == null) {
      folder.issueIdentity(name, unit);
    } else {
      folder.bringIdentity(brought, name, unit);
    }
  }

  private void tls(
      OrganisationFolder folder, @Nullable Path brought, String name, MemberId member) {
    if (brought == null) {
      folder.issueTlsEndpoint(name, issuedHosts(name, member));
    } else {
      folder.bringTlsEndpoint(brought, name, layout.hosts());
    }
  }

  /** Makes what will replace a TLS endpoint of a member, with another key. */
  void prepareTls(String name, MemberId member) {
    of(member).prepareTlsEndpoint(name, issuedHosts(name, member));
  }

  /** What is issued here may also be dialled under the node's own name, in a container. */
  private List<String> issuedHosts(String name, MemberId member) {
    List<String> all = new ArrayList<>(layout.hosts());
    all.add(NetworkLayout.ownHost(name + "." + member));
    return all;
  }
}
