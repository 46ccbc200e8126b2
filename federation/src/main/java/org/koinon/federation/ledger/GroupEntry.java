package org.koinon.federation.ledger;

import java.util.List;
import org.koinon.federation.contribution.MaskSeed;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.StudyId;

/** What is said of the groups whose sums a round opens, under policy group-opening. */
public sealed interface GroupEntry extends RoundEntry {
  /**
   * The coin that draws the groups lies open. Its seeds were committed to in the key phase, so that
   * there is one such body, which anybody may post who knows them.
   *
   * @param opened body digest of Opened
   * @param selfSeeds b of every member of the sum, in the roster's order
   */
  record Partitioned(StudyId study, int round, Digest opened, List<MaskSeed> selfSeeds)
      implements GroupEntry {
    /** Copies. */
    public Partitioned {
      selfSeeds = List.copyOf(selfSeeds);
    }

    @Override
    public EntryKey key(MemberId author) {
      return RoundEntry.only(Partitioned.class, id());
    }
  }

  /**
   * A member of the sum takes off its masks towards other groups.
   *
   * @param phase body digest of Partitioned
   * @param seeds of its masks with every member of another group, in the roster's order
   */
  record Separated(StudyId study, int round, Digest phase, List<MaskSeed> seeds)
      implements GroupEntry {
    /** Copies. */
    public Separated {
      seeds = List.copyOf(seeds);
    }

    @Override
    public EntryKey key(MemberId author) {
      return RoundEntry.own(Separated.class, id(), author);
    }
  }
}
