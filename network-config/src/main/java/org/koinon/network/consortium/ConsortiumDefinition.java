package org.koinon.network.consortium;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.ConsortiumEntry;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Role;
import org.koinon.network.node.HostPort;
import org.koinon.network.yaml.Default;
import org.koinon.network.yaml.StrictYaml;

/**
 * Who founds a consortium, before there are keys.
 *
 * @param id its name
 * @param members the founders, sorted by id
 */
public record ConsortiumDefinition(ConsortiumId id, List<Founder> members) {
  /**
   * A founder.
   *
   * @param id its name on the ledger
   * @param legalName its name in law
   * @param roles what it is
   * @param listen where its node listens and is dialled
   * @param msp id of its organisation's membership service, for a ledger on Fabric
   */
  public record Founder(
      MemberId id,
      String legalName,
      @Default("[hospital]") List<Role> roles,
      HostPort listen,
      @Nullable String msp) {
    /** A founder that names no organisation on Fabric. */
    public Founder(MemberId id, String legalName, List<Role> roles, HostPort listen) {
      this(id, legalName, roles, listen, null);
    }
  }

  /** Refuses too few or too many founders, and two with one id or address. */
  public ConsortiumDefinition {
    members = members.stream().sorted(Comparator.comparing(Founder::id)).toList();
    if (members.size() < 3 || members.size() > ConsortiumEntry.MEMBERS_MAX) {
      throw new FormatException(
          "members",
          members.size() + " founders: a consortium has 3 to " + ConsortiumEntry.MEMBERS_MAX);
    }
    Set<Object> seen = new HashSet<>();
    for (Founder founder : members) {
      if (!seen.add(founder.id())) {
        throw new FormatException("members", founder.id() + " stands twice; remove one");
      }
      if (founder.msp() != null && !seen.add(founder.msp())) {
        throw new FormatException(
            "members", "msp " + founder.msp() + " belongs to two members; each has its own");
      }
      if (!seen.add(founder.listen())) {
        throw new FormatException(
            "members", founder.listen() + " belongs to two members; give each its own port");
      }
    }
  }

  /**
   * The same for a ledger on Fabric: who names no organisation there is of the one with its own id,
   * as this project's networks have it.
   */
  public ConsortiumDefinition onFabric() {
    return new ConsortiumDefinition(
        id,
        members.stream()
            .map(
                each ->
                    each.msp() != null
                        ? each
                        : new Founder(
                            each.id(),
                            each.legalName(),
                            each.roles(),
                            each.listen(),
                            each.id().value()))
            .toList());
  }

  /** The definition in this file. */
  public static ConsortiumDefinition read(Path file) {
    return StrictYaml.read(file, ConsortiumDefinition.class);
  }
}
