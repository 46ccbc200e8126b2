package org.koinon.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.Contributors;
import org.koinon.aggregation.RoundResult;
import org.koinon.aggregation.Words;
import org.koinon.aggregation.masking.Masks;
import org.koinon.aggregation.masking.Opening;
import org.koinon.aggregation.masking.OpeningKeyText;
import org.koinon.aggregation.masking.Released;
import org.koinon.aggregation.masking.SealedBox;
import org.koinon.aggregation.masking.Seed;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.aggregation.model.Parameters;
import org.koinon.audit.LedgerFiles;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.finding.Rule;
import org.koinon.audit.source.BadInputException;
import org.koinon.audit.source.LedgerInput;
import org.koinon.audit.verify.MaskedArchive.Secret;
import org.koinon.audit.verify.RoundRecompute.Check;
import org.koinon.audit.verify.RoundRecompute.Status;
import org.koinon.audit.verify.opening.OpenedUpdate;
import org.koinon.audit.verify.opening.OpeningAudit;
import org.koinon.audit.verify.opening.OpeningFiles;
import org.koinon.audit.verify.opening.OpeningRecord;
import org.koinon.federation.contribution.MaskSeed;
import org.koinon.federation.contribution.Partition;
import org.koinon.federation.ledger.GroupEntry.Partitioned;
import org.koinon.federation.ledger.GroupEntry.Separated;
import org.koinon.federation.ledger.Refusal;
import org.koinon.federation.ledger.RoundEntry;
import org.koinon.federation.ledger.RoundEntry.Attested;
import org.koinon.federation.ledger.RoundEntry.Unmasked;
import org.koinon.federation.ledger.Separation;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.MemberId;

/** Twelve hospitals, one colluder, one poisoner: three groups of four, and their median. */
class GroupAuditTest {
  private static final int SIZE = 12;

  @TempDir private Path folder;

  private MaskedArchive grouped() {
    return MaskedArchive.grouped(folder, SIZE, 31);
  }

  private static Partition groups(MaskedArchive study) {
    return study.view().separation().map(Separation::groups).orElseThrow();
  }

  private static List<String> sentences(RoundRecompute round) {
    return round.checks().stream()
        .filter(check -> check.what().equals("groups") && check.isSettled())
        .map(Check::sentence)
        .toList();
  }

  @Test
  void a_round_of_groups_is_recomputed_from_masked_pieces() {
    MaskedArchive study = grouped().round();

    RoundRecompute round = Recomputed.last(study);

    Recomputed.assertRecomputed(round);
    assertThat(groups(study).groups()).hasSize(3).allMatch(group -> group.size() == 4);
    assertThat(round.model()).isEqualTo(attested(study));
    assertThat(sentences(round))
        .containsExactly(
            "3 groups of at least 3 members were drawn by the coin, 3 sums were opened");
  }

  private static ModelId attested(MaskedArchive study) {
    return study.view().attested().values().iterator().next().model();
  }

  @Test
  void a_round_of_groups_that_lost_a_member_is_recomputed() {
    MaskedArchive study = grouped();

    study.round(study.member(4));

    Recomputed.assertRecomputed(Recomputed.last(study));
    assertThat(groups(study).members()).hasSize(SIZE - 1).doesNotContain(study.member(4));
  }

  @Test
  void a_poisoned_group_is_outvoted_and_named_by_its_number() {
    MaskedArchive study = grouped();
    MemberId poisoner = study.member(7);
    study.training(
        (member, update) -> {
          if (member.equals(poisoner)) {
            Arrays.fill(update, 0.99);
          } else {
            Arrays.setAll(update, at -> update[at] / 100);
          }
          return update;
        });

    study.round();

    RoundRecompute round = Recomputed.last(study);
    Recomputed.assertRecomputed(round);
    int number = groups(study).groupOf(poisoner) + 1;
    assertThat(sentences(round))
        .hasSize(2)
        .last()
        .asString()
        .startsWith("group " + number + " of 3 was outvoted");
    assertThat(round.checks())
        .extracting(Check::sentence)
        .noneMatch(sentence -> sentence.contains("outvoted") && sentence.contains("hospital"));
  }

  @Test
  void groups_that_two_silent_members_hold_together_are_too_few_for_a_result() {
    MaskedArchive study = grouped();
    study.open();
    study.separate(member -> !isSilent(study, member));
    study.attest();

    assertThat(groups(study).groups()).hasSize(2);
    RoundRecompute round = Recomputed.last(study);
    assertThat(round.findings()).isEmpty();
    assertThat(sentences(round))
        .containsExactly(
            "3 groups of at least 3 members were drawn by the coin, 2 sums were opened");
  }

  /** The first members of the first two groups that were drawn. */
  private static boolean isSilent(MaskedArchive study, MemberId member) {
    Partition drawn = study.view().separation().flatMap(Separation::drawn).orElseThrow();
    return drawn.groups().subList(0, 2).stream().anyMatch(group -> group.getFirst().equals(member));
  }

  @Test
  void without_one_piece_no_group_is_summed_and_the_piece_is_named() throws IOException {
    MaskedArchive study = grouped().round();
    MemberId contributor = study.member(2);
    Files.delete(study.archive().piece(study.view().opened().id(), contributor, 3));

    RoundRecompute round = Recomputed.last(study);

    assertThat(round.findings()).isEmpty();
    assertThat(round.status()).isEqualTo(Status.NOT_AVAILABLE);
    assertThat(round.model()).isNull();
    assertThat(sentences(round)).isEmpty();
    assertThat(round.missing())
        .singleElement()
        .satisfies(missing -> assertThat(missing.what()).contains("shard 3 of " + contributor));
  }

  /** All attest to that model. */
  private static MaskedArchive lying(MaskedArchive study, UnaryOperator<ModelId> lie) {
    return study.attesting(
        (member, said) ->
            new Attested(
                said.study(),
                said.round(),
                said.phase(),
                lie.apply(said.model()),
                said.optimiserState(),
                said.vote(),
                said.evaluation(),
                said.unmasked()));
  }

  private static ModelFile base(MaskedArchive study) {
    return ModelFile.of(Parameters.zeros(study.study().vector()), new TreeMap<>(), new TreeMap<>());
  }

  private static ModelId model(RoundResult result) {
    return ((RoundResult.Computed) result).model().id();
  }

  private static void assertResultDiffers(MaskedArchive study) {
    RoundRecompute round = Recomputed.last(study);
    assertThat(round.status()).isEqualTo(Status.DIFFERS);
    assertThat(Recomputed.rules(round)).contains(Rule.RESULT_DIFFERS);
  }

  @Test
  void a_median_of_other_groups_than_the_coins_is_found() {
    MaskedArchive study = grouped();
    lying(study, honest -> model(GroupedSums.result(study, base(study), others(groups(study)))));

    study.round();

    assertResultDiffers(study);
  }

  /** Two members of different groups change places. */
  private static Partition others(Partition groups) {
    List<List<MemberId>> changed = new ArrayList<>();
    groups.groups().forEach(group -> changed.add(new ArrayList<>(group)));
    MemberId one = changed.get(0).removeFirst();
    changed.get(0).add(changed.get(1).removeFirst());
    changed.get(1).add(one);
    return new Partition(changed);
  }

  @Test
  void the_mean_of_all_in_place_of_the_groups_median_is_found() {
    MaskedArchive study = grouped();
    lying(study, honest -> model(mean(study)));

    study.round();

    assertResultDiffers(study);
  }

  private static RoundResult mean(MaskedArchive study) {
    List<Blocks> updates =
        study.view().contributors().stream().map(one -> study.secret(one).update()).toList();
    Blocks sum =
        new Blocks(
            Words.sum(updates.stream().map(Blocks::model).toList()),
            Words.sum(updates.stream().map(Blocks::metrics).toList()));
    RoundResult.Base base = new RoundResult.Base(base(study), null);
    return RoundResult.of(study.study(), base, sum, Contributors.of(study.view()));
  }

  /** Only the range of a sum shows a wrong mask towards a member that dropped out. */
  @Test
  void a_released_value_that_all_attest_to_and_that_takes_off_another_mask_is_found() {
    MaskedArchive study = grouped();
    MemberId dropped = study.member(4);
    study.open(dropped);
    study.separate(member -> true);
    Released wrong = exchanged(study.released());
    study.attesting(
        (member, said) -> {
          Unmasked honest = Objects.requireNonNull(said.unmasked());
          return Attestations.with(
              said,
              new Unmasked(
                  honest.certificate(), wrong.digest(study.attempt()), honest.checkSums()));
        });
    study.attest();
    release(study, wrong);

    RoundRecompute round = Recomputed.last(study);
    assertThat(Recomputed.rules(round)).contains(Rule.RESULT_DIFFERS);
    MemberId victim = wrong.looseEnds().getLast().member();
    assertThat(sentences(round))
        .last()
        .asString()
        .isEqualTo(
            "group "
                + (groups(study).groupOf(victim) + 1)
                + " of 3 was outvoted: honest members cannot make such a sum");
  }

  private static Released exchanged(Released good) {
    List<Masks.LooseEnd> ends = new ArrayList<>(good.looseEnds());
    Masks.LooseEnd last = ends.removeLast();
    ends.add(new Masks.LooseEnd(last.member(), last.dropped(), Seed.draw(new Random(1))));
    return new Released(good.selfSeeds(), ends);
  }

  private static void release(MaskedArchive study, Released released) {
    MaskedArchive.write(
        study.archive().released(study.view().opened().id()), released.encode(study.attempt()));
  }

  @Test
  void a_self_mask_of_a_groups_member_that_was_exchanged_is_named() {
    MaskedArchive study = grouped().round();
    Released good = study.released();
    var seeds = new TreeMap<>(good.selfSeeds());
    seeds.put(study.member(3), Seed.draw(new Random(1)));

    release(study, new Released(seeds, good.looseEnds()));

    RoundRecompute round = Recomputed.last(study);
    assertThat(Recomputed.rules(round)).containsExactly(Rule.ARCHIVE_CHANGED);
    assertThat(round.findings().getFirst().sentence())
        .contains("self mask of " + study.member(3) + " is not the one");
    assertThat(round.model()).isNull();
  }

  /** The log up to the last entry of that type, which its author says in other words. */
  private static CheckedLog tampered(
      MaskedArchive study, Class<? extends RoundEntry> type, UnaryOperator<RoundEntry> lie) {
    List<SignedEntry> entries = study.log().entries();
    VerifiedLog log = new VerifiedLog();
    List<byte[]> bytes = new ArrayList<>();
    int last =
        Collections.max(
            IntStream.range(0, entries.size())
                .filter(at -> type.isInstance(entries.get(at).entry()))
                .boxed()
                .toList());
    for (SignedEntry entry : entries.subList(0, last)) {
      assertThat(log.append(entry.encode())).isEmpty();
      bytes.add(entry.encode());
    }
    SignedEntry honest = entries.get(last);
    RoundEntry said = lie.apply((RoundEntry) honest.entry());
    bytes.add(study.consortium().sign(log.seen(), honest.author(), said).encode());
    return CheckedLog.of(bytes);
  }

  private static void assertRefused(CheckedLog log, Refusal refusal) {
    assertThat(log.fault())
        .hasValueSatisfying(
            fault ->
                assertThat(fault)
                    .isInstanceOfSatisfying(
                        Finding.OfEntry.class,
                        entry -> assertThat(entry.refusal()).isEqualTo(refusal)));
  }

  @Test
  void a_coin_and_a_mask_between_groups_are_those_that_were_committed_to() {
    MaskedArchive study = grouped().round();

    assertRefused(
        tampered(
            study,
            Partitioned.class,
            entry -> {
              Partitioned coin = (Partitioned) entry;
              return new Partitioned(
                  coin.study(), coin.round(), coin.opened(), changed(coin.selfSeeds()));
            }),
        Refusal.NOT_COMMITTED);
    assertRefused(
        tampered(
            study,
            Separated.class,
            entry -> {
              Separated said = (Separated) entry;
              return new Separated(said.study(), said.round(), said.phase(), changed(said.seeds()));
            }),
        Refusal.NOT_COMMITTED);
  }

  private static List<MaskSeed> changed(List<MaskSeed> seeds) {
    List<MaskSeed> changed = new ArrayList<>(seeds);
    changed.set(0, MaskSeed.of(Seed.draw(new Random(1)).bytes()));
    return changed;
  }

  @Test
  void masks_for_other_groups_than_the_coins_are_refused() {
    MaskedArchive study = grouped().round();

    assertRefused(
        tampered(
            study,
            Separated.class,
            entry -> {
              Separated said = (Separated) entry;
              return new Separated(
                  said.study(), said.round(), said.phase(), said.seeds().subList(1, 8));
            }),
        Refusal.OTHER_PARTITION);
  }

  /** Four in a group, one may collude: one of each group, though nine of the sum would hide. */
  @Test
  void one_authority_opens_of_each_group_at_most_its_members_less_colluders_less_two()
      throws IOException {
    MaskedArchive study =
        MaskedArchive.grouped(Files.createDirectory(folder.resolve("archive")), SIZE, 31).round();
    Path ledger = LedgerFiles.write(folder.resolve("ledger.db"), Histories.bytes(study.log()));
    Path key = folder.resolve("hospital.key");
    Path publicFile = OpeningFiles.createKey(key);
    OpeningRecord record = new OpeningRecord(folder.resolve("opened"));

    for (List<MemberId> group : groups(study).groups()) {
      Path box = box(study, group.get(0), publicFile);
      OpenedUpdate opened = OpeningAudit.open(LedgerInput.of(ledger), box, key, record);
      assertThat(opened.faults()).isEmpty();
      Path second = box(study, group.get(1), publicFile);
      assertThatThrownBy(() -> OpeningAudit.open(LedgerInput.of(ledger), second, key, record))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("at most 1 members (4 in the sum, 1 that may pool");
    }
  }

  private Path box(MaskedArchive study, MemberId member, Path publicFile) throws IOException {
    Secret secret = study.secret(member);
    SealedBox box =
        SealedBox.seal(
            OpeningKeyText.publicKey(Files.readString(publicFile)),
            study.attempt(),
            member,
            new Opening(secret.update(), secret.salt(), secret.dealing().self(), secret.edges()),
            new Random(6));
    return Files.write(folder.resolve(member + ".box"), box.encode());
  }
}
