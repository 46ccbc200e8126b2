package org.koinon.network.fabric;

import java.nio.file.Path;
import org.koinon.federation.study.MemberId;
import org.koinon.network.node.HostPort;

/**
 * What a member's node needs to use the ledger on Fabric.
 *
 * @param member its membership service's id too
 * @param channel that holds the ledger
 * @param chaincode the contract's name on the channel
 * @param gateway the Fabric peer that it asks: its own, or of a hospital if it has none
 * @param tlsRoots certificates that vouch for that peer, PEM
 * @param certificate its client identity, PEM
 * @param key the client identity's key, PKCS#8 in PEM, mode 600
 */
public record FabricConnection(
    MemberId member,
    ChannelName channel,
    String chaincode,
    HostPort gateway,
    Path tlsRoots,
    Path certificate,
    Path key) {
  /**
   * The ledger's part of the node's file that uses this.
   *
   * @param copy file of the node's own copy of the log, relative to its file
   */
  public String ledgerSection(String copy) {
    return """
        ledger:
          engine: fabric
          file: %s
          fabric:
            peer: %s
            peer-ca: %s
            channel: %s
            chaincode: %s
            msp: %s
            certificate: %s
            key: %s
        """
        .formatted(
            Template.quoted(copy),
            Template.quoted(gateway.value()),
            quoted(tlsRoots),
            Template.quoted(channel.value()),
            Template.quoted(chaincode),
            Template.quoted(member.value()),
            quoted(certificate),
            quoted(key));
  }

  private static String quoted(Path path) {
    return Template.quoted(path.toAbsolutePath().normalize().toString());
  }
}
