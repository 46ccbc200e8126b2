package org.koinon.audit.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.finding.Rule;
import org.koinon.federation.ledger.ConsortiumEntry.ConsentSnapshot;
import org.koinon.federation.ledger.ConsortiumEntry.DatasetSnapshot;
import org.koinon.federation.ledger.ConsortiumEntry.Withdrawal;
import org.koinon.federation.ledger.Membership;
import org.koinon.federation.ledger.RoundEntry.Attested;
import org.koinon.federation.ledger.RoundEntry.Ending;
import org.koinon.federation.ledger.RoundEntry.Ready;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;

/** Every round of a checked log with its contributors, their consent and data. */
public final class RoundsCheck {
  private final CheckedLog checked;
  private final Membership membership;

  private RoundsCheck(CheckedLog checked) {
    this.checked = checked;
    this.membership = new Membership(checked.log());
  }

  /** All rounds in the order in which they were opened. */
  public static List<RoundAudit> rounds(CheckedLog checked) {
    RoundsCheck check = new RoundsCheck(checked);
    List<RoundAudit> rounds = new ArrayList<>();
    for (SignedEntry signed : checked.log().entries()) {
      if (signed.entry() instanceof RoundOpened opened) {
        RoundView.of(checked.log(), opened.id()).map(check::audit).ifPresent(rounds::add);
      }
    }
    return List.copyOf(rounds);
  }

  /**
   * Contributors whose cited consent had been withdrawn when the round was opened, and accusations
   * whose evidence shows nothing.
   */
  public static List<Finding> findings(List<RoundAudit> rounds) {
    List<Finding> findings = new ArrayList<>();
    for (RoundAudit round : rounds) {
      for (RoundAudit.Contributor contributor : round.contributors()) {
        Long withdrawn = contributor.consent().withdrawnAt();
        if (withdrawn != null && withdrawn < round.position()) {
          findings.add(withdrawn(round.round(), contributor, withdrawn));
        }
      }
      round.faults().stream()
          .filter(fault -> fault.evidence() == RoundAudit.Evidence.REFUTED)
          .map(fault -> unfounded(round.round(), fault))
          .forEach(findings::add);
    }
    return findings;
  }

  private static Finding unfounded(RoundId round, RoundAudit.Fault fault) {
    String sentence = "round " + round + ": " + fault.sentence();
    return new Finding.OfRound(round, Rule.ACCUSATION_UNFOUNDED, sentence);
  }

  private static Finding withdrawn(
      RoundId round, RoundAudit.Contributor contributor, long withdrawn) {
    String sentence =
        contributor.member()
            + " took part in round "
            + round
            + " citing consent snapshot "
            + contributor.consent().number()
            + ", withdrawn by entry "
            + withdrawn
            + " before the round was opened";
    return new Finding.OfRound(round, Rule.CONSENT_WITHDRAWN, sentence);
  }

  private RoundAudit audit(RoundView view) {
    RoundOpened opened = view.opened();
    boolean isSealed = view.sealed().isPresent();
    Collection<MemberId> in = isSealed ? view.sealed().get().contributors() : view.ready().keySet();
    @Nullable Ending ending = view.ending().orElse(null);
    return new RoundAudit(
        opened.id(),
        checked.position(opened.key(opened.members().getFirst())).orElseThrow(),
        view.study(),
        membership.approvers(view.study()),
        opened.step(),
        opened.retryOf(),
        opened.baseModel(),
        opened.members(),
        in.stream().map(member -> contributor(member, view.ready().get(member))).toList(),
        isSealed,
        attestations(view),
        ending,
        checked.position(Ending.key(opened.id())).orElse(-1L),
        new FaultsOnRecord(checked, view).find(),
        view.nearDifference().orElse(null),
        SilentMembers.of(checked, view));
  }

  private RoundAudit.Contributor contributor(MemberId member, @Nullable Ready said) {
    Ready ready = java.util.Objects.requireNonNull(said);
    ConsentSnapshot consent = membership.consents(ready.study(), member).get(ready.consent() - 1);
    DatasetSnapshot dataset = membership.datasets(ready.study(), member).get(ready.dataset() - 1);
    Withdrawal withdrawal = new Withdrawal(ready.study(), ready.consent());
    return new RoundAudit.Contributor(
        member,
        checked.position(member, ready),
        ready.update(),
        new RoundAudit.Consent(
            consent.number(),
            checked.position(member, consent),
            consent.root(),
            consent.consenting(),
            consent.basis(),
            checked.position(withdrawal.key(member)).orElse(null)),
        new RoundAudit.Dataset(
            dataset.number(),
            checked.position(member, dataset),
            dataset.commitment(),
            dataset.rows()));
  }

  private List<RoundAudit.Attestation> attestations(RoundView view) {
    List<RoundAudit.Attestation> attestations = new ArrayList<>();
    view.attested()
        .forEach(
            (member, said) ->
                attestations.add(
                    new RoundAudit.Attestation(
                        member,
                        checked.position(member, said),
                        said.model(),
                        said.vote(),
                        metrics(said))));
    return attestations;
  }

  private static SortedMap<String, String> metrics(Attested said) {
    SortedMap<String, String> metrics = new TreeMap<>();
    said.evaluation().forEach((name, value) -> metrics.put(name, value.value()));
    return metrics;
  }
}
