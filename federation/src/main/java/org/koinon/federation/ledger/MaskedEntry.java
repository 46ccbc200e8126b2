package org.koinon.federation.ledger;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.contribution.Bitmap;
import org.koinon.federation.contribution.MaskGraph;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.StudyId;

/** What is said only in rounds whose contributions are masked. */
public sealed interface MaskedEntry extends RoundEntry {
  /**
   * Who masks for whom, as ready members have said.
   *
   * @param threshold how many shares rebuild a secret
   * @param faults how many members may lie
   */
  static MaskGraph masks(
      List<MemberId> ready, Map<MemberId, Keyed> keyed, int threshold, int faults) {
    SequencedMap<MemberId, Bitmap> packs = new LinkedHashMap<>();
    Map<MemberId, List<Digest>> pairs = new TreeMap<>();
    keyed.forEach(
        (member, said) -> {
          packs.put(member, said.packs());
          Optional.ofNullable(said.pairs()).ifPresent(own -> pairs.put(member, own));
        });
    return new MaskGraph(ready, packs, pairs, threshold, faults);
  }

  /**
   * A member has dealt the shares of its secrets, and says whose it holds.
   *
   * @param packRoot over the shares it dealt
   * @param selfHash of its own mask's seed
   * @param table digest of its encrypted table of pair seeds
   * @param packs whose packs it verified: places in the list of ready members, its own among them
   * @param pairs commitments to its masks with the other members of {@code packs}, in their order;
   *     under group-opening
   */
  record Keyed(
      StudyId study,
      int round,
      Digest phase,
      Digest packRoot,
      Digest selfHash,
      Digest table,
      Bitmap packs,
      @Nullable List<Digest> pairs)
      implements MaskedEntry {
    /** Copies. */
    public Keyed {
      pairs = pairs == null ? null : List.copyOf(pairs);
    }

    /** Where no mask of a pair is ever released. */
    public Keyed(
        StudyId study,
        int round,
        Digest phase,
        Digest packRoot,
        Digest selfHash,
        Digest table,
        Bitmap packs) {
      this(study, round, phase, packRoot, selfHash, table, packs, null);
    }

    @Override
    public EntryKey key(MemberId author) {
      return RoundEntry.own(Keyed.class, id(), author);
    }
  }

  /**
   * A piece that was receipted cannot be had. Under masked policies, before anything is opened.
   *
   * @param contributor whose piece
   * @param shard of which shard
   * @param holder who gave the receipt and does not serve it
   */
  record Missing(
      StudyId study, int round, Digest phase, MemberId contributor, int shard, MemberId holder)
      implements MaskedEntry {
    @Override
    public EntryKey key(MemberId author) {
      return RoundEntry.own(Missing.class, id(), author);
    }
  }

  /**
   * The one step that cannot be taken back: from here on members may release what takes the masks
   * off these sums, and every update in them is spent. Its body follows from earlier entries.
   *
   * @param sealed body digest of the set
   * @param sums roots of all shards' masked sums
   */
  record Opened(StudyId study, int round, Digest sealed, List<ShardRoot> sums)
      implements MaskedEntry {
    /** Copies. */
    public Opened {
      sums = List.copyOf(sums);
    }

    @Override
    public EntryKey key(MemberId author) {
      return RoundEntry.only(Opened.class, id());
    }
  }
}
