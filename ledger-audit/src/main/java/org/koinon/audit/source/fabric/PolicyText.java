package org.koinon.audit.source.fabric;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.MSPRole;
import org.hyperledger.fabric.protos.common.SignaturePolicy;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;

/** A policy in words, for a report. */
final class PolicyText {
  private PolicyText() {}

  static String of(Policy policy) {
    return switch (policy) {
      case Policy.Never never -> "nobody";
      case Policy.OfGroups(int threshold, List<Policy> policies) ->
          threshold
              + " of the organisations' policies: "
              + policies.stream().map(PolicyText::of).toList();
      case Policy.OfSignatures(SignaturePolicyEnvelope envelope) ->
          of(envelope.getRule(), envelope);
    };
  }

  private static String of(SignaturePolicy rule, SignaturePolicyEnvelope envelope) {
    return switch (rule.getTypeCase()) {
      case N_OUT_OF -> {
        List<String> parts = new ArrayList<>();
        rule.getNOutOf().getRulesList().forEach(part -> parts.add(of(part, envelope)));
        yield parts.size() == 1 && rule.getNOutOf().getN() == 1
            ? parts.getFirst()
            : rule.getNOutOf().getN() + " of " + String.join(", ", parts);
      }
      case SIGNED_BY ->
          rule.getSignedBy() < 0 || rule.getSignedBy() >= envelope.getIdentitiesCount()
              ? "nobody"
              : of(envelope.getIdentities(rule.getSignedBy()));
      case TYPE_NOT_SET -> "nobody";
    };
  }

  private static String of(MSPPrincipal principal) {
    try {
      return switch (principal.getPrincipalClassification()) {
        case ROLE -> {
          MSPRole role = MSPRole.parseFrom(principal.getPrincipal());
          yield role.getMspIdentifier() + "." + role.getRole().name().toLowerCase(Locale.ROOT);
        }
        case IDENTITY -> Identity.of(principal.getPrincipal()).map(Identity::name).orElse("nobody");
        case ORGANIZATION_UNIT, ANONYMITY, COMBINED, UNRECOGNIZED ->
            principal.getPrincipalClassification().name();
      };
    } catch (InvalidProtocolBufferException e) {
      return "nobody";
    }
  }
}
