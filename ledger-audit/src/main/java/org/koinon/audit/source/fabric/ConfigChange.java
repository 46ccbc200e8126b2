package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Config;
import org.hyperledger.fabric.protos.common.ConfigSignature;
import org.hyperledger.fabric.protos.common.ConfigUpdate;
import org.hyperledger.fabric.protos.common.ConfigUpdateEnvelope;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.koinon.audit.finding.Rule;

/**
 * A change of a channel's configuration: every element that differs must be agreed to by those whom
 * its own policy names, and the result must be what the change makes of the configuration before.
 */
final class ConfigChange {
  private final ChannelConfig before;
  private final ConfigElements current;
  private final List<Identity> signers;

  private ConfigChange(ChannelConfig before, ConfigElements current, List<Identity> signers) {
    this.before = before;
    this.current = current;
    this.signers = signers;
  }

  /**
   * Checks a change.
   *
   * @throws BlockFault if it is not allowed
   */
  static void check(ChannelConfig before, ConfigTransaction transaction) {
    try {
      Config after = transaction.envelope().getConfig();
      require(
          after.getSequence() == before.config().getSequence() + 1,
          "it has the number " + after.getSequence() + ", after " + before.config().getSequence());
      ConfigUpdateEnvelope change = change(transaction.envelope().getLastUpdate());
      ConfigUpdate update = ConfigUpdate.parseFrom(change.getConfigUpdate());
      require(
          update.getChannelId().equals(before.channel())
              && transaction.channel().equals(before.channel()),
          "it is of another channel");
      ConfigElements current = ConfigElements.of(before.config().getChannelGroup());
      List<Identity> signers = before.memberships().signers(signatures(change));
      new ConfigChange(before, current, signers).check(update, after);
    } catch (InvalidProtocolBufferException e) {
      throw unauthorised("it cannot be read: " + e.getMessage());
    }
  }

  private static ConfigUpdateEnvelope change(Envelope envelope)
      throws InvalidProtocolBufferException {
    Payload payload = Payload.parseFrom(envelope.getPayload());
    ChannelHeader header = ChannelHeader.parseFrom(payload.getHeader().getChannelHeader());
    require(header.getType() == HeaderType.CONFIG_UPDATE_VALUE, "no change led to it");
    return ConfigUpdateEnvelope.parseFrom(payload.getData());
  }

  private static List<SignedData> signatures(ConfigUpdateEnvelope change)
      throws InvalidProtocolBufferException {
    List<SignedData> signatures = new ArrayList<>();
    for (ConfigSignature each : change.getSignaturesList()) {
      ByteString creator = SignatureHeader.parseFrom(each.getSignatureHeader()).getCreator();
      ByteString message = each.getSignatureHeader().concat(change.getConfigUpdate());
      signatures.add(new SignedData(creator, message, each.getSignature()));
    }
    return signatures;
  }

  private void check(ConfigUpdate update, Config after) {
    Map<String, ConfigElements.Element> read = ConfigElements.of(update.getReadSet()).elements();
    read.forEach(
        (path, element) -> {
          ConfigElements.Element stands = current.elements().get(path);
          require(
              stands != null && stands.version() == element.version(),
              "it was made of another configuration: " + path);
        });
    Map<String, ConfigElements.Element> delta = new HashMap<>();
    ConfigElements written = ConfigElements.of(update.getWriteSet());
    written
        .elements()
        .forEach(
            (path, element) -> {
              ConfigElements.Element seen = read.get(path);
              if (seen == null || seen.version() != element.version()) {
                delta.put(path, element);
              }
            });
    require(!delta.isEmpty(), "it changes nothing");
    delta.forEach(this::checkChanged);
    Map<String, ConfigElements.Element> result = new HashMap<>(current.elements());
    result.putAll(delta);
    require(
        new ConfigElements(result).group().equals(after.getChannelGroup()),
        "it is not what the signed change makes of the one before");
  }

  private void checkChanged(String path, ConfigElements.Element element) {
    ConfigElements.Element stands = current.elements().get(path);
    require(!element.modPolicy().isEmpty(), path + " names no policy for its next change");
    if (stands == null) {
      require(element.version() == 0, path + " is new and has a version");
      return;
    }
    require(
        element.version() == stands.version() + 1,
        path + " has version " + element.version() + " after " + stands.version());
    require(
        before.policies().policy(stands.policyPath()).isSatisfied(signers, before.memberships()),
        path
            + " was changed without those whom "
            + stands.policyPath()
            + " names; signed by "
            + signers.stream().map(Identity::name).toList());
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw unauthorised(otherwise);
    }
  }

  private static BlockFault unauthorised(String what) {
    return new BlockFault(
        Rule.CONFIG_UNAUTHORISED,
        0,
        "the channel's configuration was changed against its own rules: " + what);
  }
}
