package org.koinon.federation.study;

/** The privacy policy of a study: who may see what of a hospital's update. */
public enum Policy {
  /** Owners of a shard read that shard of every update in the clear. */
  OPEN(
      "Owners read parts of your update: each owner sees its shard of every hospital's numbers in"
          + " the clear. No promise of secrecy is made under this policy."),
  /** Nobody sees less than the sum over the sealed set. */
  PRIVATE_SUM("No peer ever holds another hospital's update or mean in the clear."),
  /** As private-sum; each round opens sums over groups too, so that poisoned ones are outvoted. */
  GROUP_OPENING(
      "No peer ever holds another hospital's update in the clear; each round opens the sums of"
          + " groups of hospitals that are drawn anew, so that a poisoned group is outvoted.");

  private final String promise;

  Policy(String promise) {
    this.promise = promise;
  }

  /** What the policy promises, in the words that every screen and report prints. */
  public String promise() {
    return promise;
  }

  /** Whether contributions are masked. */
  public boolean isMasked() {
    return this != OPEN;
  }
}
