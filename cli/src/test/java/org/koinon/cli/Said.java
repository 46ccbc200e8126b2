package org.koinon.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** What a command that still runs has printed. Any thread may wait for words of it. */
final class Said extends ByteArrayOutputStream {
  private boolean isEnded;

  @Override
  public synchronized void write(byte[] bytes, int from, int length) {
    super.write(bytes, from, length);
    notifyAll();
  }

  @Override
  public synchronized void write(int b) {
    super.write(b);
    notifyAll();
  }

  /** The command has ended: there will be no more. */
  synchronized void end() {
    isEnded = true;
    notifyAll();
  }

  synchronized void await(String words) throws InterruptedException {
    while (!text().contains(words)) {
      if (isEnded) {
        throw new AssertionError("it ended without \"" + words + "\": " + text());
      }
      wait();
    }
  }

  String text() {
    return toString(StandardCharsets.UTF_8);
  }
}
