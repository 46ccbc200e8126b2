package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.aggregation.masking.KemPublicKey;
import org.koinon.aggregation.masking.OpeningKeyText;
import org.koinon.audit.source.BadInputException;
import org.koinon.audit.source.LedgerInput;
import org.koinon.audit.verify.opening.OpenedUpdate;
import org.koinon.audit.verify.opening.OpeningAudit;
import org.koinon.audit.verify.opening.OpeningFiles;
import org.koinon.audit.verify.opening.OpeningRecord;
import org.koinon.cli.Main;
import org.koinon.federation.contribution.Partition;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Separation;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;
import org.koinon.peer.round.Keeping;
import org.koinon.peer.round.Retention;
import org.koinon.peer.round.RoundObserver;
import org.koinon.peer.round.SealedOpenings;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

/** What one authority may open of a round, counted over the smallest sum that was opened. */
class OpeningLimitTest {
  @TempDir private Path folder;
  private Path key = Path.of("opening.key");

  /** One round, at the end of which every node has sealed its own contribution for one key. */
  private SimulatedConsortium play(Study study, int peers) throws IOException {
    key = folder.resolve("opening.key");
    KemPublicKey publicKey =
        OpeningKeyText.publicKey(Files.readString(OpeningFiles.createKey(key)));
    Path work = Files.createDirectory(folder.resolve("consortium"));
    SimulatedConsortium consortium = ToyConsortium.of(peers, study, work, 41);
    for (MemberId member : ToyConsortium.members(peers)) {
      SealedOpenings vault =
          new SealedOpenings(
              consortium.folder(member).resolve("openings"), publicKey, new Random(1));
      consortium.keep(member, new Keeping(vault, Retention.FOR_EVER));
    }
    consortium.run(study.id(), FaultPlan.NONE, RoundObserver.SILENT);
    return consortium;
  }

  private static Path box(SimulatedConsortium consortium, MemberId member) {
    return consortium.folder(member).resolve("openings").resolve("toy-study-1.box");
  }

  private OpenedUpdate open(SimulatedConsortium consortium, MemberId member, String record) {
    return OpeningAudit.open(
        LedgerInput.of(consortium.ledgerFile()),
        box(consortium, member),
        key,
        new OpeningRecord(folder.resolve(record)));
  }

  @Test
  void of_a_group_of_three_with_one_colluder_nobody_is_opened() throws IOException {
    SimulatedConsortium consortium = play(ToyConsortium.groupedStudy(40, 1, 9), 9);

    assertThatThrownBy(() -> open(consortium, ToyConsortium.member(0), "opened"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("at most 0 members")
        .hasMessageContaining("3 in the sum, 1 that may pool");
    assertThat(folder.resolve("opened")).doesNotExist();
  }

  @Test
  void of_groups_of_four_one_each_is_opened() throws IOException {
    Study study = ToyConsortium.groupedStudy(40, 1, 12);
    SimulatedConsortium consortium = play(study, 12);
    RoundView round = Ledgers.rounds(consortium, study.id()).getFirst();
    Partition drawn = round.separation().flatMap(Separation::drawn).orElseThrow();
    assertThat(drawn.groups()).hasSize(3).allMatch(group -> group.size() == 4);

    for (List<MemberId> group : drawn.groups()) {
      assertThat(open(consortium, group.getFirst(), "opened").faults()).isEmpty();
      assertThat(open(consortium, group.getFirst(), "opened").faults()).as("again").isEmpty();
      assertThatThrownBy(() -> open(consortium, group.getLast(), "opened"))
          .hasMessageContaining("at most 1 members");
    }
  }

  private record Said(int code, String out, String err) {
    static Said koinon(Object... words) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      int code =
          Main.run(
              Arrays.stream(words).map(String::valueOf).toList(),
              new PrintStream(out, true, StandardCharsets.UTF_8),
              new PrintStream(err, true, StandardCharsets.UTF_8));
      return new Said(
          code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
  }

  @Test
  void a_hospital_hands_a_box_over_and_the_authority_reads_it_on_the_command_line()
      throws IOException {
    SimulatedConsortium consortium = play(ToyConsortium.maskedStudy(40), 5);
    Path ledger = consortium.ledgerFile();
    Path authority = folder.resolve("authority.key");
    Path handed = folder.resolve("for-the-authority.box");
    Path record = folder.resolve("record");
    Path values = folder.resolve("values");
    assertThat(Said.koinon("audit", "open-key", authority).code()).isZero();
    Path own = box(consortium, ToyConsortium.member(2));

    Said given =
        Said.koinon(
            "audit",
            "open",
            ledger,
            "--box",
            own,
            "--key",
            key,
            "--to",
            authority + ".pub",
            "--out",
            handed);
    assertThat(given.code()).as(given.err()).isZero();
    assertThat(given.out()).contains("Sealed for " + authority + ".pub: " + handed);
    Said wrong =
        Said.koinon("audit", "open", ledger, "--box", handed, "--key", key, "--record", record);
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("another key");

    Said read =
        Said.koinon(
            "audit",
            "open",
            ledger,
            "--box",
            handed,
            "--key",
            authority,
            "--record",
            record,
            "--values",
            values);

    assertThat(read.code()).as(read.err()).isZero();
    assertThat(read.out()).contains(ToyConsortium.member(2).value(), "Numbers: " + values);
    assertThat(Files.readAllLines(values)).hasSize(40).allMatch(line -> line.startsWith("weight "));
    Said first =
        Said.koinon(
            "audit",
            "open",
            ledger,
            "--box",
            box(consortium, ToyConsortium.member(0)),
            "--key",
            key,
            "--record",
            record);
    assertThat(first.code()).as("five in the sum, one may collude: two").isZero();
    Said third =
        Said.koinon(
            "audit",
            "open",
            ledger,
            "--box",
            box(consortium, ToyConsortium.member(1)),
            "--key",
            key,
            "--record",
            record);
    assertThat(third.code()).isEqualTo(2);
    assertThat(third.err()).contains("at most 2 members");
  }
}
