package org.koinon.system;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.RoundId;
import org.koinon.peer.node.NodeHome;
import org.koinon.peer.node.RunningNode;
import org.koinon.peer.round.RoundObserver;
import org.koinon.peer.round.RoundOutcome;
import org.koinon.peer.round.RoundStep;

/**
 * A node with a {@link ToySite}, as a program: real files, real sockets, a real end.
 *
 * <p>Arguments: its configuration, the seed of its site, and {@code ROUND/STEP} at which the
 * process ends on the spot, as if killed, or {@code -}. It stops cleanly when its input ends.
 */
final class ToyNode {
  static final int KILLED = 137;
  static final String NOWHERE = "-";

  private ToyNode() {}

  public static void main(String[] arguments) throws IOException {
    NodeHome home = NodeHome.read(Path.of(arguments[0]));
    ToySite site = new ToySite(Long.parseLong(arguments[1]));
    try (RunningNode node = RunningNode.start(home, site, new Talking(arguments[2]))) {
      Thread.ofPlatform().daemon().name("input").start(() -> stopWhenInputEnds(node));
      node.run();
    }
  }

  private static void stopWhenInputEnds(RunningNode node) {
    try {
      var _ = System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      System.err.println("input: " + e.getMessage());
    }
    node.stop();
  }

  /** Says what happens on the output, and ends the process where it must. */
  private record Talking(String fatal) implements RoundObserver {
    @Override
    public void step(RoundId round, RoundStep step) {
      if (fatal.equals(round.number() + "/" + step)) {
        Runtime.getRuntime().halt(KILLED);
      }
    }

    @Override
    public void note(RoundId round, String sentence) {
      System.out.println("note " + round + " " + sentence);
    }

    @Override
    public void alarm(String sentence) {
      System.out.println("alarm " + sentence);
    }

    @Override
    public void over(RoundId round, RoundOutcome outcome, ModelId standing) {
      System.out.println("over " + round.number() + " " + standing.hex());
    }
  }
}
