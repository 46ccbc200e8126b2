package org.koinon.federation.encoding;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/** A decimal number in its one canonical text: no exponent, no trailing zero, no plus sign. */
public record Decimal(String value) implements Scalar {
  private static final int LENGTH_MAX = 40;
  private static final Pattern FORM =
      Pattern.compile("0|-?(0\\.[0-9]*[1-9]|[1-9][0-9]*(\\.[0-9]*[1-9])?)");

  /** Checks the form. */
  public Decimal {
    if (value.length() > LENGTH_MAX || !FORM.matcher(value).matches()) {
      throw new FormatException(
          "", "'" + value + "' is no plain decimal number such as 0.001 (no exponent, no padding)");
    }
  }

  /** The decimal with the digits of {@code number}. */
  public static Decimal of(BigDecimal number) {
    return new Decimal(number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString());
  }

  /** The decimal nearest to what {@link Double#toString} prints. */
  public static Decimal of(double number) {
    return of(BigDecimal.valueOf(number));
  }

  /** The nearest double. */
  public double toDouble() {
    return Double.parseDouble(value);
  }

  @Override
  public String scalar() {
    return value;
  }

  @Override
  public String toString() {
    return value;
  }
}
