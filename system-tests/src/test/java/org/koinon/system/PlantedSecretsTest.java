package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koinon.audit.Audit;
import org.koinon.audit.AuditRequest;
import org.koinon.federation.consent.CountBucket;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.ConsortiumEntry.ConsentSnapshot;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.peer.round.RoundJournal;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

/**
 * The scan of {@link SecretsOnTheDiskTest} can fail: every secret of a round, laid where it may not
 * lie, is found and named, whatever it is written as.
 *
 * <p>Of seven members the sixth fell when it had erased, the seventh before its pieces left, so
 * that it is outside the sum.
 */
class PlantedSecretsTest {
  private static final List<MemberId> MEMBERS = ToyConsortium.members(7);
  private static final MemberId THROUGH = MEMBERS.get(1);
  private static final MemberId FALLEN = MEMBERS.get(5);
  private static final MemberId OUTSIDE = MEMBERS.get(6);

  /** What the sum's opening has made public. */
  private static final Predicate<String> PUBLIC =
      Pattern.compile("self mask of [1-6]|mask seed of [1-6] and 7|masked piece of [1-6], .*")
          .asMatchPredicate();

  /** What the sixth has erased the rest for. */
  private static final Predicate<String> RELEASABLE =
      Pattern.compile(
              "self mask of 6|mask seed of 6 and 7|share of SELF of [1-6] for 6"
                  + "|share of RECOVERY of 7 for 6|table of 7")
          .asMatchPredicate();

  private final Study study = ToyConsortium.maskedStudy(40, 1, 2, ServerOptimiser.fedAvg());
  private final Path folder;
  private final SimulatedConsortium consortium;
  private final DisksOfARound disks;

  PlantedSecretsTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    Path place = Files.createDirectory(folder.resolve("consortium"));
    this.consortium = ToyConsortium.of(MEMBERS.size(), study, place, 121);
    this.disks = new DisksOfARound(consortium, MEMBERS, study, new RoundId(study.id(), 1));
    consortium.run(study.id(), this::step, new Notes());
    disks.assertClean();
  }

  private Optional<FaultPlan.Kill> step(MemberId member, RoundId round, RoundStep step) {
    if (step == RoundStep.RELEASE) {
      disks.learn();
    }
    boolean falls =
        (member.equals(FALLEN) && step == RoundStep.UNMASK)
            || (member.equals(OUTSIDE) && step == RoundStep.EXCHANGE);
    return falls ? Optional.of(new FaultPlan.Kill(-1)) : Optional.empty();
  }

  /** All secrets but those, each at that place. */
  private SortedSet<String> allBut(Predicate<String> allowed, String place) {
    SortedSet<String> expected = new TreeSet<>();
    disks.secrets().stream()
        .filter(allowed.negate())
        .forEach(name -> expected.add(name + ", " + place));
    assertThat(expected).hasSizeGreaterThan(7 * 5 + 7 * 7 * 2);
    return expected;
  }

  private byte[] all(UnaryOperator<byte[]> form) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String name : disks.secrets()) {
      bytes.writeBytes(form.apply(disks.secret(name)));
      bytes.write('\n');
    }
    return bytes.toByteArray();
  }

  /** How somebody might write bytes down. */
  enum Form {
    AS_THEY_ARE,
    HEXADECIMAL,
    CAPITALS,
    BASE64,
    BASE64_AFTER_ONE_BYTE,
    BASE64_AFTER_TWO_BYTES;

    byte[] write(byte[] secret) {
      return switch (this) {
        case AS_THEY_ARE -> secret;
        case HEXADECIMAL -> ascii(HexFormat.of().formatHex(secret));
        case CAPITALS -> ascii(HexFormat.of().withUpperCase().formatHex(secret));
        case BASE64 -> base64(0, secret);
        case BASE64_AFTER_ONE_BYTE -> base64(1, secret);
        case BASE64_AFTER_TWO_BYTES -> base64(2, secret);
      };
    }

    private static byte[] ascii(String text) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] base64(int before, byte[] secret) {
      byte[] longer = new byte[before + secret.length + 5];
      Arrays.fill(longer, (byte) 0xA5);
      System.arraycopy(secret, 0, longer, before, secret.length);
      return Base64.getEncoder().encode(longer);
    }
  }

  @ParameterizedTest
  @EnumSource
  void in_an_archive(Form form) throws IOException {
    Path note = consortium.folder(THROUGH).resolve("archive").resolve("toy-study/1/note");
    Files.write(note, all(form::write));

    assertThat(disks.leaks())
        .isEqualTo(allBut(PUBLIC, THROUGH + "/archive/" + study.id() + "/1/note"));
  }

  @Test
  void in_the_journal_of_a_member_that_is_through() {
    plantInJournal(THROUGH);

    assertThat(disks.leaks()).isEqualTo(allBut(name -> false, "the journal of " + THROUGH));
  }

  @Test
  void in_the_journal_of_a_member_that_has_erased() throws IOException {
    plantInJournal(FALLEN);
    SortedSet<String> expected = allBut(RELEASABLE, "the journal of " + FALLEN);
    assertThat(disks.leaks()).isEqualTo(expected);

    Path note = JournalBytes.folder(consortium, FALLEN).resolve("note");
    Files.move(note, note.resolveSibling("note.part"));
    assertThat(disks.leaks()).isEqualTo(expected);
  }

  private void plantInJournal(MemberId member) {
    Path journal = JournalBytes.folder(consortium, member);
    try (RoundJournal open = RoundJournal.open(journal, JournalBytes.key(member))) {
      open.write("note", all(UnaryOperator.identity()));
    }
  }

  /** Long values are cut and spread over pages: no file scan finds these. */
  @Test
  void cut_by_the_pages_of_a_database() throws SQLException {
    int pageEnds = 1908;
    Path database = consortium.folder(THROUGH).resolve("notes.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.executeUpdate("PRAGMA page_size = 4096");
      statement.executeUpdate("CREATE TABLE notes (note BLOB NOT NULL)");
      try (PreparedStatement insert = connection.prepareStatement("INSERT INTO notes VALUES (?)")) {
        for (String name : disks.secrets()) {
          byte[] secret = disks.secret(name);
          byte[] value = new byte[6000];
          System.arraycopy(secret, 0, value, pageEnds - 16, secret.length);
          insert.setBytes(1, value);
          insert.executeUpdate();
        }
      }
      connection.commit();
    }

    assertThat(disks.leaks()).isEqualTo(allBut(PUBLIC, THROUGH + "/notes.db"));
  }

  @Test
  void in_an_entry_of_the_ledger_and_in_the_bundle_of_it() throws IOException {
    String name = "recovery secret of 3";
    Digest secret = Digest.of(disks.secret(name));
    ConsentSnapshot said =
        new ConsentSnapshot(study.id(), 2, secret, CountBucket.HUNDREDS, "a careless program");
    assertThat(Ledgers.append(consortium, THROUGH, said)).isInstanceOf(Admission.Admitted.class);

    assertThat(disks.leaks()).isNotEmpty().allMatch(leak -> leak.startsWith(name + ", ledger.db"));

    Path bundle = folder.resolve("bundle.zip");
    Path archive = consortium.folder(THROUGH).resolve("archive");
    AuditRequest request = new AuditRequest(consortium.ledgerFile(), List.of(), List.of(archive));
    var _ = Audit.export(request, bundle, true);
    try (FileSystem zip = FileSystems.newFileSystem(bundle)) {
      Path root = zip.getPath("/");
      assertThat(disks.leaksTo(root)).isNotEmpty().allMatch(leak -> leak.startsWith(name + ", "));
      Files.write(root.resolve("note"), all(UnaryOperator.identity()));
      assertThat(disks.leaksTo(root)).containsAll(allBut(PUBLIC, "note"));
    }
  }

  /** As much as goes into one piece, were it to leave without its masks. */
  @Test
  void a_part_of_an_update() throws IOException {
    ByteArrayOutputStream shard = new ByteArrayOutputStream();
    shard.writeBytes(disks.secret("update of 3 from byte 48"));
    shard.writeBytes(Arrays.copyOfRange(disks.secret("update of 3 from byte 64"), 16, 32));
    Path note = consortium.folder(THROUGH).resolve("archive").resolve("note");
    Files.write(note, shard.toByteArray());

    assertThat(disks.leaks())
        .containsExactlyInAnyOrder(
            "update of 3 from byte 48, " + THROUGH + "/archive/note",
            "update of 3 from byte 56, " + THROUGH + "/archive/note",
            "update of 3 from byte 64, " + THROUGH + "/archive/note");
  }
}
