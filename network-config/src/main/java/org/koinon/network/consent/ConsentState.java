package org.koinon.network.consent;

import java.util.Locale;

/** What a patient said about the use of one record. */
public enum ConsentState {
  /** May be used. */
  YES,
  /** May not. */
  NO,
  /** Could be used once, and may not any more. */
  WITHDRAWN;

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
