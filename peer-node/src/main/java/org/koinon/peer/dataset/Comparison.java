package org.koinon.peer.dataset;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One condition of a row rule: column, operator, number or level. */
record Comparison(int column, Operator operator, double operand) {
  private static final Pattern FORM =
      Pattern.compile("\\s*(\\S+)\\s*(==|!=|<=|>=|<|>)\\s*(\\S+)\\s*");

  enum Operator {
    EQ("=="),
    NE("!="),
    LE("<="),
    GE(">="),
    LT("<"),
    GT(">");

    private final String symbol;

    Operator(String symbol) {
      this.symbol = symbol;
    }

    static Operator of(String symbol) {
      for (Operator operator : values()) {
        if (operator.symbol.equals(symbol)) {
          return operator;
        }
      }
      throw new IllegalArgumentException(symbol);
    }
  }

  static Comparison parse(String text, List<Column> columns) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "rows.keep: '" + text + "' is not: column, one of == != < <= > >=, value");
    }
    int index = Column.indexOf(matcher.group(1), columns);
    Column column = columns.get(index);
    Operator operator = Operator.of(matcher.group(2));
    boolean ordered = operator != Operator.EQ && operator != Operator.NE;
    if (column.kind() == Column.Kind.IGNORE || (ordered && column.kind() != Column.Kind.NUMERIC)) {
      throw new IllegalArgumentException(
          "rows.keep: '" + text + "' compares a column whose kind does not allow it");
    }
    try {
      return new Comparison(index, operator, column.read(matcher.group(3)));
    } catch (Column.BadCell e) {
      throw new IllegalArgumentException("rows.keep: '" + text + "': " + e.getMessage(), e);
    }
  }

  /** Whether a row meets this; a missing value meets nothing. */
  boolean holds(double[] values) {
    double value = values[column];
    if (Double.isNaN(value)) {
      return false;
    }
    return switch (operator) {
      case EQ -> value == operand;
      case NE -> value != operand;
      case LE -> value <= operand;
      case GE -> value >= operand;
      case LT -> value < operand;
      case GT -> value > operand;
    };
  }
}
