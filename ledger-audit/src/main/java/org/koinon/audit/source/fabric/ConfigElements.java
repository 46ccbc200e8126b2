package org.koinon.audit.source.fabric;

import com.google.protobuf.Message;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigPolicy;
import org.hyperledger.fabric.protos.common.ConfigValue;
import org.koinon.audit.finding.Rule;

/**
 * A configuration as the list of its elements, each with its kind and path.
 *
 * @param elements by kind and path
 */
record ConfigElements(Map<String, Element> elements) {
  private static final int ELEMENTS_MAX = 20_000;
  private static final int DEPTH_MAX = 10;
  private static final String ROOT = "/Channel";
  private static final String GROUP = "group ";
  private static final String VALUE = "value ";
  private static final String POLICY = "policy ";
  private static final String ADMINS = "Admins";
  private static final String CAPABILITIES = VALUE + ROOT + "/Orderer/Capabilities";

  /**
   * A group, a value or a policy.
   *
   * @param home path of the group whose policies it may name
   * @param message as the configuration has it; a group with those in it
   * @param version how often it was changed
   * @param modPolicy who may change it
   */
  record Element(String home, Message message, long version, String modPolicy) {
    /** Path of the policy that a change of it must satisfy. */
    String policyPath() {
      return modPolicy.startsWith("/") ? modPolicy : home + "/" + modPolicy;
    }
  }

  ConfigElements {
    elements = Map.copyOf(elements);
  }

  static ConfigElements of(ConfigGroup root) {
    Map<String, Element> elements = new HashMap<>();
    add(elements, ROOT, root, 0);
    return new ConfigElements(elements);
  }

  private static void add(
      Map<String, Element> elements, String path, ConfigGroup group, int depth) {
    if (depth > DEPTH_MAX || elements.size() > ELEMENTS_MAX) {
      throw new BlockFault(Rule.CONFIG_UNAUTHORISED, "a configuration is too large to be read");
    }
    elements.put(GROUP + path, new Element(path, group, group.getVersion(), group.getModPolicy()));
    Stream.of(group.getGroupsMap(), group.getValuesMap(), group.getPoliciesMap())
        .flatMap(each -> each.keySet().stream())
        .forEach(ConfigElements::requireName);
    group.getGroupsMap().forEach((name, each) -> add(elements, path + "/" + name, each, depth + 1));
    group
        .getValuesMap()
        .forEach(
            (name, each) ->
                elements.put(
                    VALUE + path + "/" + name,
                    new Element(path, each, each.getVersion(), each.getModPolicy())));
    group
        .getPoliciesMap()
        .forEach(
            (name, each) ->
                elements.put(
                    POLICY + path + "/" + name,
                    new Element(path, each, each.getVersion(), each.getModPolicy())));
  }

  /** A name with a slash could stand for another element's path. */
  private static void requireName(String name) {
    if (!name.matches("[a-zA-Z0-9.-]{1,249}") || List.of(".", "..").contains(name)) {
      throw new BlockFault(
          Rule.CONFIG_UNAUTHORISED, "a configuration has an element with an impossible name");
    }
  }

  /** The configuration that these elements make. */
  ConfigGroup group() {
    return group(ROOT);
  }

  private ConfigGroup group(String path) {
    if (!(element(GROUP + path).message() instanceof ConfigGroup group)) {
      throw missing(path);
    }
    ConfigGroup.Builder made = group.toBuilder();
    group.getGroupsMap().keySet().forEach(name -> made.putGroups(name, group(path + "/" + name)));
    for (String name : group.getValuesMap().keySet()) {
      if (element(VALUE + path + "/" + name).message() instanceof ConfigValue value) {
        made.putValues(name, value);
      }
    }
    for (String name : group.getPoliciesMap().keySet()) {
      if (element(POLICY + path + "/" + name).message() instanceof ConfigPolicy policy) {
        made.putPolicies(name, policy);
      }
    }
    return elements.containsKey(CAPABILITIES) ? withPolicies(made) : made.build();
  }

  private Element element(String path) {
    Element element = elements.get(path);
    if (element == null) {
      throw missing(path);
    }
    return element;
  }

  private static BlockFault missing(String path) {
    return new BlockFault(
        Rule.CONFIG_UNAUTHORISED, "a change of the configuration names " + path + ", which lacks");
  }

  /** As Fabric mends channels that its first version made. */
  private static ConfigGroup withPolicies(ConfigGroup.Builder made) {
    if (made.getModPolicy().isEmpty()) {
      made.setModPolicy(ADMINS);
    }
    made.getValuesMap()
        .forEach(
            (name, value) -> {
              if (value.getModPolicy().isEmpty()) {
                made.putValues(name, value.toBuilder().setModPolicy(ADMINS).build());
              }
            });
    made.getPoliciesMap()
        .forEach(
            (name, policy) -> {
              if (policy.getModPolicy().isEmpty()) {
                made.putPolicies(name, policy.toBuilder().setModPolicy(ADMINS).build());
              }
            });
    return made.build();
  }
}
