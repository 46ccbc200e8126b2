package org.koinon.system.fabric;

import io.grpc.Grpc;
import io.grpc.Server;
import io.grpc.TlsServerCredentials;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.koinon.network.node.FabricConfig;
import org.koinon.network.node.HostPort;
import org.koinon.system.fabric.TestAuthority.Credentials;

/**
 * A Fabric network of one peer, as its clients and its chaincode see it: gRPC with TLS, Fabric's
 * published messages, real signatures. It does on demand what a real network does rarely.
 */
final class StandInNetwork {
  /** The channel that its peer serves. */
  static final String CHANNEL = "audit";

  private static final String MSP = "HospitalMSP";
  private static final int END_SECONDS = 20;

  private final Credentials peer;
  private final Credentials client;
  private final Credentials orderer;
  private final TestAuthority authority;
  private final ChaincodeStream chaincode;
  private final Faults faults = new Faults();
  private final StandInChannel channel;
  private final List<Long> starts = new CopyOnWriteArrayList<>();
  private final int port;
  private Server server;

  /** Starts it with an empty channel, on a chaincode that runs. */
  StandInNetwork(ChaincodeProcess process) throws IOException {
    this.authority = process.authority();
    this.peer = authority.issue("peer", "peer");
    this.client = authority.issue("client", "client");
    this.chaincode = new ChaincodeStream(process, peer);
    this.orderer = authority.issue("orderer", "orderer");
    this.channel = new StandInChannel(orderer, faults);
    this.server = serve(0);
    this.port = server.getPort();
  }

  private Server serve(int at) throws IOException {
    var tls = TlsServerCredentials.create(peer.certificateFile().toFile(), peer.keyFile().toFile());
    StandInEndorser endorser = new StandInEndorser(MSP, peer, authority.certificate(), chaincode);
    return Grpc.newServerBuilderForPort(at, tls)
        .addService(new StandInGateway(channel, endorser, faults))
        .addService(new StandInDeliver(channel, faults, starts))
        .build()
        .start();
  }

  /** What a node's file says about it. */
  FabricConfig config() {
    return config(MSP, client);
  }

  /** The same for a client of another organisation. */
  FabricConfig config(String msp) {
    return config(msp, authority.issue("client-" + msp, "client"));
  }

  private FabricConfig config(String msp, Credentials identity) {
    return new FabricConfig(
        new HostPort("127.0.0.1:" + port),
        authority.file(),
        null,
        CHANNEL,
        "koinon",
        msp,
        identity.certificateFile(),
        identity.keyFile());
  }

  /** The certificate of who signs blocks. */
  X509Certificate orderer() {
    return orderer.certificate();
  }

  Faults faults() {
    return faults;
  }

  /** With which block each stream that was asked for began, in order. */
  List<Long> starts() {
    return List.copyOf(starts);
  }

  StandInChannel channel() {
    return channel;
  }

  /** Breaks every connection; nothing listens until {@link #start}. */
  void stop() throws InterruptedException {
    if (!server.shutdownNow().awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the server did not end");
    }
  }

  /** Listens again where it did before, on the same channel. */
  void start() throws IOException {
    server = serve(port);
  }

  void close() throws InterruptedException {
    channel.close();
    stop();
    chaincode.close();
  }
}
