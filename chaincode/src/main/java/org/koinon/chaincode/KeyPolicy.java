package org.koinon.chaincode;

import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.MSPRole;
import org.hyperledger.fabric.protos.common.SignaturePolicy;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.koinon.federation.ledger.KeyEndorsement;

/**
 * A {@link KeyEndorsement} as Fabric's endorsement policy, which takes the place of the chaincode's
 * for the key it is bound to; the same bytes at every endorser.
 *
 * <p>Fabric counts each signature once, so the owner's does not count among the others'.
 */
final class KeyPolicy {
  private KeyPolicy() {}

  /** The policy's envelope: owner's peer, and so many of the other peers. */
  static byte[] bytes(KeyEndorsement endorsement) {
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
    return envelope.setRule(SignaturePolicy.newBuilder().setNOutOf(both)).build().toByteArray();
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
