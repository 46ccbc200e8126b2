package org.koinon.chaincode;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.MSPRole;
import org.hyperledger.fabric.protos.common.SignaturePolicy;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;

/** Fabric's judgement of a policy of signatures: each signer counts for one part of it. */
final class KeyPolicies {
  private KeyPolicies() {}

  /** Whether one peer of each of these organisations suffices. */
  static boolean isSatisfied(ByteString policy, List<String> organisations) {
    try {
      SignaturePolicyEnvelope envelope = SignaturePolicyEnvelope.parseFrom(policy);
      return holds(envelope.getRule(), envelope, new ArrayList<>(organisations));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean holds(
      SignaturePolicy rule, SignaturePolicyEnvelope envelope, List<String> unused)
      throws InvalidProtocolBufferException {
    if (rule.hasSignedBy()) {
      return unused.remove(peerOf(envelope.getIdentities(rule.getSignedBy())));
    }
    int held = 0;
    for (SignaturePolicy part : rule.getNOutOf().getRulesList()) {
      List<String> trial = new ArrayList<>(unused);
      if (holds(part, envelope, trial)) {
        held++;
        unused.retainAll(trial);
      }
    }
    return held >= rule.getNOutOf().getN();
  }

  private static String peerOf(MSPPrincipal principal) throws InvalidProtocolBufferException {
    MSPRole role = MSPRole.parseFrom(principal.getPrincipal());
    if (role.getRole() != MSPRole.MSPRoleType.PEER) {
      throw new IllegalStateException("endorsers are peers, not " + role.getRole());
    }
    return role.getMspIdentifier();
  }
}
