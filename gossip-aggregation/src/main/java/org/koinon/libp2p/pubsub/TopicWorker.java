package org.koinon.libp2p.pubsub;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.koinon.libp2p.core.PeerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks, judges and delivers the messages of one topic, one after another, on a thread of its own.
 * A slow validator delays its own topic only.
 */
final class TopicWorker {
  private static final Logger LOG = LoggerFactory.getLogger(TopicWorker.class);
  private static final int CAPACITY = 256;

  private sealed interface Work {
    record Check(PeerId from, SignedMessage message) implements Work {}

    record Stop() implements Work {}
  }

  /** Where the results go. */
  interface Results {
    /** True when the message was not known before. */
    boolean markSeen(SignedMessage message);

    void forged(PeerId from, SignedMessage message, Forgery forgery);

    void dropped(PeerId from);

    void verified(PeerId from, SignedMessage message);

    void judged(PeerId from, SignedMessage message, Verdict verdict);
  }

  private final MessageValidator validator;
  private final Consumer<Message> consumer;
  private final Results results;
  private final BlockingQueue<Work> queue = new LinkedBlockingQueue<>(CAPACITY);

  TopicWorker(MessageValidator validator, Consumer<Message> consumer, Results results) {
    this.validator = validator;
    this.consumer = consumer;
    this.results = results;
  }

  void start(Topic topic) {
    Thread.ofVirtual().name("pubsub-topic-" + topic).start(this::run);
  }

  /** Never waits; false when the queue is full. */
  boolean offer(PeerId from, SignedMessage message) {
    return queue.offer(new Work.Check(from, message));
  }

  /** Ends the thread after the message at hand; what waits is dropped. */
  void stop() {
    List<Work> rest = new ArrayList<>();
    do {
      queue.drainTo(rest);
    } while (!queue.offer(new Work.Stop()));
    for (Work work : rest) {
      if (work instanceof Work.Check check) {
        results.dropped(check.from());
      }
    }
  }

  private void run() {
    try {
      for (; ; ) {
        switch (queue.take()) {
          case Work.Check(PeerId from, SignedMessage message) -> process(from, message);
          case Work.Stop() -> {
            return;
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void process(PeerId from, SignedMessage signed) {
    Optional<Forgery> forgery = signed.forgery();
    if (forgery.isPresent()) {
      results.forged(from, signed, forgery.get());
      return;
    }
    if (!results.markSeen(signed)) {
      results.dropped(from);
      return;
    }
    results.verified(from, signed);
    Message message = new Message(signed);
    Verdict verdict = judge(message);
    results.judged(from, signed, verdict);
    if (verdict == Verdict.ACCEPT) {
      deliver(message);
    }
  }

  private Verdict judge(Message message) {
    try {
      return validator.validate(message);
    } catch (RuntimeException e) {
      LOG.error("the validator failed on {}; the message is ignored", message, e);
      return Verdict.IGNORE;
    }
  }

  private void deliver(Message message) {
    try {
      consumer.accept(message);
    } catch (RuntimeException e) {
      LOG.error("the consumer failed on {}", message, e);
    }
  }
}
