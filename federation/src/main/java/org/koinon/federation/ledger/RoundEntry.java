package org.koinon.federation.ledger;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.contribution.Bitmap;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.AbandonReason;
import org.koinon.federation.round.AccusationKind;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.round.Vote;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.StudyId;

/**
 * An entry of one round.
 *
 * <p>{@code phase}, where an entry has it, is the hash of what the phase before counted: no entry
 * made for one view of the ledger serves in another.
 */
public sealed interface RoundEntry extends Entry
    permits GroupEntry,
        MaskedEntry,
        RoundEntry.Ending,
        RoundEntry.RoundOpened,
        RoundEntry.Ready,
        RoundEntry.Committed,
        RoundEntry.Receipted,
        RoundEntry.ReceiptedExtra,
        RoundEntry.Sealed,
        RoundEntry.ShardResult,
        RoundEntry.ShardResultExtra,
        RoundEntry.Attested,
        RoundEntry.Accusation,
        RoundEntry.Overdue {
  /** The study. */
  StudyId study();

  /** The round's number. */
  int round();

  /** The round. */
  default RoundId id() {
    return new RoundId(study(), round());
  }

  /** An entry that closes a round; a round has one. */
  sealed interface Ending extends RoundEntry {
    @Override
    default EntryKey key(MemberId author) {
      return key(id());
    }

    /** The key that all endings of a round share. */
    static EntryKey key(RoundId round) {
      return EntryKey.of("Ending", round.study(), round.number());
    }
  }

  private static EntryKey own(RoundEntry entry, MemberId author) {
    return own(entry.getClass(), entry.id(), author);
  }

  /** The key of a member's one entry of this type in a round. */
  static EntryKey own(Class<? extends RoundEntry> type, RoundId round, MemberId member) {
    return EntryKey.of(type.getSimpleName(), round.study(), round.number(), member);
  }

  /** The key of the one entry of this type in a round. */
  static EntryKey only(Class<? extends RoundEntry> type, RoundId round) {
    return EntryKey.of(type.getSimpleName(), round.study(), round.number());
  }

  /**
   * A place in a round's roster.
   *
   * @param member who
   * @param key signs its entries of this round
   */
  record Seat(MemberId member, PublicKey key) {}

  /**
   * A round begins. Its body follows from earlier entries.
   *
   * @param version of the study
   * @param retryOf the round before, if that was abandoned or rejected
   * @param step 1, 2, 3...: which of the study's rounds this is, retries not counted
   * @param baseModel what training starts from
   * @param optimiserState of the server optimiser; none before its first step
   * @param terms {@link Entry#bodyDigest} of the study
   * @param roster who takes part, in the order of ids
   */
  record RoundOpened(
      StudyId study,
      int round,
      int version,
      @Nullable Integer retryOf,
      int step,
      ModelId baseModel,
      @Nullable ModelId optimiserState,
      Digest terms,
      List<Seat> roster)
      implements RoundEntry {
    /** Copies. */
    public RoundOpened {
      roster = List.copyOf(roster);
    }

    @Override
    public EntryKey key(MemberId author) {
      return only(RoundOpened.class, id());
    }

    /** The members of the roster, in its order. */
    public List<MemberId> members() {
      return roster.stream().map(Seat::member).toList();
    }

    /**
     * What every hash of the round is bound to: consortium, study, version, round and this body.
     */
    public Digest context(ConsortiumId consortium) {
      return Digest.tagged(
          "koinon/round/v1",
          consortium.value().getBytes(StandardCharsets.UTF_8),
          bodyDigest().bytes());
    }
  }

  /**
   * A member's update is made; it is committed to, so that it cannot be chosen by what others show.
   *
   * @param update commitment to the update: base and salt, no round
   * @param consent number of the cited consent snapshot
   * @param dataset number of the cited dataset snapshot
   * @param code digest of the training code
   * @param kemKey hash of the key that others encrypt to in this attempt; under masked policies
   * @param units of the weight: rows, or their bucket; where masked sums are weighted in the clear
   */
  record Ready(
      StudyId study,
      int round,
      Digest update,
      int consent,
      int dataset,
      Digest code,
      @Nullable Digest kemKey,
      @Nullable Integer units)
      implements RoundEntry {
    /** Under policy open, which has no keys. */
    public Ready(StudyId study, int round, Digest update, int consent, int dataset, Digest code) {
      this(study, round, update, consent, dataset, code, null, null);
    }

    @Override
    public EntryKey key(MemberId author) {
      return own(this, author);
    }
  }

  /**
   * A member commits to its contribution before it sees a part of another's.
   *
   * @param root over its pieces
   */
  record Committed(StudyId study, int round, Digest phase, Digest root) implements RoundEntry {
    @Override
    public EntryKey key(MemberId author) {
      return own(this, author);
    }
  }

  /**
   * Whose pieces of one shard an owner holds.
   *
   * @param shard which
   * @param from places in the shard map's line
   */
  record Receipt(int shard, Bitmap from) {}

  /** Whose pieces an owner holds, of each shard it owns or stands in for. */
  record Receipted(StudyId study, int round, Digest phase, List<Receipt> receipts)
      implements RoundEntry {
    /** Copies. */
    public Receipted {
      receipts = List.copyOf(receipts);
    }

    @Override
    public EntryKey key(MemberId author) {
      return own(this, author);
    }
  }

  /** A piece that came after its holder's Receipted. */
  record ReceiptedExtra(StudyId study, int round, Digest phase, int shard, MemberId contributor)
      implements RoundEntry {
    @Override
    public EntryKey key(MemberId author) {
      return key(id(), author, shard, contributor);
    }

    static EntryKey key(RoundId round, MemberId holder, int shard, MemberId contributor) {
      return EntryKey.of(
          "ReceiptedExtra", round.study(), round.number(), holder, shard, contributor);
    }
  }

  /** Who is in: a fact from here on. Its body follows from earlier entries. */
  record Sealed(StudyId study, int round, Digest phase, List<MemberId> contributors)
      implements RoundEntry {
    /** Copies. */
    public Sealed {
      contributors = List.copyOf(contributors);
    }

    @Override
    public EntryKey key(MemberId author) {
      return only(Sealed.class, id());
    }
  }

  /**
   * What a shard sums to.
   *
   * @param shard which
   * @param root of the sum
   */
  record ShardRoot(int shard, Digest root) {}

  /** What an owner's shards sum to. */
  record ShardResult(StudyId study, int round, Digest phase, List<ShardRoot> roots)
      implements RoundEntry {
    /** Copies. */
    public ShardResult {
      roots = List.copyOf(roots);
    }

    @Override
    public EntryKey key(MemberId author) {
      return own(this, author);
    }
  }

  /**
   * What a shard sums to that no owner spoke for. Under masked policies also after the sums were
   * opened, by whoever computed the shard anew from its pieces.
   */
  record ShardResultExtra(StudyId study, int round, Digest phase, int shard, Digest root)
      implements RoundEntry {
    @Override
    public EntryKey key(MemberId author) {
      return key(id(), author, shard);
    }

    static EntryKey key(RoundId round, MemberId member, int shard) {
      return EntryKey.of("ShardResultExtra", round.study(), round.number(), member, shard);
    }
  }

  /**
   * What took the masks off, as one member saw it.
   *
   * @param certificate digest of the signatures over Opened that it holds
   * @param released digest of the seeds that were released
   * @param checkSums linear checks of its own masked contribution, hexadecimal; if it is in the set
   * @param others the same of silent members of the set that this one was drawn for, by member;
   *     none if it was drawn for nobody
   */
  record Unmasked(
      Digest certificate,
      Digest released,
      @Nullable String checkSums,
      @Nullable List<CheckedFor> others) {
    /** Of a member that speaks for itself alone. */
    public Unmasked(Digest certificate, Digest released, @Nullable String checkSums) {
      this(certificate, released, checkSums, null);
    }

    /** Checks the form. */
    public Unmasked {
      if (checkSums != null) {
        CheckedFor.checkForm(checkSums);
      }
      if (others != null) {
        others = List.copyOf(others);
        checkOrder(others);
      }
    }

    private static void checkOrder(List<CheckedFor> others) {
      for (int i = 1; i < others.size(); i++) {
        if (others.get(i - 1).member().compareTo(others.get(i).member()) >= 0) {
          throw new FormatException("", "others: each member once, in order");
        }
      }
      if (others.isEmpty()) {
        throw new FormatException("", "others: is left out where there is none");
      }
    }

    /** The same, speaking for others too. */
    public Unmasked with(List<CheckedFor> silent) {
      return new Unmasked(certificate, released, checkSums, silent.isEmpty() ? null : silent);
    }
  }

  /**
   * Check sums of a member that did not state them itself.
   *
   * @param member whose contribution
   * @param checkSums of it, hexadecimal
   */
  record CheckedFor(MemberId member, String checkSums) {
    /** Longest text: 2 x 40 sums of 64 bits. */
    private static final int CHECK_SUMS_MAX = 1280;

    /** Checks the form. */
    public CheckedFor {
      checkForm(checkSums);
    }

    private static void checkForm(String checkSums) {
      if (checkSums.length() > CHECK_SUMS_MAX || !checkSums.matches("([0-9a-f]{2})+")) {
        throw new FormatException("", "checkSums: at most 1280 lower-case hexadecimal digits");
      }
    }
  }

  /**
   * What a member computed and what it thinks of it.
   *
   * @param model the result
   * @param optimiserState the server optimiser's state after it, if the rule has one
   * @param vote accept, reject or abstain
   * @param evaluation metrics on the site's validation rows, two digits, only from 10 rows on
   * @param unmasked how the masks came off; under masked policies
   */
  record Attested(
      StudyId study,
      int round,
      Digest phase,
      ModelId model,
      @Nullable ModelId optimiserState,
      Vote vote,
      SortedMap<String, Decimal> evaluation,
      @Nullable Unmasked unmasked)
      implements RoundEntry {
    /** Under policy open. */
    public Attested(
        StudyId study,
        int round,
        Digest phase,
        ModelId model,
        @Nullable ModelId optimiserState,
        Vote vote,
        SortedMap<String, Decimal> evaluation) {
      this(study, round, phase, model, optimiserState, vote, evaluation, null);
    }

    /** At most 16 metrics. */
    public Attested {
      evaluation = Collections.unmodifiableSortedMap(new TreeMap<>(evaluation));
      if (evaluation.size() > 16) {
        throw new FormatException("", "evaluation: at most 16 metrics");
      }
    }

    @Override
    public EntryKey key(MemberId author) {
      return own(this, author);
    }
  }

  /**
   * The round's result stands. Its body follows from earlier entries; it is the record of the
   * model.
   *
   * @param model the result
   * @param optimiserState the server optimiser's state after it
   * @param base what it was trained from
   * @param sealed body digest of the set whose updates are in it
   */
  record Finalised(
      StudyId study,
      int round,
      ModelId model,
      @Nullable ModelId optimiserState,
      ModelId base,
      Digest sealed)
      implements Ending {}

  /** The members agree on what the result is and do not accept it; the base stays. */
  record Rejected(StudyId study, int round, ModelId model) implements Ending {}

  /**
   * The round has no result; the base stays.
   *
   * @param reason why
   * @param phase which phase it was in or waited on
   */
  record Abandoned(StudyId study, int round, AbandonReason reason, Phase phase) implements Ending {}

  /**
   * A member broke the protocol, with what proves it. May come at any time, after the ending too.
   *
   * @param accused who
   * @param kind what it did
   * @param evidence base64, as the kind defines it
   */
  record Accusation(
      StudyId study, int round, MemberId accused, AccusationKind kind, String evidence)
      implements RoundEntry {
    /**
     * Longest evidence, before base64. An entry with it is within {@link SignedEntry#BYTES_MAX},
     * and it holds two signed messages of any length that may be sent.
     */
    public static final int PROOF_BYTES_MAX = 48_600;

    private static final int EVIDENCE_MAX = PROOF_BYTES_MAX / 3 * 4;

    /** Checks the form. */
    public Accusation {
      if (evidence.length() > EVIDENCE_MAX) {
        throw new FormatException(
            "", "evidence: at most " + EVIDENCE_MAX + " characters of base64");
      }
      checkBase64(evidence);
    }

    /** One value has one text: what decodes must encode to the same again. */
    private static void checkBase64(String text) {
      String again;
      try {
        again = Base64.getEncoder().encodeToString(Base64.getDecoder().decode(text));
      } catch (IllegalArgumentException e) {
        throw new FormatException("", "evidence: is no base64: " + e.getMessage());
      }
      if (!again.equals(text)) {
        throw new FormatException("", "evidence: is no base64 in its one form, with padding");
      }
    }

    /** The bytes of the evidence. */
    byte[] proof() {
      return Base64.getDecoder().decode(evidence);
    }

    @Override
    public EntryKey key(MemberId author) {
      RoundId of = id(); // checks the number
      return EntryKey.of("Accusation", of.study(), of.number(), author, accused, kind);
    }
  }

  /**
   * A member's deadline of a phase has passed.
   *
   * @param phase which
   * @param n 1 or 2: the first or the second deadline
   */
  record Overdue(StudyId study, int round, Phase phase, int n) implements RoundEntry {
    /** Checks n. */
    public Overdue {
      if (n != 1 && n != 2) {
        throw new FormatException("", "n must be 1 or 2");
      }
    }

    @Override
    public EntryKey key(MemberId author) {
      return key(id(), phase, n, author);
    }

    static EntryKey key(RoundId round, Phase phase, int n, MemberId member) {
      return EntryKey.of("Overdue", round.study(), round.number(), member, phase, n);
    }
  }
}
