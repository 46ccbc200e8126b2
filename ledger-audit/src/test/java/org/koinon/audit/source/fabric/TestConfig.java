package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigPolicy;
import org.hyperledger.fabric.protos.common.ConfigValue;
import org.hyperledger.fabric.protos.common.Consenter;
import org.hyperledger.fabric.protos.common.ImplicitMetaPolicy;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.MSPRole;
import org.hyperledger.fabric.protos.common.Orderers;
import org.hyperledger.fabric.protos.common.Policy.PolicyType;
import org.hyperledger.fabric.protos.common.SignaturePolicy;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.hyperledger.fabric.protos.orderer.ConsensusType;

/** A channel's configuration, of the parts that verifying needs. */
final class TestConfig {
  private TestConfig() {}

  /** The root group. */
  static ConfigGroup channel(
      Map<String, TestAuthority> members, List<TestIdentity> orderers, boolean isBft) {
    ConfigGroup.Builder application = group();
    ConfigGroup.Builder ordering = group();
    members.forEach((name, authority) -> application.putGroups(name, member(name, authority)));
    members.forEach((name, authority) -> ordering.putGroups(name, orderer(name, authority)));
    meta(application, "Admins", ImplicitMetaPolicy.Rule.MAJORITY, "Admins");
    ConfigPolicy majority =
        signature(members.size() / 2 + 1, members.keySet(), MSPRole.MSPRoleType.PEER);
    application.putPolicies("Endorsement", majority).putPolicies("LifecycleEndorsement", majority);
    meta(ordering, "BlockValidation", ImplicitMetaPolicy.Rule.ANY, "Writers");
    meta(ordering, "Admins", ImplicitMetaPolicy.Rule.MAJORITY, "Admins");
    ConsensusType consensus =
        ConsensusType.newBuilder().setType(isBft ? "BFT" : "etcdraft").build();
    ordering.putValues("ConsensusType", value(consensus.toByteString()));
    if (isBft) {
      ordering.putValues("Orderers", value(consenters(orderers).toByteString()));
    }
    ConfigGroup.Builder root =
        group()
            .putGroups("Application", application.build())
            .putGroups("Orderer", ordering.build());
    meta(root, "Admins", ImplicitMetaPolicy.Rule.MAJORITY, "Admins");
    return root.build();
  }

  private static Orderers consenters(List<TestIdentity> orderers) {
    Orderers.Builder all = Orderers.newBuilder();
    for (TestIdentity each : orderers) {
      all.addConsenterMapping(
          Consenter.newBuilder()
              .setId(all.getConsenterMappingCount() + 1)
              .setMspId(each.msp())
              .setIdentity(each.certificatePem()));
    }
    return all.build();
  }

  private static ConfigGroup.Builder group() {
    return ConfigGroup.newBuilder().setModPolicy("Admins");
  }

  static ConfigValue value(ByteString bytes) {
    return ConfigValue.newBuilder().setModPolicy("Admins").setValue(bytes).build();
  }

  private static ConfigGroup member(String name, TestAuthority authority) {
    return organisation(name, authority)
        .putPolicies("Endorsement", signature(1, List.of(name), MSPRole.MSPRoleType.PEER))
        .build();
  }

  private static ConfigGroup orderer(String name, TestAuthority authority) {
    return organisation(name, authority)
        .putPolicies("Writers", signature(1, List.of(name), MSPRole.MSPRoleType.ORDERER))
        .build();
  }

  private static ConfigGroup.Builder organisation(String name, TestAuthority authority) {
    return group()
        .putValues("MSP", value(authority.membership(List.of()).toByteString()))
        .putPolicies("Admins", signature(1, List.of(name), MSPRole.MSPRoleType.ADMIN));
  }

  private static void meta(
      ConfigGroup.Builder group, String name, ImplicitMetaPolicy.Rule rule, String sub) {
    group.putPolicies(
        name,
        policy(
            PolicyType.IMPLICIT_META,
            ImplicitMetaPolicy.newBuilder()
                .setRule(rule)
                .setSubPolicy(sub)
                .build()
                .toByteString()));
  }

  private static ConfigPolicy policy(PolicyType type, ByteString rule) {
    return ConfigPolicy.newBuilder()
        .setModPolicy("Admins")
        .setPolicy(
            org.hyperledger.fabric.protos.common.Policy.newBuilder()
                .setType(type.getNumber())
                .setValue(rule))
        .build();
  }

  private static ConfigPolicy signature(int n, Iterable<String> msps, MSPRole.MSPRoleType role) {
    SignaturePolicyEnvelope.Builder envelope = SignaturePolicyEnvelope.newBuilder();
    SignaturePolicy.NOutOf.Builder rule = SignaturePolicy.NOutOf.newBuilder().setN(n);
    for (String msp : msps) {
      rule.addRules(SignaturePolicy.newBuilder().setSignedBy(envelope.getIdentitiesCount()));
      MSPRole named = MSPRole.newBuilder().setMspIdentifier(msp).setRole(role).build();
      envelope.addIdentities(MSPPrincipal.newBuilder().setPrincipal(named.toByteString()));
    }
    envelope.setRule(SignaturePolicy.newBuilder().setNOutOf(rule));
    return policy(PolicyType.SIGNATURE, envelope.build().toByteString());
  }
}
