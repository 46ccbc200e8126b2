package org.koinon.network.consortium;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.ConsortiumEntry;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.Member;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Role;
import org.koinon.network.node.HostPort;
import org.koinon.network.yaml.StrictYaml;

/**
 * The public records of a consortium's members ({@code consortium.yaml}).
 *
 * @param id its name
 * @param members in the order of the file
 */
public record ConsortiumFile(ConsortiumId id, List<Entry> members) {
  /**
   * A member and where its node is.
   *
   * @param id its name on the ledger
   * @param legalName its name in law
   * @param roles what it is
   * @param signingKey signs its entries
   * @param peerId of its node
   * @param address of its node
   * @param msp id of its organisation's membership service, where the ledger is on Fabric
   */
  public record Entry(
      MemberId id,
      String legalName,
      List<Role> roles,
      PublicKey signingKey,
      String peerId,
      HostPort address,
      @Nullable String msp) {
    /** The record that stands on the ledger. */
    public Member member() {
      return new Member(id, legalName, roles, signingKey, peerId, msp);
    }
  }

  /** Refuses two members with one id, key, peer id or address. */
  public ConsortiumFile {
    members = List.copyOf(members);
    if (members.size() > ConsortiumEntry.MEMBERS_MAX) {
      throw new FormatException("members", "at most " + ConsortiumEntry.MEMBERS_MAX);
    }
    Set<Object> seen = new HashSet<>();
    for (Entry entry : members) {
      entry.member();
      for (Object own : List.of(entry.id(), entry.signingKey(), entry.peerId(), entry.address())) {
        if (!seen.add(own)) {
          throw new FormatException(
              "members", entry.id() + " has the same " + own + " as another member; correct one");
        }
      }
      if (entry.msp() != null && !seen.add(List.of("msp", entry.msp()))) {
        throw new FormatException(
            "members", entry.id() + " has the same msp as another member; correct one");
      }
    }
  }

  /** The file's content. */
  public static ConsortiumFile read(Path file) {
    return StrictYaml.read(file, ConsortiumFile.class);
  }
}
