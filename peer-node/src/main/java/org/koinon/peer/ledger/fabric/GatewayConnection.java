package org.koinon.peer.ledger.fabric;

import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.hyperledger.fabric.client.BlockEventsRequest;
import org.hyperledger.fabric.client.Commit;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.Hash;
import org.hyperledger.fabric.client.Network;
import org.hyperledger.fabric.client.Proposal;
import org.hyperledger.fabric.client.Signable;
import org.hyperledger.fabric.client.Transaction;
import org.hyperledger.fabric.client.identity.Identities;
import org.hyperledger.fabric.client.identity.Signer;
import org.hyperledger.fabric.client.identity.Signers;
import org.hyperledger.fabric.client.identity.X509Identity;
import org.koinon.federation.ledger.LedgerException;
import org.koinon.federation.ledger.LedgerException.Advice;
import org.koinon.network.keys.PrivateFile;
import org.koinon.network.node.FabricConfig;
import org.koinon.network.yaml.ConfigException;

/**
 * One TLS connection to the peer's gateway, with a deadline on every call but the stream of blocks.
 *
 * <p>The client on it has no key: what is sent must be signed here first, by the node's signer
 * (Fabric calls that offline signing).
 *
 * @param channel the connection
 * @param gateway the client on it
 * @param network the Fabric channel
 * @param signer signs in the name of the node's identity; may be slow, and may fail
 */
record GatewayConnection(ManagedChannel channel, Gateway gateway, Network network, Signer signer)
    implements AutoCloseable {
  /** A block has at most 10 MB (Fabric's AbsoluteMaxBytes) beside one whole batch. */
  private static final int MESSAGE_BYTES_MAX = 16 << 20;

  private static final int KEY_BYTES_MAX = 16 << 10;

  /** No more often than peers allow by default. */
  private static final long KEEP_ALIVE_SECONDS = 120;

  /** Connects when the first call is made; reads the files at once. */
  static GatewayConnection open(FabricConfig config, Signer signer, Duration callPatience) {
    ManagedChannel channel = channel(config);
    UnaryOperator<CallOptions> deadline =
        options -> options.withDeadlineAfter(callPatience.toMillis(), TimeUnit.MILLISECONDS);
    try {
      Gateway gateway =
          Gateway.newInstance()
              .identity(identity(config))
              .hash(Hash.SHA256)
              .connection(channel)
              .evaluateOptions(deadline)
              .endorseOptions(deadline)
              .submitOptions(deadline)
              .commitStatusOptions(deadline)
              .connect();
      return new GatewayConnection(channel, gateway, gateway.getNetwork(config.channel()), signer);
    } catch (RuntimeException e) {
      channel.shutdownNow();
      throw e;
    }
  }

  private static ManagedChannel channel(FabricConfig config) {
    TlsChannelCredentials.Builder tls = TlsChannelCredentials.newBuilder();
    try {
      tls.trustManager(config.peerCa().toFile());
    } catch (IOException e) {
      throw unreadable(config.peerCa(), e);
    }
    ManagedChannelBuilder<?> builder =
        Grpc.newChannelBuilder(config.peer().toString(), tls.build())
            .maxInboundMessageSize(MESSAGE_BYTES_MAX)
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
    config.authority().ifPresent(builder::overrideAuthority);
    return builder.build();
  }

  private static X509Identity identity(FabricConfig config) {
    try (Reader pem = Files.newBufferedReader(config.certificate(), StandardCharsets.US_ASCII)) {
      return new X509Identity(config.msp(), Identities.readX509Certificate(pem));
    } catch (IOException | CertificateException e) {
      throw unreadable(config.certificate(), e);
    }
  }

  /** The proposal with the node's signature. */
  Proposal signed(Proposal proposal) {
    return gateway.newSignedProposal(proposal.getBytes(), signature(proposal));
  }

  /** The transaction with the node's signature. */
  Transaction signed(Transaction transaction) {
    return gateway.newSignedTransaction(transaction.getBytes(), signature(transaction));
  }

  /** The question what became of a transaction, with the node's signature. */
  Commit signed(Commit commit) {
    return gateway.newSignedCommit(commit.getBytes(), signature(commit));
  }

  /** The request for blocks with the node's signature. */
  BlockEventsRequest signed(BlockEventsRequest request) {
    return gateway.newSignedBlockEventsRequest(request.getBytes(), signature(request));
  }

  private byte[] signature(Signable message) {
    try {
      return signer.sign(message.getDigest());
    } catch (GeneralSecurityException e) {
      throw new LedgerException(
          Advice.RETRY, "the node's Fabric identity could not sign: " + e.getMessage(), e);
    }
  }

  /** Signs with the key in the identity's file. */
  static Signer signer(FabricConfig config) {
    byte[] pem = PrivateFile.read(config.key(), KEY_BYTES_MAX);
    try {
      String text = new String(pem, StandardCharsets.US_ASCII);
      return Signers.newPrivateKeySigner(Identities.readPrivateKey(text));
    } catch (InvalidKeyException e) {
      throw new ConfigException(
          config.key().toString(), "is no private key that can be read (PKCS#8, PEM)", e);
    }
  }

  private static ConfigException unreadable(Path file, Exception e) {
    return new ConfigException(file.toString(), "is no certificate that can be read (PEM)", e);
  }

  @Override
  public void close() {
    gateway.close();
    channel.shutdownNow();
  }
}
