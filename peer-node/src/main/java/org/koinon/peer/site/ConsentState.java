package org.koinon.peer.site;

import java.util.Set;
import org.koinon.federation.encoding.Digest;
import org.koinon.peer.dataset.RecordId;

/** Whose rows may be used now, and the commitment to it. */
public sealed interface ConsentState {
  /** Whether a record may be used. */
  boolean covers(RecordId record);

  /** Root of the consent tree. */
  Digest root();

  /** Version of the form or the legal basis, for the ledger. */
  String basis();

  /**
   * No consent file: every row is used on the study's stated legal basis.
   *
   * @param basis what the hospital relies on
   */
  record WholeTable(String basis) implements ConsentState {
    @Override
    public boolean covers(RecordId record) {
      return true;
    }

    @Override
    public Digest root() {
      return Digest.tagged("koinon/consent/whole-table/v1");
    }
  }

  /**
   * Only the listed records.
   *
   * @param records with consent
   * @param root of the hospital's keyed tree
   * @param basis version of the consent form
   */
  record Listed(Set<String> records, Digest root, String basis) implements ConsentState {
    /** Copies. */
    public Listed {
      records = Set.copyOf(records);
    }

    @Override
    public boolean covers(RecordId record) {
      return records.contains(record.value());
    }

    /** How many, never who. */
    @Override
    public String toString() {
      return "Listed[" + records.size() + " records]";
    }
  }
}
