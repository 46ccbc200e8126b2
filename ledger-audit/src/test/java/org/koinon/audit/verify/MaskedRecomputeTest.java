package org.koinon.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.ShardSum;
import org.koinon.aggregation.Words;
import org.koinon.aggregation.masking.Beacon;
import org.koinon.aggregation.masking.CheckSums;
import org.koinon.aggregation.masking.Masks;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.finding.Rule;
import org.koinon.audit.verify.RoundRecompute.Check;
import org.koinon.audit.verify.RoundRecompute.Status;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.Attested;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundEntry.Unmasked;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.VectorSpec;
import org.koinon.federation.study.WeightMode;

class MaskedRecomputeTest {
  /** The last shard: the first are empty, so small is the model. */
  private static final int LAST = MaskedArchive.SIZE - 1;

  @TempDir private Path folder;

  private MaskedArchive study(WeightMode weights) {
    return new MaskedArchive(folder, weights, 11);
  }

  private MaskedArchive masked() {
    return study(WeightMode.MASKED);
  }

  @ParameterizedTest
  @EnumSource(WeightMode.class)
  void masked_rounds_are_recomputed_with_every_kind_of_weight(WeightMode weights) {
    MaskedArchive study = study(weights).round().round();

    Recomputed.all(study).forEach(Recomputed::assertRecomputed);

    assertThat(Recomputed.last(study).checks())
        .allMatch(Check::isSettled)
        .extracting(Check::what)
        .contains("certificate", "released values", "check sums");
    boolean isDeclared = weights != WeightMode.MASKED;
    assertThat(
            Recomputed.last(study).checks().stream()
                .anyMatch(check -> check.what().equals("weights")))
        .isEqualTo(isDeclared);
  }

  @Test
  void a_round_that_lost_a_member_is_recomputed_and_the_masks_towards_it_are_counted() {
    MaskedArchive study = masked();
    MemberId dropped = study.member(3);

    study.round(dropped);

    RoundRecompute round = Recomputed.last(study);
    Recomputed.assertRecomputed(round);
    assertThat(study.view().contributors()).doesNotContain(dropped).hasSize(6);
    assertThat(round.checks())
        .extracting(Check::sentence)
        .anyMatch(sentence -> sentence.endsWith("; 6 masks towards " + dropped));
  }

  @Test
  void two_lost_members_are_two_times_five_masks() {
    MaskedArchive study = masked();

    study.round(study.member(0), study.member(6));

    Recomputed.assertRecomputed(Recomputed.last(study));
    assertThat(study.released().looseEnds()).hasSize(10);
  }

  @Test
  void a_changed_byte_in_any_archived_file_is_found_and_the_file_named() throws IOException {
    MaskedArchive study = masked();
    study.round(study.member(2));
    CheckedLog checked = Recomputed.checked(study);
    Random random = new Random(5);
    for (Path file : files()) {
      byte[] good = Files.readAllBytes(file);
      byte[] bad = good.clone();
      bad[random.nextInt(bad.length)] ^= 4;
      Files.write(file, bad);

      List<Finding> findings =
          Recomputed.all(study, checked).stream()
              .flatMap(round -> round.findings().stream())
              .toList();

      assertThat(findings)
          .as("%s", file)
          .isNotEmpty()
          .allMatch(finding -> finding.rule() == Rule.ARCHIVE_CHANGED)
          .allMatch(finding -> finding.sentence().contains(file.toString()));
      Files.write(file, good);
    }
    Recomputed.all(study, checked).forEach(Recomputed::assertRecomputed);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Test
  void wrong_check_sums_name_the_member_that_stated_them() {
    MaskedArchive study = masked();
    MemberId liar = study.member(4);
    study.attesting(
        (member, said) ->
            member.equals(liar) ? withSums(said, "00" + sums(said).substring(2)) : said);

    study.round();

    RoundRecompute round = Recomputed.last(study);
    assertThat(Recomputed.rules(round)).containsExactly(Rule.CHECK_SUMS_DIFFER);
    assertThat(round.findings())
        .anyMatch(
            finding ->
                finding instanceof Finding.OfEntry entry
                    && Objects.requireNonNull(entry.key()).toString().contains(liar.value()))
        .anyMatch(finding -> finding.sentence().contains("do not add up"));
  }

  private static String sums(Attested said) {
    return Objects.requireNonNull(Objects.requireNonNull(said.unmasked()).checkSums());
  }

  private static Attested withSums(
      Attested said, @org.jspecify.annotations.Nullable String checkSums) {
    Unmasked unmasked = Objects.requireNonNull(said.unmasked());
    return Attestations.with(
        said, new Unmasked(unmasked.certificate(), unmasked.released(), checkSums));
  }

  @Test
  void check_sums_that_nobody_stated_are_said_and_fail_nothing() {
    MaskedArchive study = masked();
    MemberId silent = study.member(5);
    study.attesting((member, said) -> member.equals(silent) ? withSums(said, null) : said);

    study.round();

    RoundRecompute round = Recomputed.last(study);
    Recomputed.assertRecomputed(round);
    assertThat(round.checks())
        .anyMatch(check -> !check.isSettled() && check.sentence().contains(silent.value()))
        .anyMatch(check -> check.isSettled() && check.sentence().contains("add up"));
  }

  @Test
  void a_sum_that_all_its_owners_agree_to_change_is_found_from_the_pieces() {
    MaskedArchive study =
        masked().summing((owner, sum) -> sum.shard() == LAST ? plusOne(sum) : sum);

    study.round();

    RoundRecompute round = Recomputed.last(study);
    assertThat(Recomputed.rules(round)).contains(Rule.SUM_DIFFERS, Rule.RESULT_DIFFERS);
    List<MemberId> owners = study.layout().map().owners(LAST);
    for (MemberId owner : owners) {
      assertThat(round.findings())
          .anyMatch(
              finding ->
                  finding.rule() == Rule.SUM_DIFFERS && finding.sentence().contains(owner.value()));
    }
  }

  @Test
  void without_pieces_the_check_sums_still_show_a_changed_sum() throws IOException {
    MaskedArchive study =
        masked().summing((owner, sum) -> sum.shard() == LAST ? plusOne(sum) : sum);
    study.round();
    deletePieces();

    assertThat(Recomputed.rules(Recomputed.last(study))).containsExactly(Rule.CHECK_SUMS_DIFFER);
  }

  /**
   * All owners of a shard say one too much, before anything is known; when the coin is there, one
   * of them, who is in the sum, adds what the error weighs to its own check sums.
   */
  private MaskedArchive absorbing() {
    MaskedArchive study =
        masked().summing((owner, sum) -> sum.shard() == LAST ? plusOne(sum) : sum);
    return study.attesting(
        (member, said) -> {
          MemberId owner = study.layout().map().owners(LAST).getFirst();
          if (!member.equals(owner)) {
            return said;
          }
          Digest opened = study.view().released().orElseThrow().bodyDigest();
          Beacon beacon = Beacon.of(study.attempt(), opened, study.released().selfSeeds());
          CheckSums error = CheckSums.ofShard(beacon, study.layout(), error(study), LAST);
          return withSums(said, new CheckSums(sums(said)).plus(error).hex());
        });
  }

  /** What {@link #plusOne} adds. */
  private static Blocks error(MaskedArchive study) {
    int words = study.layout().map().length(LAST, study.study().vector().modelWords());
    int metrics = study.layout().map().length(LAST, study.study().vector().metricWords());
    return new Blocks(
        one(study.study().vector().wordBits(), words), one(VectorSpec.METRIC_WORD_BITS, metrics));
  }

  private static Words one(int wordBits, int count) {
    byte[] bytes = new byte[count * wordBits / 8];
    if (bytes.length > 0) {
      bytes[0] = 1;
    }
    return Words.wrap(wordBits, bytes);
  }

  @Test
  void an_owner_can_absorb_an_error_in_its_own_check_sums() throws IOException {
    MaskedArchive study = absorbing();
    study.round();
    deletePieces();

    RoundRecompute round = Recomputed.last(study);
    assertThat(round.findings()).isEmpty();
    assertThat(round.checks())
        .anyMatch(check -> check.what().equals("check sums") && check.isSettled());
  }

  @Test
  void the_pieces_show_who_absorbed_an_error_in_its_check_sums() {
    MaskedArchive study = absorbing();
    study.round();

    RoundRecompute round = Recomputed.last(study);
    assertThat(Recomputed.rules(round)).contains(Rule.SUM_DIFFERS, Rule.CHECK_SUMS_DIFFER);
    List<MemberId> owners = study.layout().map().owners(LAST);
    for (MemberId owner : owners) {
      assertThat(round.findings())
          .filteredOn(finding -> finding.rule() == Rule.SUM_DIFFERS)
          .anyMatch(finding -> finding.sentence().contains(owner.value()));
    }
    assertThat(round.findings())
        .filteredOn(finding -> finding.rule() == Rule.CHECK_SUMS_DIFFER)
        .anyMatch(
            finding ->
                finding instanceof Finding.OfEntry entry
                    && Objects.requireNonNull(entry.key())
                        .toString()
                        .contains(owners.getFirst().value()));
  }

  /** One more in the first word that there is. */
  private static ShardSum plusOne(ShardSum sum) {
    Words words = sum.blocks().metrics();
    byte[] one = new byte[words.sizeBytes()];
    if (one.length > 0) {
      one[0] = 1;
    }
    Words more = Words.sum(List.of(words, Words.wrap(words.wordBits(), one)));
    Words model = sum.blocks().model();
    byte[] unit = new byte[model.sizeBytes()];
    if (unit.length > 0) {
      unit[0] = 1;
    }
    Words moved = Words.sum(List.of(model, Words.wrap(model.wordBits(), unit)));
    return new ShardSum(sum.shard(), new Blocks(moved, more));
  }

  private void deletePieces() throws IOException {
    for (Path file : files()) {
      if (file.getFileName().toString().startsWith("piece-")) {
        Files.delete(file);
      }
    }
  }

  @Test
  void sums_and_released_values_alone_give_the_result_and_say_what_was_not_checked()
      throws IOException {
    MaskedArchive study = masked();
    study.round(study.member(1));
    deletePieces();

    RoundRecompute round = Recomputed.last(study);

    assertThat(round.findings()).isEmpty();
    assertThat(round.status()).isEqualTo(Status.NOT_AVAILABLE);
    assertThat(round.shardsRecomputed()).isZero();
    assertThat(round.model()).isEqualTo(((Finalised) study.view().ending().orElseThrow()).model());
    assertThat(round.missing()).hasSize(MaskedArchive.SIZE);
    assertThat(round.checks())
        .anyMatch(check -> !check.isSettled() && check.sentence().startsWith("not held against"))
        .anyMatch(check -> check.isSettled() && check.sentence().contains("add up"));
  }

  @Test
  void pieces_of_some_shards_check_those_shards() throws IOException {
    MaskedArchive study = masked().round();
    RoundView view = study.view();
    for (MemberId member : view.contributors()) {
      Files.delete(study.archive().piece(view.opened().id(), member, 2));
    }

    RoundRecompute round = Recomputed.last(study);

    assertThat(round.findings()).isEmpty();
    assertThat(round.shardsRecomputed()).isEqualTo(MaskedArchive.SIZE - 1);
    assertThat(round.missing()).singleElement().satisfies(m -> assertThat(m.what()).contains("2"));
  }

  @Test
  void without_released_values_there_is_no_result_and_their_holders_are_named() throws IOException {
    MaskedArchive study = masked().round();
    Files.delete(study.archive().released(study.view().opened().id()));
    Files.delete(study.archive().certificate(study.view().opened().id()));

    RoundRecompute round = Recomputed.last(study);

    assertThat(round.status()).isEqualTo(Status.NOT_AVAILABLE);
    assertThat(round.model()).isNull();
    assertThat(round.missing())
        .extracting(RoundRecompute.Missing::what)
        .contains("the released values of round sepsis/1", "the certificate of round sepsis/1");
  }

  @Test
  void a_weight_that_is_not_the_declared_one_is_found() {
    MaskedArchive study = study(WeightMode.PUBLIC).declaring(80);

    study.round();

    assertThat(Recomputed.rules(Recomputed.last(study))).containsExactly(Rule.RESULT_DIFFERS);
    assertThat(Recomputed.last(study).findings().getFirst().sentence())
        .contains("weight", "out of range");
  }

  @Test
  void a_piece_of_a_dropped_member_that_is_still_there_is_said() {
    MaskedArchive study = masked();
    MemberId dropped = study.member(1);
    study.round(dropped);
    var made = study.secret(dropped);
    var masks = Masks.of(study.attempt(), dropped, made.dealing().self(), made.edges());
    Blocks blocks = Masks.apply(study.layout(), made.update(), masks);
    var piece =
        org.koinon.aggregation.Contribution.cut(study.layout(), dropped, blocks, null)
            .pieces()
            .getFirst();
    MaskedArchive.write(
        study.archive().piece(study.view().opened().id(), dropped, 0), piece.encode());

    assertThat(Recomputed.last(study).checks())
        .anyMatch(check -> !check.isSettled() && check.what().equals("deletion"));
  }
}
