package org.koinon.libp2p.mux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.koinon.libp2p.mux.FrameHeader.ACK;
import static org.koinon.libp2p.mux.FrameHeader.FIN;
import static org.koinon.libp2p.mux.FrameHeader.GO_AWAY;
import static org.koinon.libp2p.mux.FrameHeader.PING;
import static org.koinon.libp2p.mux.FrameHeader.RST;
import static org.koinon.libp2p.mux.FrameHeader.SYN;
import static org.koinon.libp2p.mux.FrameHeader.WINDOW_UPDATE;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koinon.libp2p.core.HostLimits;
import org.koinon.libp2p.security.BufferPool;
import org.koinon.libp2p.security.RecordInput;
import org.koinon.libp2p.security.SocketPair;
import org.koinon.testkit.Seeded;

/** A muxer that accepted a connection, against a peer that writes frames by hand. */
final class HostileYamuxTest {
  private static final int INITIAL = 1 << 20;
  private static final int MINIMUM = 256 << 10;
  private static final long SECOND = 1_000_000_000;

  private final CompletableFuture<IOException> end = new CompletableFuture<>();
  private final LinkedBlockingQueue<YamuxStream> opened = new LinkedBlockingQueue<>();
  private final WindowBudget budget = WindowBudget.ofHost(64 << 20).forConnection(32 << 20);
  private SocketPair sockets;
  private PlainChannel channel;
  private RawPeer peer;
  private YamuxMuxer victim;

  @BeforeEach
  void open() throws IOException {
    sockets = SocketPair.open();
    channel = new PlainChannel(sockets.right());
    peer = new RawPeer(sockets.left());
    victim = start(HostLimits.defaults());
  }

  @AfterEach
  void close() throws IOException {
    victim.fail(new IOException("test is over"));
    sockets.close();
  }

  private YamuxMuxer start(HostLimits limits) {
    BufferPool pool = new BufferPool(8);
    MuxListener listener =
        new MuxListener() {
          @Override
          public void opened(YamuxStream stream) {
            opened.add(stream);
          }

          @Override
          public void closed(IOException cause) {
            end.complete(cause);
          }
        };
    YamuxMuxer muxer =
        new YamuxMuxer(
            channel,
            new RecordInput(channel, pool),
            false,
            new MuxResources(pool, budget, limits, task -> Thread.ofVirtual().start(task)),
            listener);
    muxer.start();
    return muxer;
  }

  @Test
  void a_new_stream_is_acknowledged_in_a_frame_of_its_own_with_the_larger_window()
      throws IOException {
    peer.send(WINDOW_UPDATE, SYN, 1, 0);
    assertThat(peer.next()).isEqualTo(new FrameHeader(WINDOW_UPDATE, ACK, 1, INITIAL - MINIMUM));
  }

  @ParameterizedTest
  @CsvSource({
    "1,0,0,0,stream id 0",
    "1,1,2,0,a number of our side",
    "0,0,0,5,stream id 0",
    "0,0,7,2147483647,exceeds every window",
    "0,1,1,1048577,exceeds the stream's remaining window",
    "4,0,0,0,type 4 is not known",
    "3,0,0,0,go-away"
  })
  void a_frame_against_the_rules_closes_the_connection(
      int type, int flags, int streamId, int length, String reason) throws Exception {
    peer.send(type, flags, streamId, length);
    assertThat(reason()).contains(reason);
    assertThat(victim.isOpen()).isFalse();
    assertThatThrownBy(victim::open).hasMessageContaining("connection is closed");
  }

  @Test
  void another_version_closes_the_connection() throws Exception {
    sockets.left().getOutputStream().write(new byte[] {0, 12, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    assertThat(reason()).contains("yamux version 1");
  }

  @Test
  void the_same_stream_cannot_be_opened_twice() throws Exception {
    peer.send(WINDOW_UPDATE, SYN, 1, 0);
    peer.send(WINDOW_UPDATE, SYN, 1, 0);
    assertThat(reason()).contains("twice");
  }

  @Test
  void unread_bytes_never_exceed_the_window() throws Exception {
    peer.send(WINDOW_UPDATE, SYN, 1, 0);
    YamuxStream stream = take();
    peer.data(1, 0, new byte[MINIMUM]);
    peer.data(1, 0, new byte[INITIAL - MINIMUM]);
    peer.data(1, 0, (byte) 1);
    assertThat(reason()).contains("exceeds the stream's remaining window 0");
    assertThatThrownBy(() -> stream.in().read()).isInstanceOf(IOException.class);
  }

  @Test
  void credit_comes_back_only_when_the_application_reads() throws Exception {
    peer.send(WINDOW_UPDATE, SYN, 1, 0);
    assertThat(peer.next().has(ACK)).isTrue();
    peer.data(1, 0, new byte[INITIAL]);
    peer.send(PING, SYN, 0, 77);
    // Everything has arrived when the ping is answered, and no credit came before the answer.
    assertThat(peer.next()).isEqualTo(new FrameHeader(PING, ACK, 0, 77));
    assertThat(take().in().readNBytes(INITIAL / 2)).hasSize(INITIAL / 2);
    FrameHeader credit = peer.next();
    assertThat(credit.type()).isEqualTo(WINDOW_UPDATE);
    assertThat(credit.length()).isGreaterThanOrEqualTo(INITIAL / 2);
  }

  @Test
  void credit_beyond_32_bits_closes_the_connection() throws Exception {
    peer.send(WINDOW_UPDATE, SYN, 1, 0);
    peer.send(WINDOW_UPDATE, 0, 1, -1);
    assertThat(reason()).contains("grew beyond 2^32-1");
  }

  @Test
  void a_reset_carries_an_error_code_and_no_credit() throws Exception {
    peer.send(WINDOW_UPDATE, SYN, 1, 0);
    YamuxStream stream = take();
    peer.send(WINDOW_UPDATE, RST, 1, -1);
    assertThatThrownBy(() -> stream.in().read()).hasMessageContaining("reset by the peer");
    assertThatThrownBy(() -> stream.out().write(1)).hasMessageContaining("reset by the peer");
    assertThat(victim.isOpen()).isTrue();
    assertThat(victim.streamCount()).isZero();
  }

  @Test
  void several_flags_in_one_frame_all_count() throws Exception {
    peer.data(1, SYN | FIN, (byte) 42);
    YamuxStream inbound = take();
    assertThat(inbound.in().readAllBytes()).containsExactly(42);
    YamuxStream outbound = victim.open();
    peer.send(WINDOW_UPDATE, ACK | FIN, outbound.id(), 0);
    assertThat(outbound.in().read()).isEqualTo(-1);
  }

  @Test
  void data_after_the_end_closes_the_connection() throws Exception {
    peer.data(1, SYN | FIN, (byte) 42);
    peer.data(1, 0, (byte) 43);
    assertThat(reason()).contains("after the peer finished stream 1");
  }

  @Test
  void late_data_for_a_stream_that_is_gone_is_drained() throws Exception {
    peer.data(9, 0, new byte[100_000]);
    peer.data(1, SYN, (byte) 1);
    assertThat(take().in().read()).isEqualTo(1);
  }

  @Test
  void one_stream_more_than_the_limit_is_reset_and_the_others_live() throws Exception {
    int limit = HostLimits.defaults().streams().inboundPerConnection();
    for (int i = 0; i <= limit; i++) {
      peer.send(WINDOW_UPDATE, SYN, 1 + 2 * i, 0);
    }
    for (int i = 0; i < limit; i++) {
      assertThat(peer.next().flags()).isEqualTo(ACK);
    }
    assertThat(peer.next()).isEqualTo(new FrameHeader(WINDOW_UPDATE, RST, 1 + 2 * limit, 0));
    assertThat(victim.streamCount()).isEqualTo(limit);
    assertThat(opened).hasSize(limit);
  }

  @Test
  void memory_of_a_closed_stream_goes_back_to_the_budget() throws Exception {
    long before = budget.availableGrowth();
    peer.data(1, SYN | FIN, new byte[5000]);
    YamuxStream stream = take();
    assertThat(budget.availableGrowth()).isEqualTo(before - (INITIAL - MINIMUM));
    stream.closeWrite();
    assertThat(budget.availableGrowth()).isEqualTo(before - (INITIAL - MINIMUM));
    assertThat(stream.in().readAllBytes()).hasSize(5000);
    assertThat(budget.availableGrowth()).isEqualTo(before);
  }

  @Test
  void a_flood_of_pings_is_answered_in_part_and_kills_nobody() throws Exception {
    for (int i = 0; i < 5000; i++) {
      peer.send(PING, SYN, 0, i);
    }
    peer.send(WINDOW_UPDATE, SYN, 1, 0);
    FrameHeader frame = peer.next();
    assertThat(frame.type()).isEqualTo(PING);
    while (frame.type() == PING) {
      frame = peer.next();
    }
    assertThat(frame.has(ACK)).isTrue();
    assertThat(victim.isOpen()).isTrue();
  }

  @Test
  void a_peer_that_makes_work_and_takes_no_answers_is_closed() throws Exception {
    channel.holdWrites();
    for (int i = 0; i < 3000 && victim.isOpen(); i++) {
      try {
        peer.send(WINDOW_UPDATE, SYN, 1 + 2 * i, 0);
      } catch (IOException e) {
        break; // closed in our face, as it should be
      }
    }
    assertThat(reason()).contains("pile up");
  }

  @Test
  void a_write_that_stands_still_closes_the_connection() throws Exception {
    YamuxStream stream = victim.open();
    assertThat(peer.next().has(SYN)).isTrue();
    answerFirstPing();
    channel.holdWrites();
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              try {
                stream.out().write(1);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            task -> Thread.ofVirtual().start(task));
    while (!end.isDone()) {
      // The writer may not have come to its write yet: then this tick finds nothing.
      victim.tick(System.nanoTime() + 31 * SECOND);
      Thread.onSpinWait();
    }
    assertThat(reason()).contains("took nothing");
    assertThat(writer.handle((ok, failure) -> failure).get(10, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void a_silent_peer_is_closed_after_an_unanswered_ping() throws Exception {
    victim.tick(System.nanoTime() + 9 * SECOND);
    assertThat(victim.isOpen()).isTrue();
    victim.tick(System.nanoTime() + 11 * SECOND);
    assertThat(reason()).contains("did not answer");
  }

  @Test
  void a_closed_stream_that_the_peer_leaves_open_is_reset_in_the_end() throws Exception {
    peer.send(WINDOW_UPDATE, SYN, 1, 0);
    assertThat(peer.next().has(ACK)).isTrue();
    YamuxStream stream = take();
    stream.close();
    assertThat(peer.next()).isEqualTo(new FrameHeader(WINDOW_UPDATE, FIN, 1, 0));
    peer.data(1, 0, new byte[1000]);
    answerFirstPing();
    openAnother();
    victim.tick(System.nanoTime() + 29 * SECOND);
    victim.tick(System.nanoTime() + 31 * SECOND);
    assertThat(peer.next()).isEqualTo(new FrameHeader(WINDOW_UPDATE, RST, 1, 0));
    assertThat(victim.streamCount()).isOne();
  }

  @Test
  void writing_stops_at_the_peers_window_and_times_out() throws Exception {
    YamuxStream stream = victim.open();
    assertThat(peer.next().has(SYN)).isTrue();
    stream.out().write(new byte[MINIMUM]);
    stream.deadline(Duration.ofMillis(1));
    assertThatThrownBy(() -> stream.out().write(1))
        .isInstanceOf(SocketTimeoutException.class)
        .hasMessageContaining("reads nothing");
    stream.deadline(ChronoUnit.FOREVER.getDuration());
    peer.send(WINDOW_UPDATE, ACK, stream.id(), 1);
    stream.out().write(1);
  }

  @Test
  void what_the_peer_finished_can_be_read_after_the_connection_is_gone() throws Exception {
    peer.data(1, SYN | FIN, (byte) 1, (byte) 2);
    YamuxStream stream = take();
    peer.send(GO_AWAY, 0, 0, 0);
    assertThat(end.get(10, TimeUnit.SECONDS)).isInstanceOf(EOFException.class);
    assertThat(stream.in().readAllBytes()).containsExactly(1, 2);
  }

  @Test
  void a_reset_here_reaches_the_peer_and_ends_both_directions() throws Exception {
    YamuxStream stream = victim.open();
    assertThat(peer.next().has(SYN)).isTrue();
    stream.reset();
    stream.reset();
    assertThat(peer.next()).isEqualTo(new FrameHeader(WINDOW_UPDATE, RST, stream.id(), 0));
    assertThatThrownBy(() -> stream.in().read()).hasMessageContaining("reset on this side");
    assertThatThrownBy(() -> stream.out().write(1)).hasMessageContaining("reset on this side");
  }

  @Seeded(cases = 40)
  void random_frames_end_in_a_closed_connection_or_none_at_all(long seed) throws Exception {
    Random random = new Random(seed);
    try {
      for (int i = 0; i < 40 && victim.isOpen(); i++) {
        int length = random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(100);
        byte[] payload = new byte[random.nextInt(100)];
        peer.send(random.nextInt(4), random.nextInt(16), random.nextInt(6), length, payload);
      }
      sockets.left().shutdownOutput();
    } catch (IOException e) {
      assertThat(victim.isOpen()).isFalse();
    }
    assertThat(reason()).isNotBlank();
    assertThat(victim.streamCount()).isZero();
  }

  private void answerFirstPing() throws IOException {
    peer.send(PING, ACK, 0, 1);
    peer.send(PING, SYN, 0, 99);
    assertThat(peer.next()).isEqualTo(new FrameHeader(PING, ACK, 0, 99));
  }

  // A write on this thread ends after every earlier one has: a clock that then runs ahead finds
  // none in flight.
  private void openAnother() throws IOException {
    YamuxStream stream = victim.open();
    stream.out().write(1);
    assertThat(peer.next().has(SYN)).isTrue();
    assertThat(peer.next().type()).isEqualTo(FrameHeader.DATA);
  }

  private YamuxStream take() throws InterruptedException {
    YamuxStream stream = opened.poll(10, TimeUnit.SECONDS);
    if (stream == null) {
      throw new AssertionError("no stream was opened");
    }
    return stream;
  }

  private String reason() throws Exception {
    return String.valueOf(end.get(10, TimeUnit.SECONDS).getMessage());
  }
}
