package org.koinon.libp2p.pubsub;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that does what it is told, one thing after another. Whoever tells it more than it can
 * do waits: a reader of a stream then stops reading, and so its peer stops sending. What it is told
 * must never block.
 */
final class Inbox implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
  private static final int CAPACITY = 1024;

  private final BlockingQueue<Runnable> tasks = new ArrayBlockingQueue<>(CAPACITY);
  private final Thread thread;
  private volatile boolean closed;

  Inbox(String name) {
    this.thread = Thread.ofVirtual().name(name).start(this::run);
  }

  private void run() {
    try {
      while (!closed) {
        Runnable task = tasks.take();
        try {
          task.run();
        } catch (RuntimeException e) {
          LOG.error("a step of the mesh failed; the mesh goes on", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closed = true;
      // Sets free whoever waits for room or for an answer; there is more room than waiters.
      List<Runnable> rest = new ArrayList<>();
      tasks.drainTo(rest);
      for (Runnable task : rest) {
        if (task instanceof Question<?> question) {
          question.abandon();
        }
      }
    }
  }

  /** Waits for room, not for the task. After the end nothing happens. */
  void tell(Runnable task) {
    if (closed) {
      return;
    }
    try {
      tasks.put(task);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Never waits; false when there is no room. */
  boolean offer(Runnable task) {
    return !closed && tasks.offer(task);
  }

  /** Waits for the answer. */
  <T> T ask(Supplier<T> asked) {
    Question<T> question = new Question<>(asked);
    tell(question);
    if (closed) {
      question.abandon();
    }
    try {
      return question.answer.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private static final class Question<T> implements Runnable {
    final CompletableFuture<T> answer = new CompletableFuture<>();
    private final Supplier<T> asked;

    Question(Supplier<T> asked) {
      this.asked = asked;
    }

    @Override
    public void run() {
      try {
        answer.complete(asked.get());
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      }
    }

    void abandon() {
      answer.completeExceptionally(new IllegalStateException("gossipsub is closed"));
    }
  }

  @Override
  public void close() {
    tell(() -> closed = true);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
