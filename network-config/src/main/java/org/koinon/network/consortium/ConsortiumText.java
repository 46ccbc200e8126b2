package org.koinon.network.consortium;

import java.util.List;
import org.koinon.federation.encoding.Canonical;
import org.koinon.federation.encoding.Json;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.study.Member;
import org.koinon.network.consortium.ConsortiumDefinition.Founder;

/** The YAML of a new consortium, with comments for its readers. */
final class ConsortiumText {
  private ConsortiumText() {}

  static String consortium(ConsortiumDefinition definition, List<Member> members) {
    StringBuilder text = new StringBuilder("# The consortium's members. No secrets.\n");
    text.append("id: ").append(quoted(definition.id().value())).append("\nmembers:\n");
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      Founder founder = definition.members().get(i);
      text.append("  - id: ").append(quoted(member.id().value()));
      text.append("\n    legal-name: ").append(quoted(member.legalName()));
      text.append("\n    roles: [");
      text.append(String.join(", ", member.roles().stream().map(RecordCodec::name).toList()));
      text.append("]\n    signing-key: ").append(quoted(member.signingKey().hex()));
      text.append("\n    peer-id: ").append(quoted(member.peerId()));
      text.append("\n    address: ").append(quoted(founder.listen().value())).append('\n');
      member.organisation().ifPresent(msp -> text.append("    msp: ").append(quoted(msp) + "\n"));
    }
    return text.toString();
  }

  static String node(
      Founder own, ConsortiumDefinition definition, List<Member> members, boolean isEncrypted) {
    StringBuilder text =
        new StringBuilder("# The node of this member; paths are relative to it.\n");
    text.append("member: ").append(quoted(own.id().value()));
    text.append("\nconsortium: ../consortium.yaml\n").append(ConsortiumFolder.LEDGER_SECTION);
    text.append("network:\n");
    text.append("  listen: ").append(quoted(own.listen().value())).append("\n  peers:\n");
    for (int i = 0; i < members.size(); i++) {
      Founder founder = definition.members().get(i);
      if (!founder.id().equals(own.id())) {
        text.append("    ").append(quoted(founder.id().value())).append(": ");
        text.append(quoted(founder.listen().multiaddr(members.get(i).peerId()))).append('\n');
      }
    }
    text.append("keys:\n  signing: keys/signing.key\n  transport: keys/transport.key\n");
    if (isEncrypted) {
      text.append("  # put the passphrase into this file and run chmod 600 on it\n");
      text.append("  passphrase-file: keys/passphrase\n");
    }
    text.append("# A hospital adds its table:\n# dataset:\n#   table: data/table.csv\n");
    text.append("#   schema: data/schema.yaml\n");
    return text.toString();
  }

  /** A JSON string, which is also a YAML one. */
  private static String quoted(String text) {
    return new String(
        Canonical.encode(new Json.Str(text)), java.nio.charset.StandardCharsets.UTF_8);
  }
}
