package org.koinon.audit.source.fabric;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigPolicy;
import org.hyperledger.fabric.protos.common.ImplicitMetaPolicy;
import org.hyperledger.fabric.protos.common.Policy.PolicyType;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;

/**
 * The named policies of a channel's configuration, by their path.
 *
 * @param root the group {@code Channel}
 */
record PolicyTree(ConfigGroup root) {
  private static final String ROOT = "Channel";

  /** Whether there is a policy of that path, such as {@code /Channel/Application/Endorsement}. */
  boolean has(String path) {
    return !(policy(path) instanceof Policy.Never);
  }

  /** The policy of a path; one that nobody satisfies if there is none. */
  Policy policy(String path) {
    List<String> names = List.of(path.split("/", -1));
    if (names.size() < 3 || !names.get(0).isEmpty() || !names.get(1).equals(ROOT)) {
      return new Policy.Never();
    }
    ConfigGroup group = root;
    for (String name : names.subList(2, names.size() - 1)) {
      ConfigGroup next = group.getGroupsMap().get(name);
      if (next == null) {
        return new Policy.Never();
      }
      group = next;
    }
    return policy(group, names.getLast());
  }

  private static Policy policy(ConfigGroup group, String name) {
    ConfigPolicy found = group.getPoliciesMap().get(name);
    if (found == null) {
      return new Policy.Never();
    }
    try {
      return switch (PolicyType.forNumber(found.getPolicy().getType())) {
        case SIGNATURE ->
            Policy.of(SignaturePolicyEnvelope.parseFrom(found.getPolicy().getValue()));
        case IMPLICIT_META ->
            ofGroups(group, ImplicitMetaPolicy.parseFrom(found.getPolicy().getValue()));
        case UNKNOWN, MSP, UNRECOGNIZED -> new Policy.Never();
        case null -> new Policy.Never();
      };
    } catch (InvalidProtocolBufferException e) {
      return new Policy.Never();
    }
  }

  private static Policy ofGroups(ConfigGroup group, ImplicitMetaPolicy meta) {
    Map<String, ConfigGroup> groups = group.getGroupsMap();
    List<Policy> policies = new ArrayList<>();
    groups.values().forEach(each -> policies.add(policy(each, meta.getSubPolicy())));
    int threshold =
        switch (meta.getRule()) {
          case ANY -> Math.min(1, groups.size());
          case ALL -> groups.size();
          case MAJORITY -> groups.isEmpty() ? 0 : groups.size() / 2 + 1;
          case UNRECOGNIZED -> Integer.MAX_VALUE;
        };
    return new Policy.OfGroups(threshold, policies);
  }
}
