package org.koinon.audit.source.fabric;

import java.util.Arrays;
import java.util.List;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.SignaturePolicy;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;

/** Whose signatures together suffice, as Fabric's policies say it. */
sealed interface Policy {
  /** Most rules and identities of a policy that is read. */
  int PARTS_MAX = 5_000;

  /** Whether these identities, each once and each with a signature that holds, suffice. */
  boolean isSatisfied(List<Identity> signers, Memberships memberships);

  /** Nobody's signature suffices: the policy is not there or cannot be read. */
  record Never() implements Policy {
    @Override
    public boolean isSatisfied(List<Identity> signers, Memberships memberships) {
      return false;
    }
  }

  /**
   * So many of the policies of the groups below.
   *
   * @param threshold how many
   * @param policies of these
   */
  record OfGroups(int threshold, List<Policy> policies) implements Policy {
    @Override
    public boolean isSatisfied(List<Identity> signers, Memberships memberships) {
      return policies.stream().filter(each -> each.isSatisfied(signers, memberships)).count()
          >= threshold;
    }
  }

  /**
   * A rule over named identities or roles; every signer counts once.
   *
   * @param envelope as Fabric writes it
   */
  record OfSignatures(SignaturePolicyEnvelope envelope) implements Policy {
    @Override
    public boolean isSatisfied(List<Identity> signers, Memberships memberships) {
      return holds(envelope.getRule(), signers, memberships, new boolean[signers.size()]);
    }

    private boolean holds(
        SignaturePolicy rule, List<Identity> signers, Memberships memberships, boolean[] used) {
      return switch (rule.getTypeCase()) {
        case N_OUT_OF -> {
          int held = 0;
          for (SignaturePolicy part : rule.getNOutOf().getRulesList()) {
            boolean[] tried = Arrays.copyOf(used, used.length);
            if (holds(part, signers, memberships, tried)) {
              held++;
              System.arraycopy(tried, 0, used, 0, used.length);
            }
          }
          yield held >= rule.getNOutOf().getN();
        }
        case SIGNED_BY -> {
          int index = rule.getSignedBy();
          yield index >= 0
              && index < envelope.getIdentitiesCount()
              && isSignedBy(envelope.getIdentities(index), signers, memberships, used);
        }
        case TYPE_NOT_SET -> false;
      };
    }

    private static boolean isSignedBy(
        MSPPrincipal principal, List<Identity> signers, Memberships memberships, boolean[] used) {
      for (int i = 0; i < used.length; i++) {
        if (!used[i] && memberships.satisfies(signers.get(i), principal)) {
          used[i] = true;
          return true;
        }
      }
      return false;
    }
  }

  /** A rule as it is, unless it is too large to be anybody's policy. */
  static Policy of(SignaturePolicyEnvelope envelope) {
    return parts(envelope.getRule()) + envelope.getIdentitiesCount() > PARTS_MAX
        ? new Never()
        : new OfSignatures(envelope);
  }

  private static int parts(SignaturePolicy rule) {
    int parts = 1;
    for (SignaturePolicy part : rule.getNOutOf().getRulesList()) {
      parts += parts(part);
    }
    return parts;
  }
}
