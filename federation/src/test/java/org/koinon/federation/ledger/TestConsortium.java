package org.koinon.federation.ledger;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.koinon.federation.attestation.Signature;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.consent.CountBucket;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.Json;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.ledger.ConsortiumEntry.Approval;
import org.koinon.federation.ledger.ConsortiumEntry.ConsentSnapshot;
import org.koinon.federation.ledger.ConsortiumEntry.DatasetSnapshot;
import org.koinon.federation.ledger.ConsortiumEntry.Enrolment;
import org.koinon.federation.ledger.ConsortiumEntry.Genesis;
import org.koinon.federation.ledger.ConsortiumEntry.Proposed;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.AcceptanceRule;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.Deadlines;
import org.koinon.federation.study.LocalTraining;
import org.koinon.federation.study.Member;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.ModelSpec;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.Robust;
import org.koinon.federation.study.RobustRule;
import org.koinon.federation.study.Role;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Standardisation;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyId;
import org.koinon.federation.study.StudyKind;
import org.koinon.federation.study.TensorSpec;
import org.koinon.federation.study.VectorSpec;
import org.koinon.federation.study.WeightMode;

/**
 * A consortium of hospitals whose keys follow from their names: the same on every machine.
 *
 * <p>Immutable. {@link #setUp} is what its members say from Genesis to the point where the first
 * round can open; {@link TestRound} goes on from there.
 */
public final class TestConsortium {
  /**
   * Something said, not yet signed.
   *
   * @param author who
   * @param entry what
   */
  public record Said(MemberId author, Entry entry) {}

  private static final String BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

  private final ConsortiumId id;
  private final List<Member> members;

  private TestConsortium(ConsortiumId id, List<Member> members) {
    this.id = id;
    this.members = members;
  }

  /** The consortium "league" of hospitals hospital-001, hospital-002... */
  public static TestConsortium ofHospitals(int n) {
    return named("league", n);
  }

  /** The same hospitals with the same keys under another name. */
  public static TestConsortium named(String id, int n) {
    return new TestConsortium(
        new ConsortiumId(id),
        IntStream.rangeClosed(1, n)
            .mapToObj(i -> hospital(String.format("hospital-%03d", i)))
            .toList());
  }

  /** The first founders, each bound to the organisation on Fabric at its place. */
  public TestConsortium of(List<String> organisations) {
    return new TestConsortium(
        id,
        IntStream.range(0, organisations.size())
            .mapToObj(i -> of(members.get(i), organisations.get(i)))
            .toList());
  }

  /** The member, bound to that organisation on Fabric. */
  public static Member of(Member member, String organisation) {
    return new Member(
        member.id(),
        member.legalName(),
        member.roles(),
        member.signingKey(),
        member.peerId(),
        organisation);
  }

  /** A hospital; its key follows from its name. */
  public static Member hospital(String name) {
    return member(name, Role.HOSPITAL);
  }

  /** A member; its key follows from its name. */
  public static Member member(String name, Role role) {
    return new Member(
        new MemberId(name), "The " + name, List.of(role), key(name).publicKey(), peerId(name));
  }

  /** The signing key of that name: of a member, or any other. */
  public static SigningKey key(String name) {
    return new SigningKey(seed("key", name));
  }

  /** A digest that stands for anything of that name. */
  public static Digest digest(String name) {
    return Digest.of(seed("digest", name));
  }

  private static byte[] seed(String purpose, String name) {
    return Digest.tagged("koinon/test/" + purpose, name.getBytes(StandardCharsets.UTF_8)).bytes();
  }

  private static String peerId(String name) {
    StringBuilder text = new StringBuilder("12D3KooW");
    for (byte b : HexFormat.of().parseHex(Digest.of(seed("peer", name)).hex() + "00".repeat(12))) {
      text.append(BASE58.charAt((b & 0xff) % BASE58.length()));
    }
    return text.toString();
  }

  /** Its name. */
  public ConsortiumId id() {
    return id;
  }

  /** Its founders, all hospitals, in order. */
  public List<Member> members() {
    return members;
  }

  /** The i-th founder, from 0. */
  public MemberId member(int i) {
    return members.get(i).id();
  }

  /** The body of its first entry, accepted by every founder. */
  public Genesis genesis() {
    Genesis bare = new Genesis(id, members, new TreeMap<>());
    byte[] message = LedgerRules.founding(bare);
    SortedMap<String, Signature> acceptances = new TreeMap<>();
    for (Member member : members) {
      acceptances.put(member.id().value(), key(member.id().value()).sign(message));
    }
    return new Genesis(id, members, acceptances);
  }

  /** An open training study of a logistic regression on four features, three rounds. */
  public Study study() {
    return study("sepsis", 1);
  }

  /** The same with that name and version. */
  public Study study(String name, int version) {
    Decimal one = new Decimal("1");
    Decimal zero = new Decimal("0");
    TensorSpec weight = new TensorSpec("weight", List.of(1, 4), one, zero, 16);
    TensorSpec bias = new TensorSpec("bias", List.of(1), one, zero, 16);
    return new Study(
        new StudyId(name),
        version,
        StudyKind.TRAINING,
        "Predict sepsis six hours ahead",
        "Broad consent, form 2",
        new Study.Privacy(Policy.OPEN, WeightMode.PUBLIC, 10_000, 3, 2),
        new VectorSpec(List.of(weight, bias), List.of("loss"), 32, 32),
        new Study.Training(
            new ModelSpec(ModelSpec.Kind.LOGISTIC, 4, List.of()),
            new LocalTraining(
                LocalTraining.Optimiser.SGD, new Decimal("0.1"), 32, 10, zero, zero, 7),
            Standardisation.LOCAL),
        ServerOptimiser.fedAvg(),
        digest("schema"),
        digest("code"),
        ModelId.of(digest("initial model")),
        null,
        3,
        30,
        AcceptanceRule.wellFormed(),
        new Deadlines(60_000, 10_000, 10_000));
  }

  /** The same study under policy private-sum. */
  public Study privateStudy() {
    Study study = study("sepsis-private", 1);
    return with(study, new Study.Privacy(Policy.PRIVATE_SUM, WeightMode.PUBLIC, 10_000, 3, 2));
  }

  /** The study with other rules of privacy. */
  public static Study with(Study study, Study.Privacy privacy) {
    return with(study, "privacy", RecordCodec.toJson(privacy));
  }

  /** The study with another value of one of its members. */
  static Study with(Study study, String member, Json value) {
    SortedMap<String, Json> members = new TreeMap<>(RecordCodec.toJson(study).members());
    members.put(member, value);
    return RecordCodec.fromJson(Study.class, new Json.Obj(members), "study");
  }

  /** The study under group-opening. */
  public static Study grouped(Study study, int minimum, int colluders, int poisoners) {
    Study.Privacy privacy =
        new Study.Privacy(
            Policy.GROUP_OPENING, WeightMode.UNIFORM, 1000, minimum, 2, colluders, false);
    SortedMap<String, Json> members = new TreeMap<>(RecordCodec.toJson(study).members());
    members.put("privacy", RecordCodec.toJson(privacy));
    members.put("robust", RecordCodec.toJson(new Robust(RobustRule.MEDIAN, poisoners, null)));
    return RecordCodec.fromJson(Study.class, new Json.Obj(members), "study");
  }

  /** Genesis alone, said by the first founder. */
  public Said founding() {
    return new Said(member(0), genesis());
  }

  /** A proposal, everybody's approval, enrolment, consent and dataset snapshots. */
  public List<Said> preparation(Study study) {
    List<Said> said = new ArrayList<>();
    Proposed proposed = new Proposed(study);
    said.add(new Said(member(0), proposed));
    for (Member member : members) {
      said.add(new Said(member.id(), new Approval(proposed.bodyDigest())));
    }
    for (Member member : members) {
      said.add(new Said(member.id(), new Enrolment(study.id(), 1, true)));
      said.add(new Said(member.id(), consent(study, member.id(), 1)));
      said.add(new Said(member.id(), dataset(study, member.id(), 1)));
    }
    return said;
  }

  /** A member's consent snapshot of that number. */
  public static ConsentSnapshot consent(Study study, MemberId member, int number) {
    Digest root = digest("consents of " + member + " " + number);
    return new ConsentSnapshot(study.id(), number, root, CountBucket.HUNDREDS, "form 2");
  }

  /** A member's dataset snapshot of that number. */
  public static DatasetSnapshot dataset(Study study, MemberId member, int number) {
    Digest commitment = digest("data of " + member + " " + number);
    return new DatasetSnapshot(
        study.id(), number, commitment, study.schema(), CountBucket.THOUSANDS);
  }

  /** From Genesis to the point where the first round of {@link #study()} can open. */
  public List<Said> setUp() {
    return setUp(study());
  }

  /** From Genesis to the point where the first round of that study can open. */
  public List<Said> setUp(Study study) {
    List<Said> said = new ArrayList<>();
    said.add(founding());
    said.addAll(preparation(study));
    return said;
  }

  /** Signs with the author's first key, as one who has seen that. */
  public SignedEntry sign(Seen seen, MemberId author, Entry entry) {
    return SignedEntry.sign(id, author, key(author.value()), seen, entry);
  }

  /** Signs as one who has verified that log. */
  public SignedEntry sign(VerifiedLog log, Said said) {
    return sign(log.seen(), said.author(), said.entry());
  }

  /** Signs and appends to the log, which must take it. */
  public SignedEntry write(VerifiedLog log, MemberId author, Entry entry) {
    SignedEntry signed = sign(log.seen(), author, entry);
    Optional<LogFault> fault = log.append(signed.encode());
    if (fault.isPresent()) {
      throw new AssertionError(fault.get().sentence());
    }
    return signed;
  }

  /** A log that holds what these said, in order. */
  public VerifiedLog log(List<Said> said) {
    VerifiedLog log = new VerifiedLog();
    said.forEach(one -> write(log, one.author(), one.entry()));
    return log;
  }
}
