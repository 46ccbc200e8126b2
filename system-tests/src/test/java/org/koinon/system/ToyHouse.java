package org.koinon.system;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.koinon.aggregation.masking.KemPublicKey;
import org.koinon.aggregation.masking.KemSecret;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.peer.round.Keeping;
import org.koinon.peer.round.PeerLink;
import org.koinon.peer.round.Retention;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.round.SealedOpenings;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

/**
 * Seven toy hospitals as one program, which goes on from what is in its folder: they die together,
 * as a house does when its power is cut.
 *
 * <p>In a round of a private sum one of them is outside the sum and lives, one falls silent when it
 * has erased, and one seals what opens its contribution for an off-line key. Arguments: the folder
 * and a seed. It writes a line for every message before it is sent.
 */
final class ToyHouse {
  static final int PEERS = 7;
  static final List<MemberId> MEMBERS = ToyConsortium.members(PEERS);
  static final MemberId SEALING = MEMBERS.get(1);
  static final MemberId SILENT = MEMBERS.get(5);
  static final MemberId OUTSIDE = MEMBERS.get(6);
  static final Study STUDY = ToyConsortium.maskedStudy(40, 1, 2, ServerOptimiser.fedAvg());

  private static final String SAID = "said ";
  private static final KemPublicKey OFF_LINE =
      KemSecret.draw(new SplittableRandom(134)).publicKey();

  private ToyHouse() {}

  public static void main(String[] arguments) {
    SimulatedConsortium consortium = reopen(Path.of(arguments[0]), Long.parseLong(arguments[1]));
    for (MemberId member : MEMBERS) {
      consortium.intercept(
          member,
          link ->
              link(
                  member,
                  link,
                  message -> System.out.println(SAID + HexFormat.of().formatHex(message))));
    }
    consortium.run(STUDY.id(), ToyHouse::fate, new Notes());
  }

  /** On the disks that another program left. */
  static SimulatedConsortium reopen(Path folder, long seed) {
    return sealing(ToyConsortium.reopen(PEERS, folder, seed));
  }

  /** In an empty folder. */
  static SimulatedConsortium found(Path folder, long seed) {
    return sealing(ToyConsortium.of(PEERS, STUDY, folder, seed));
  }

  private static SimulatedConsortium sealing(SimulatedConsortium consortium) {
    Path boxes = consortium.folder(SEALING).resolve("openings");
    SealedOpenings vault = new SealedOpenings(boxes, OFF_LINE, new Random(135));
    consortium.keep(SEALING, new Keeping(vault, Retention.FOR_EVER));
    return consortium;
  }

  /** Tells of all that the member says; the one outside hands out no piece. */
  static Relay link(MemberId member, PeerLink link, Consumer<byte[]> listener) {
    return new Relay.Overheard(member.equals(OUTSIDE) ? new Relay.Dropped(link) : link, listener);
  }

  /** What happens to whom in the round. */
  static Optional<FaultPlan.Kill> fate(MemberId member, RoundId round, RoundStep step) {
    boolean falls = member.equals(SILENT) && step == RoundStep.UNMASK;
    return falls ? Optional.of(new FaultPlan.Kill(-1)) : Optional.empty();
  }

  /** Notes the messages that the program wrote of. */
  static void hear(List<String> output, Letters letters) {
    output.stream()
        .filter(line -> line.startsWith(SAID))
        .forEach(line -> letters.note(HexFormat.of().parseHex(line, SAID.length(), line.length())));
  }
}
