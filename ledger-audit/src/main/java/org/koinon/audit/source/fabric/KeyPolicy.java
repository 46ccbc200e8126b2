package org.koinon.audit.source.fabric;

import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.MSPRole;
import org.hyperledger.fabric.protos.common.SignaturePolicy;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.koinon.federation.ledger.KeyEndorsement;

/** The endorsement policy that the ledger's contract binds a hospital's own entry to. */
final class KeyPolicy {
  private KeyPolicy() {}

  /** The owner's peer, and so many of the other peers; each signature counts once. */
  static SignaturePolicyEnvelope of(KeyEndorsement endorsement) {
    SignaturePolicyEnvelope.Builder envelope =
        SignaturePolicyEnvelope.newBuilder().addIdentities(peer(endorsement.owner()));
    SignaturePolicy.NOutOf.Builder majority =
        SignaturePolicy.NOutOf.newBuilder().setN(endorsement.needed());
    for (String other : endorsement.others()) {
      majority.addRules(signedBy(envelope.getIdentitiesCount()));
      envelope.addIdentities(peer(other));
    }
    SignaturePolicy.NOutOf both =
        SignaturePolicy.NOutOf.newBuilder()
            .setN(2)
            .addRules(signedBy(0))
            .addRules(SignaturePolicy.newBuilder().setNOutOf(majority))
            .build();
    return envelope.setRule(SignaturePolicy.newBuilder().setNOutOf(both)).build();
  }

  private static SignaturePolicy signedBy(int identity) {
    return SignaturePolicy.newBuilder().setSignedBy(identity).build();
  }

  private static MSPPrincipal peer(String msp) {
    MSPRole role =
        MSPRole.newBuilder().setMspIdentifier(msp).setRole(MSPRole.MSPRoleType.PEER).build();
    return MSPPrincipal.newBuilder()
        .setPrincipalClassification(MSPPrincipal.Classification.ROLE)
        .setPrincipal(role.toByteString())
        .build();
  }
}
