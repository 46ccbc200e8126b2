package org.koinon.federation.study;

import java.util.regex.Pattern;

/** The form of names that stand in keys of the ledger. */
final class Names {
  private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");
  private static final int SHOWN_MAX = 60;

  private Names() {}

  static boolean isValid(String value) {
    return FORM.matcher(value).matches();
  }

  static String complaint(String what, String value) {
    String shown = value.length() > SHOWN_MAX ? value.substring(0, SHOWN_MAX) + "..." : value;
    return "'" + shown + "' is no " + what + ": use 1 to 40 of a-z, 0-9 and dashes";
  }
}
