package org.koinon.system.fabric;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalDouble;
import org.koinon.federation.encoding.Digest;

/**
 * The ways in which values of one row of a table could stand among bytes: as text, as floating
 * point numbers of both sizes and integers of both sizes, in both byte orders, and the binary ones
 * in hexadecimal. What is missing in between stands as it is in text, and as nothing or as NaN
 * among numbers.
 *
 * <p>A single small number is met everywhere. So what is looked for is a value together with the
 * next ones of its row, as many as it takes to have two values that tell something: greater than
 * nine in absolute value, or with a fraction. Behind the last two of these the rest of the row is
 * looked for: by itself where it has three values and one of them tells something, as text and
 * floating point, and together with the last two.
 *
 * <p>A value of five or more significant digits tells enough by itself: it is looked for as text
 * between any two of the characters that part values, and as a floating point number of 64 bits.
 */
final class RowPatterns {
  private static final int TELLING = 2;
  private static final int REST = 3;
  private static final double SMALL = 9;
  private static final int DIGITS = 5;
  private static final List<String> SEPARATORS = List.of(",", ", ", "\t", ";", "\",\"", " ");
  private static final List<String> BEFORE = List.of(",", "\"", ":", "[", " ", "\t", ";", "\n");
  private static final List<String> BEHIND = List.of(",", "\"", "]", "}", " ", "\t", ";", "\n");

  private enum Form {
    FLOAT_32(Float.BYTES, false),
    FLOAT_64(Double.BYTES, false),
    INT_32(Integer.BYTES, true),
    INT_64(Long.BYTES, true);

    private final int bytes;
    private final boolean isInteger;

    Form(int bytes, boolean isInteger) {
      this.bytes = bytes;
      this.isInteger = isInteger;
    }

    private void put(ByteBuffer buffer, double value) {
      switch (this) {
        case FLOAT_32 -> buffer.putFloat((float) value);
        case FLOAT_64 -> buffer.putDouble(value);
        case INT_32 -> buffer.putInt((int) value);
        case INT_64 -> buffer.putLong((long) value);
      }
    }
  }

  private final PatternScan scan;
  private final String name;
  private final List<String> fields;
  private final List<OptionalDouble> values;
  private final BitSet covered = new BitSet();

  private RowPatterns(PatternScan scan, String name, List<String> fields) {
    this.scan = scan;
    this.name = name;
    this.fields = fields;
    this.values = fields.stream().map(RowPatterns::number).toList();
  }

  /**
   * Adds all patterns of a row.
   *
   * @return how many of its values are in none of them
   */
  static int add(PatternScan scan, String name, List<String> fields) {
    RowPatterns row = new RowPatterns(scan, name, fields);
    row.addAll();
    int uncovered = 0;
    for (int i = 0; i < fields.size(); i++) {
      uncovered += row.values.get(i).isPresent() && !row.covered.get(i) ? 1 : 0;
    }
    return uncovered;
  }

  /**
   * Adds the forms of a record's name, of at least eight characters: itself and its SHA-256, as
   * bytes and in hexadecimal.
   */
  static void addName(PatternScan scan, String name) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    for (byte[] form : List.of(text, Digest.sha256(text).bytes())) {
      scan.add("the record " + name, form);
      scan.add(
          "the record " + name + " in hexadecimal",
          HexFormat.of().formatHex(form).getBytes(StandardCharsets.US_ASCII));
    }
  }

  private void addSingle(int at, double value) {
    String text = fields.get(at).strip();
    if (new BigDecimal(text).stripTrailingZeros().precision() < DIGITS) {
      return;
    }
    covered.set(at);
    String what = name + " column " + (at + 1);
    for (String before : BEFORE) {
      for (String behind : BEHIND) {
        byte[] bytes = (before + text + behind).getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= PatternScan.LEAST) {
          scan.add(what + ", text", bytes);
        }
      }
    }
    addNumbers(what, Form.FLOAT_64, List.of(value));
  }

  private void addAll() {
    for (int at = 0; at < fields.size(); at++) {
      if (values.get(at).isPresent()) {
        addSingle(at, values.get(at).getAsDouble());
      }
    }
    for (int from = 0; from < fields.size(); from++) {
      if (values.get(from).isEmpty()) {
        continue;
      }
      int to = from;
      while (to < fields.size() && telling(from, to) < TELLING) {
        to++;
      }
      if (telling(from, to) == TELLING) {
        add(from, to, true);
      } else if (telling(from, to) > 0 && numbers(from, to) >= REST) {
        add(from, to, false);
      }
    }
    int begin = fields.size();
    while (begin > 0 && telling(begin, fields.size()) < TELLING) {
      begin--;
    }
    if (telling(begin, fields.size()) == TELLING) {
      add(begin, fields.size(), true);
    }
  }

  private int telling(int from, int to) {
    return (int)
        values.subList(from, to).stream()
            .filter(value -> value.isPresent() && isTelling(value.getAsDouble()))
            .count();
  }

  private int numbers(int from, int to) {
    return (int) values.subList(from, to).stream().filter(OptionalDouble::isPresent).count();
  }

  private static boolean isTelling(double value) {
    return Math.abs(value) > SMALL || value != Math.rint(value);
  }

  private void add(int from, int to, boolean withIntegers) {
    covered.set(from, to);
    String what = name + " from column " + (from + 1);
    addText(what, fields.subList(from, to));
    List<Double> present = new ArrayList<>();
    List<Double> gaps = new ArrayList<>();
    for (OptionalDouble value : values.subList(from, to)) {
      value.ifPresent(present::add);
      gaps.add(value.orElse(Double.NaN));
    }
    for (Form form : Form.values()) {
      if (!form.isInteger) {
        addNumbers(what, form, present);
        addNumbers(what, form, gaps);
      } else if (withIntegers && present.stream().allMatch(each -> each == Math.rint(each))) {
        addNumbers(what, form, present);
      }
    }
  }

  private void addText(String what, List<String> texts) {
    List<String> whole =
        texts.stream().map(each -> each.endsWith(".0") ? each.replace(".0", "") : each).toList();
    for (String separator : SEPARATORS) {
      for (List<String> form : List.of(texts, whole)) {
        byte[] bytes = String.join(separator, form).getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= PatternScan.LEAST) {
          scan.add(what + ", text", bytes);
        }
      }
    }
  }

  private void addNumbers(String what, Form form, List<Double> numbers) {
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      ByteBuffer buffer = ByteBuffer.allocate(numbers.size() * form.bytes).order(order);
      numbers.forEach(each -> form.put(buffer, each));
      byte[] bytes = buffer.array();
      scan.add(what + ", " + form + " " + order, bytes);
      scan.add(
          what + ", " + form + " " + order + " in hexadecimal",
          HexFormat.of().formatHex(bytes).getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static OptionalDouble number(String field) {
    try {
      return OptionalDouble.of(new BigDecimal(field.strip()).doubleValue());
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }
}
