package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.MSPRole;
import org.hyperledger.fabric.protos.common.SignaturePolicy;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.hyperledger.fabric.protos.peer.ApplicationPolicy;
import org.hyperledger.fabric.protos.peer.lifecycle.ChaincodeValidationInfo;
import org.hyperledger.fabric.protos.peer.lifecycle.StateData;
import org.hyperledger.fabric.protos.peer.lifecycle.StateMetadata;

/**
 * Whose endorsements a chaincode's writes take: what the members committed through {@code
 * _lifecycle}, as the state has it.
 *
 * @param config in force
 * @param state before the block
 */
record ChaincodeDefinitions(ChannelConfig config, WorldState state) {
  private static final String DEFINED = "ChaincodeDefinition";
  private static final String PLUGIN = "vscc";
  private static final String APPLICATION = "/Channel/Application/";
  private static final String IMPLICIT = "_implicit_org_";

  /**
   * What a chaincode's writes take.
   *
   * @param policy to be satisfied
   * @param name of the policy, for people
   */
  record Demand(Policy policy, String name) {}

  /** What a chaincode's public keys take; empty if it was never defined. */
  Optional<Demand> of(String chaincode) throws InvalidProtocolBufferException {
    if (chaincode.equals(WorldState.LIFECYCLE)) {
      return Optional.of(lifecycle());
    }
    Optional<ByteString> metadata = state.definition("namespaces/metadata/" + chaincode);
    Optional<ByteString> fields =
        state.definition("namespaces/fields/" + chaincode + "/ValidationInfo");
    if (metadata.isEmpty()
        || fields.isEmpty()
        || !StateMetadata.parseFrom(metadata.get()).getDatatype().equals(DEFINED)) {
      return Optional.empty();
    }
    ChaincodeValidationInfo info =
        ChaincodeValidationInfo.parseFrom(StateData.parseFrom(fields.get()).getBytes());
    return info.getValidationPlugin().equals(PLUGIN)
        ? Optional.of(demand(ApplicationPolicy.parseFrom(info.getValidationParameter())))
        : Optional.empty();
  }

  private Demand demand(ApplicationPolicy policy) {
    return switch (policy.getTypeCase()) {
      case SIGNATURE_POLICY ->
          new Demand(Policy.of(policy.getSignaturePolicy()), "the chaincode's own policy");
      case CHANNEL_CONFIG_POLICY_REFERENCE -> named(policy.getChannelConfigPolicyReference());
      case TYPE_NOT_SET -> new Demand(new Policy.Never(), "no policy");
    };
  }

  private Demand named(String path) {
    return new Demand(config.policies().policy(path), path);
  }

  /** A majority of organisations, where the channel says nothing else. */
  private Demand lifecycle() {
    String path = APPLICATION + "LifecycleEndorsement";
    if (config.policies().has(path)) {
      return named(path);
    }
    Map<String, String> organisations =
        new TreeMap<>(config.organisations(ChannelConfig.APPLICATION));
    SignaturePolicyEnvelope.Builder envelope = SignaturePolicyEnvelope.newBuilder();
    SignaturePolicy.NOutOf.Builder rule =
        SignaturePolicy.NOutOf.newBuilder().setN(organisations.size() / 2 + 1);
    for (String msp : organisations.values()) {
      rule.addRules(SignaturePolicy.newBuilder().setSignedBy(envelope.getIdentitiesCount()));
      envelope.addIdentities(member(msp));
    }
    envelope.setRule(SignaturePolicy.newBuilder().setNOutOf(rule));
    return new Demand(Policy.of(envelope.build()), "a majority of organisations");
  }

  private static MSPPrincipal member(String msp) {
    MSPRole role =
        MSPRole.newBuilder().setMspIdentifier(msp).setRole(MSPRole.MSPRoleType.MEMBER).build();
    return MSPPrincipal.newBuilder()
        .setPrincipalClassification(MSPPrincipal.Classification.ROLE)
        .setPrincipal(role.toByteString())
        .build();
  }

  /** What the private keys take that every organisation has by itself; empty for others. */
  Optional<Demand> ofCollection(String collection) {
    if (!collection.startsWith(IMPLICIT)) {
      return Optional.empty();
    }
    String msp = collection.substring(IMPLICIT.length());
    for (Map.Entry<String, String> each :
        config.organisations(ChannelConfig.APPLICATION).entrySet()) {
      if (each.getValue().equals(msp)) {
        String path = APPLICATION + each.getKey() + "/Endorsement";
        return Optional.of(
            config.policies().has(path) ? named(path) : new Demand(anyOf(msp), "any of " + msp));
      }
    }
    return Optional.of(new Demand(new Policy.Never(), "an organisation that is not there"));
  }

  private static Policy anyOf(String msp) {
    return Policy.of(
        SignaturePolicyEnvelope.newBuilder()
            .addIdentities(member(msp))
            .setRule(SignaturePolicy.newBuilder().setSignedBy(0))
            .build());
  }
}
