package org.koinon.cli;

import java.util.ArrayList;
import java.util.List;
import org.koinon.network.consent.ConsentTree;
import org.koinon.network.node.NodeConfig;
import org.koinon.peer.dataset.DataException;
import org.koinon.peer.dataset.DataWarning;
import org.koinon.peer.dataset.DatasetSource;
import org.koinon.peer.dataset.Fold;
import org.koinon.peer.dataset.HospitalDataset;
import org.koinon.peer.site.ConsentState;
import org.koinon.peer.site.NodeConsent;

/** What a hospital's table and its patients' consents are good for, as they are now. */
final class DataChecks {
  private final HospitalDataset data;
  private final NodeConfig.Consent files;
  private final ConsentState state;

  /**
   * Reads the whole table and the state of consent.
   *
   * @throws org.koinon.peer.dataset.DataException that says what is wrong with the table, where and
   *     how to mend it
   */
  DataChecks(DatasetSource source, NodeConfig.Consent files) {
    this.data = HospitalDataset.open(source);
    this.files = files;
    this.state = new NodeConsent(files).get();
  }

  Check table() {
    return Check.ok("data", data.rows() + " rows follow the schema " + data.schema().name());
  }

  Check consent() {
    return Check.ok("consent", sentence());
  }

  /** The rows that may be trained on: an ok, and what is remarkable; or that they are too few. */
  List<Check> cohort() {
    List<Check> checks = new ArrayList<>();
    try {
      var cohort = data.cohort(Fold.TRAIN, state::covers);
      checks.add(
          Check.ok(
              "cohort",
              cohort.size() + " training rows may be used, " + cohort.positives() + " positive"));
      for (DataWarning warning : cohort.warnings()) {
        checks.add(Check.warn("cohort", warning.sentence(), ""));
      }
    } catch (DataException e) {
      checks.add(Check.fail("cohort", e));
    }
    return checks;
  }

  private String sentence() {
    return switch (state) {
      case ConsentState.WholeTable whole ->
          "no list was imported: all rows are used, on the legal basis that a study states";
      case ConsentState.Listed listed -> {
        ConsentTree tree = ConsentTree.load(files.tree());
        yield tree.consenting() + " of " + tree.size() + " listed records may be used";
      }
    };
  }
}
