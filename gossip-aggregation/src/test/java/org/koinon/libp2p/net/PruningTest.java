package org.koinon.libp2p.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koinon.libp2p.net.TestHosts.BULK;
import static org.koinon.libp2p.net.TestHosts.address;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.koinon.libp2p.core.Connection;
import org.koinon.libp2p.core.ConnectionGater;
import org.koinon.libp2p.core.Direction;
import org.koinon.libp2p.core.HostLimits;
import org.koinon.libp2p.core.Multiaddr;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.core.Stream;
import org.koinon.libp2p.protocol.Ping;

/** What becomes of connections that are one too many, on a clock moved by hand. */
@Timeout(60)
final class PruningTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void of_two_connections_both_ends_keep_the_one_that_the_smaller_id_dialled() throws Exception {
    SlowDialGater gater = new SlowDialGater();
    try (TcpHost alice = TestHosts.open();
        TcpHost bob =
            TestHosts.start(
                config ->
                    new HostConfig(
                        config.identity(),
                        config.listen(),
                        gater,
                        HostLimits.defaults(),
                        config.bulkProtocols()));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Connection> bobs = threads.submit(() -> bob.connect(address(alice)));
      gater.asked.await();
      Connection alices = alice.connect(address(bob));
      gater.answer.countDown();
      assertThat(Ping.measure(alices, Duration.ofSeconds(20))).isPositive();
      assertThat(Ping.measure(bobs.get(), Duration.ofSeconds(20))).isPositive();

      long later = System.nanoTime() + 6 * SECOND;
      while (alice.connections(bob.peerId()).size() != 1
          || bob.connections(alice.peerId()).size() != 1) {
        alice.tick(later); // as often as it takes for identify to end on both connections
        bob.tick(later);
        Thread.onSpinWait();
      }
      boolean aliceIsSmaller = alice.peerId().compareTo(bob.peerId()) < 0;
      Connection kept = alice.connections(bob.peerId()).getFirst();
      assertThat(kept.direction())
          .isEqualTo(aliceIsSmaller ? Direction.OUTBOUND : Direction.INBOUND);
      assertThat(Ping.measure(kept, Duration.ofSeconds(20))).isPositive();
    }
  }

  @Test
  void an_idle_bulk_connection_is_closed_and_a_busy_one_stays() throws Exception {
    try (TcpHost alice = TestHosts.open();
        TcpHost bob = TestHosts.open();
        Stream idle = alice.connectBulk(address(bob), BULK);
        Stream busy = alice.connectBulk(address(bob), BULK)) {
      assertThat(idle.connection()).isNotSameAs(busy.connection());
      idle.closeWrite();
      assertThat(idle.in().read()).isEqualTo(-1);
      while (idle.connection().streamCount() > 0) {
        Thread.onSpinWait();
      }
      Ping.measure(busy.connection(), Duration.ofSeconds(20));
      Ping.measure(idle.connection(), Duration.ofSeconds(20));
      while (idle.connection().streamCount() > 0) {
        Thread.onSpinWait();
      }
      alice.tick(System.nanoTime() + 61 * SECOND);
      while (idle.connection().isOpen()) {
        Thread.onSpinWait(); // the farewell is written by another thread
      }
      busy.out().write(3);
      assertThat(busy.in().read()).isEqualTo(3);
    }
  }

  /** Lets every peer in, but the answer to "may I dial" waits. */
  private static final class SlowDialGater implements ConnectionGater {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);

    @Override
    public boolean allowDial(PeerId peer, Multiaddr address) {
      asked.countDown();
      try {
        answer.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return true;
    }

    @Override
    public boolean allowAccept(InetAddress address) {
      return true;
    }

    @Override
    public boolean allowSecured(PeerId peer, Direction direction) {
      return true;
    }
  }
}
