package org.koinon.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.finding.Rule;
import org.koinon.audit.verify.RoundRecompute.Status;

/** What the audit makes of a {@link MaskedArchive}. */
final class Recomputed {
  private Recomputed() {}

  static RoundRecompute last(MaskedArchive study) {
    return all(study).getLast();
  }

  static List<RoundRecompute> all(MaskedArchive study) {
    return all(study, checked(study));
  }

  static CheckedLog checked(MaskedArchive study) {
    CheckedLog checked = CheckedLog.of(Histories.bytes(study.log()));
    assertThat(checked.fault()).isEmpty();
    return checked;
  }

  static List<RoundRecompute> all(MaskedArchive study, CheckedLog checked) {
    return Recompute.rounds(checked, RoundsCheck.rounds(checked), List.of(study.archive()));
  }

  static void assertRecomputed(RoundRecompute round) {
    assertThat(round.findings()).isEmpty();
    assertThat(round.missing()).isEmpty();
    assertThat(round.status()).isEqualTo(Status.RECOMPUTED);
  }

  static List<Rule> rules(RoundRecompute round) {
    return round.findings().stream().map(Finding::rule).distinct().toList();
  }
}
