package org.koinon.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.koinon.federation.study.MemberId;
import org.koinon.network.consortium.ConsortiumFolder;
import org.koinon.network.fabric.FabricNetwork;
import org.koinon.network.fabric.LedgerSection;

/** The members' node files of a consortium's folder, which are to name its channel. */
final class LedgerSections {
  private LedgerSections() {}

  /**
   * Has each file name the channel that still is as it was founded.
   *
   * @param say told of each file, and of the section where a person has to write it
   */
  static void write(
      FabricNetwork network, Path consortium, List<MemberId> members, Consumer<String> say) {
    for (MemberId member : members) {
      Path file = consortium.resolve(member.value()).resolve(ConsortiumFolder.NODE);
      lines(new LedgerSection(file, network.connection(member))).forEach(say);
    }
  }

  private static Stream<String> lines(LedgerSection section) {
    Path file = section.nodeFile();
    return switch (section.write()) {
      case WRITTEN -> Stream.of(file + ": its ledger is the channel now.");
      case STANDS -> Stream.of(file + ": its ledger is the channel.");
      case EDITED ->
          byHand(
              section,
              file + " is left as it is: its section ledger was changed by hand.",
              "For the channel it is:");
      case IN_USE ->
          byHand(
              section,
              file + " is left as it is: its ledger " + section.embedded() + " is in use.",
              "What stands there does not move to the channel. For the channel the section is:");
      case ABSENT ->
          byHand(
              section,
              file + " is not there.",
              "In the node's file of " + section.connection().member() + " write:");
    };
  }

  private static Stream<String> byHand(LedgerSection section, String why, String what) {
    return Stream.concat(Stream.of(why, what, ""), section.text().lines());
  }
}
