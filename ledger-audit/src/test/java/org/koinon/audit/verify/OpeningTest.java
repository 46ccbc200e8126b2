package org.koinon.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.Salt;
import org.koinon.aggregation.Words;
import org.koinon.aggregation.masking.Opening;
import org.koinon.aggregation.masking.OpeningKeyText;
import org.koinon.aggregation.masking.SealedBox;
import org.koinon.aggregation.masking.Seed;
import org.koinon.audit.LedgerFiles;
import org.koinon.audit.source.BadInputException;
import org.koinon.audit.source.LedgerInput;
import org.koinon.audit.verify.MaskedArchive.Secret;
import org.koinon.audit.verify.opening.OpenedUpdate;
import org.koinon.audit.verify.opening.OpeningAudit;
import org.koinon.audit.verify.opening.OpeningFiles;
import org.koinon.audit.verify.opening.OpeningRecord;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.WeightMode;

class OpeningTest {
  @TempDir private Path folder;

  private MaskedArchive study;
  private Path ledger;
  private Path key;
  private OpeningRecord record;

  @BeforeEach
  void play_a_round_without_the_last_member() throws IOException {
    Path archive = Files.createDirectory(folder.resolve("archive"));
    study = new MaskedArchive(archive, WeightMode.MASKED, 21);
    study.round(study.member(6));
    ledger = LedgerFiles.write(folder.resolve("ledger.db"), Histories.bytes(study.log()));
    key = folder.resolve("hospital.key");
    var _ = OpeningFiles.createKey(key);
    record = new OpeningRecord(folder.resolve("opened"));
  }

  private Opening honest(MemberId member) {
    Secret secret = study.secret(member);
    return new Opening(secret.update(), secret.salt(), secret.dealing().self(), secret.edges());
  }

  private Path box(MemberId member, Opening opening) throws IOException {
    Path publicFile = folder.resolve("hospital.key.pub");
    SealedBox box =
        SealedBox.seal(
            OpeningKeyText.publicKey(Files.readString(publicFile)),
            study.attempt(),
            member,
            opening,
            new Random(6));
    return Files.write(folder.resolve(member + ".box"), box.encode());
  }

  private OpenedUpdate open(Path box) {
    return OpeningAudit.open(LedgerInput.of(ledger), box, key, record);
  }

  @Test
  void an_honest_box_opens_to_the_update_that_was_summed() throws IOException {
    MemberId member = study.member(2);

    OpenedUpdate opened = open(box(member, honest(member)));

    assertThat(opened.faults()).isEmpty();
    assertThat(opened.member()).isEqualTo(member);
    assertThat(opened.weight()).isEqualTo(0.064, org.assertj.core.data.Offset.offset(1e-9));
    assertThat(opened.sizes()).hasSize(2).allMatch(OpenedUpdate.Size::isWithin);
    assertThat(opened.sizes().getFirst().norm()).isPositive();
    Path values = folder.resolve("values");
    opened.write(values);
    assertThat(Files.readAllLines(values)).hasSize(5).first().asString().startsWith("weight 0 ");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(values)))
        .isEqualTo("rw-------");
    assertThat(opened.toString()).isEqualTo("OpenedUpdate[" + member + " in sepsis/1]");
  }

  @Test
  void another_update_salt_mask_or_edge_is_found() throws IOException {
    MemberId member = study.member(2);
    Opening good = honest(member);
    Words zeros = Words.zeros(32, 5);
    Blocks other = new Blocks(zeros, good.update().metrics());
    Salt salt = Salt.of(TestConsortium.digest("another").bytes());
    Seed seed = Seed.draw(new Random(1));
    var changed = new TreeMap<>(good.edges());
    changed.put(study.member(0), seed);
    var fewer = new TreeMap<>(good.edges());
    fewer.remove(study.member(0));

    assertThat(faults(member, new Opening(other, good.salt(), good.self(), good.edges())))
        .hasSize(2)
        .first()
        .asString()
        .contains("committed to when it was ready");
    assertThat(faults(member, new Opening(good.update(), salt, good.self(), good.edges())))
        .hasSize(1);
    assertThat(faults(member, new Opening(good.update(), good.salt(), seed, good.edges())))
        .hasSize(2)
        .first()
        .asString()
        .contains("self mask");
    assertThat(faults(member, new Opening(good.update(), good.salt(), good.self(), changed)))
        .singleElement()
        .asString()
        .contains("masked pieces");
    assertThat(faults(member, new Opening(good.update(), good.salt(), good.self(), fewer)))
        .singleElement()
        .asString()
        .contains("masked with");
  }

  private List<String> faults(MemberId member, Opening opening) throws IOException {
    return open(box(member, opening)).faults();
  }

  @Test
  void the_box_of_another_member_is_not_this_members() throws IOException {
    assertThat(faults(study.member(1), honest(study.member(2)))).isNotEmpty();
  }

  @Test
  void a_changed_byte_or_another_key_opens_nothing() throws IOException {
    MemberId member = study.member(2);
    Path box = box(member, honest(member));
    byte[] good = Files.readAllBytes(box);
    for (int at : new int[] {1, 33, 40, 100, good.length / 2, good.length - 1}) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      Files.write(box, bad);
      assertThatThrownBy(() -> open(box)).as("%s", at).isInstanceOf(BadInputException.class);
    }
    Files.write(box, good);
    Path other = folder.resolve("other.key");
    var _ = OpeningFiles.createKey(other);

    assertThatThrownBy(() -> OpeningAudit.open(LedgerInput.of(ledger), box, other, record))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("another key");
  }

  @Test
  void a_member_outside_the_sum_is_never_opened() throws IOException {
    MemberId dropped = study.member(6);
    Path box = box(dropped, honest(dropped));

    assertThatThrownBy(() -> open(box))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("in no opened sum");
  }

  @Test
  void one_authority_opens_at_most_the_sum_less_colluders_less_two() throws IOException {
    for (int i = 0; i < 2; i++) { // six in the sum, two may collude
      assertThat(open(box(study.member(i), honest(study.member(i)))).faults()).isEmpty();
      assertThat(open(box(study.member(i), honest(study.member(i)))).faults()).isEmpty();
    }
    Path third = box(study.member(2), honest(study.member(2)));

    assertThatThrownBy(() -> open(third))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("at most 2 members");
    OpeningRecord another = new OpeningRecord(folder.resolve("another"));
    assertThat(OpeningAudit.open(LedgerInput.of(ledger), third, key, another).faults()).isEmpty();
  }

  @Test
  void a_hospital_hands_one_round_over_to_an_authoritys_own_key() throws IOException {
    MemberId member = study.member(3);
    Path authority = folder.resolve("authority.key");
    Path publicFile = OpeningFiles.createKey(authority);
    Path target = folder.resolve("for-the-authority.box");

    OpeningAudit.handOver(
        LedgerInput.of(ledger), box(member, honest(member)), key, publicFile, target);

    assertThat(OpeningAudit.open(LedgerInput.of(ledger), target, authority, record).faults())
        .isEmpty();
    assertThatThrownBy(() -> OpeningAudit.open(LedgerInput.of(ledger), target, key, record))
        .isInstanceOf(BadInputException.class);
  }

  @Test
  void a_secret_key_is_for_its_owner_alone_and_replaces_nothing() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    assertThatThrownBy(() -> OpeningFiles.createKey(key)).isInstanceOf(BadInputException.class);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    Path box = box(study.member(0), honest(study.member(0)));

    assertThatThrownBy(() -> open(box))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("chmod 600");
  }
}
