package org.koinon.audit.verify;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.koinon.audit.verify.RoundAudit.Evidence;
import org.koinon.audit.verify.RoundAudit.Fault;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.Entry;
import org.koinon.federation.ledger.MaskedEntry.Missing;
import org.koinon.federation.ledger.Membership;
import org.koinon.federation.ledger.RoundEntry;
import org.koinon.federation.ledger.RoundEntry.Accusation;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.round.AccusationKind;
import org.koinon.federation.study.MemberId;

/** Who is named by the entries of a masked round, for what, and whether the evidence shows it. */
final class FaultsOnRecord {
  private final CheckedLog checked;
  private final RoundView view;

  FaultsOnRecord(CheckedLog checked, RoundView view) {
    this.checked = checked;
    this.view = view;
  }

  /** In the order of the log; last, who was outvoted and accused by nobody. */
  List<Fault> find() {
    if (!view.study().privacy().policy().isMasked()) {
      return List.of();
    }
    Digest context =
        view.opened().context(new Membership(checked.log()).consortium().orElseThrow());
    AccusationEvidence evidence = new AccusationEvidence(view, context);
    List<Fault> faults = new ArrayList<>();
    Set<MemberId> accused = new HashSet<>();
    for (SignedEntry signed : checked.log().entries()) {
      Entry entry = signed.entry();
      if (entry instanceof Accusation accusation && isOfRound(accusation)) {
        if (accusation.kind() == AccusationKind.WRONG_SUM) {
          accused.add(accusation.accused());
        }
        faults.add(fault(signed.author(), accusation, evidence.judge(accusation)));
      } else if (entry instanceof Missing missing && isOfRound(missing)) {
        faults.add(fault(signed.author(), missing));
      }
    }
    faults.addAll(outvoted(accused));
    return List.copyOf(faults);
  }

  private boolean isOfRound(RoundEntry entry) {
    return entry.id().equals(view.opened().id());
  }

  private Fault fault(MemberId author, Accusation accusation, Evidence evidence) {
    String what = accusation.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return new Fault(
        checked.position(author, accusation), author, accusation.accused(), what, evidence);
  }

  /** A complaint proves nothing by itself; f+1 of them count against the holder. */
  private Fault fault(MemberId author, Missing missing) {
    String what =
        "gave a receipt for the piece of shard "
            + missing.shard()
            + " of "
            + missing.contributor()
            + " and did not serve it";
    return new Fault(
        checked.position(author, missing), author, missing.holder(), what, Evidence.NOT_CHECKED);
  }

  private List<Fault> outvoted(Set<MemberId> accused) {
    List<Fault> outvoted = new ArrayList<>();
    for (int shard : view.sums().keySet()) {
      Optional<Digest> decided = view.decided(shard);
      view.voices(shard)
          .forEach(
              (member, said) -> {
                if (decided.filter(right -> !right.equals(said)).isPresent()
                    && !accused.contains(member)) {
                  String what = "wrong sum of shard " + shard;
                  outvoted.add(new Fault(position(member), member, member, what, Evidence.PROVEN));
                }
              });
    }
    return outvoted;
  }

  /** Of its own words on sums. */
  private long position(MemberId member) {
    RoundEntry.ShardResult said = view.shardResults().get(member);
    return said == null ? -1 : checked.position(member, said);
  }
}
