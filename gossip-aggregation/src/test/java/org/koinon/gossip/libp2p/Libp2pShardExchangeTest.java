package org.koinon.gossip.libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.koinon.gossip.ExchangeCodec;
import org.koinon.gossip.ExchangeMessage;
import org.koinon.gossip.PeerAddress;
import org.koinon.gossip.Piece;
import org.koinon.gossip.PieceKind;
import org.koinon.gossip.PieceRoot;
import org.koinon.gossip.ShardExchange;
import org.koinon.gossip.ShardExchangeContract;
import org.koinon.libp2p.core.ConnectionGater;
import org.koinon.libp2p.core.ConnectionPurpose;
import org.koinon.libp2p.core.Multiaddr;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.core.Stream;
import org.koinon.libp2p.crypto.IdentityKey;
import org.koinon.libp2p.net.HostConfig;
import org.koinon.libp2p.net.TcpHost;

final class Libp2pShardExchangeTest extends ShardExchangeContract {
  private final TcpHost leftHost = start();
  private final TcpHost rightHost = start();
  private final BreakingHost breaking = new BreakingHost(leftHost);
  private final Map<PeerId, Multiaddr> addresses =
      Map.of(
          leftHost.peerId(), leftHost.listenAddresses().getFirst(),
          rightHost.peerId(), rightHost.listenAddresses().getFirst());
  private final ShardExchange left = new Libp2pShardExchange(breaking, this::find, LIMITS);
  private final ShardExchange right = new Libp2pShardExchange(rightHost, this::find, LIMITS);

  Libp2pShardExchangeTest() throws IOException {}

  private static TcpHost start() throws IOException {
    return TcpHost.start(
        HostConfig.of(IdentityKey.generate(), ConnectionGater.allowing(_ -> true))
            .listeningOn(Multiaddr.parse("/ip4/127.0.0.1/tcp/0"))
            .withBulk(Libp2pShardExchange.PROTOCOL));
  }

  private Optional<Multiaddr> find(PeerId peer) {
    return Optional.ofNullable(addresses.get(peer));
  }

  @AfterEach
  void close() {
    left.close();
    right.close();
    leftHost.close();
    rightHost.close();
  }

  @Override
  protected ShardExchange left() {
    return left;
  }

  @Override
  protected ShardExchange right() {
    return right;
  }

  @Override
  protected PeerAddress leftAddress() {
    return new PeerAddress(leftHost.peerId().toString());
  }

  @Override
  protected PeerAddress rightAddress() {
    return new PeerAddress(rightHost.peerId().toString());
  }

  @Override
  protected PeerAddress stranger() {
    byte[] seed = new byte[IdentityKey.SEED_BYTES];
    return new PeerAddress(IdentityKey.fromSeed(seed).peerId().toString());
  }

  @Override
  protected void breakNextTransferAfter(int bytes) {
    breaking.breakConnectionAfter(bytes);
  }

  @Test
  void transfers_share_one_bulk_connection_per_peer() {
    right.serve((_, _) -> Optional.of(new Piece(PieceKind.SUM, new byte[10])));
    PieceRoot root = PieceRoot.of(new byte[PieceRoot.BYTES]);
    for (int i = 0; i < 5; i++) {
      left.fetch(rightAddress(), root, 10);
    }
    assertThat(leftHost.connections(rightHost.peerId()))
        .singleElement()
        .satisfies(c -> assertThat(c.purpose()).isEqualTo(ConnectionPurpose.BULK));
  }

  @Test
  void a_control_connection_carries_no_pieces() throws IOException {
    leftHost.connect(rightHost.listenAddresses().getFirst());
    PieceRoot root = PieceRoot.of(new byte[PieceRoot.BYTES]);
    assertThatThrownBy(() -> fetchOverControl(root))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reset");
  }

  private int fetchOverControl(PieceRoot root) throws IOException {
    try (Stream stream = leftHost.newStream(rightHost.peerId(), Libp2pShardExchange.PROTOCOL)) {
      stream.out().write(ExchangeCodec.encode(new ExchangeMessage.Fetch(root, 0)));
      return stream.in().read();
    }
  }
}
