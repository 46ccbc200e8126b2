package org.koinon.system.fabric;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The ways in which values of one row of a table could stand among bytes: as text, as floating
 * point numbers of both sizes and integers of both sizes, in both byte orders, and the binary ones
 * in hexadecimal.
 *
 * <p>A single small number is met everywhere. So what is looked for is a value together with the
 * next ones of its row, as many as it takes to have eight bytes and two values that tell something:
 * greater than nine in absolute value, or with a fraction.
 */
final class RowPatterns {
  private static final int TELLING = 2;
  private static final double SMALL = 9;
  private static final List<String> SEPARATORS = List.of(",", ", ", "\t", ";", "\",\"", " ");

  private enum Form {
    FLOAT_32(Float.BYTES),
    FLOAT_64(Double.BYTES),
    INT_32(Integer.BYTES),
    INT_64(Long.BYTES);

    private final int bytes;

    Form(int bytes) {
      this.bytes = bytes;
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

  private RowPatterns() {}

  /** Adds all patterns of a row; fields that are no numbers end a run of values. */
  static void add(PatternScan scan, String name, List<String> fields) {
    for (int from = 0; from < fields.size(); from++) {
      addFrom(scan, name + " from column " + (from + 1), fields.subList(from, fields.size()));
    }
  }

  private static void addFrom(PatternScan scan, String name, List<String> fields) {
    List<String> texts = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    int telling = 0;
    for (String field : fields) {
      OptionalDouble value = number(field);
      if (value.isEmpty()) {
        return;
      }
      texts.add(field);
      values.add(value.getAsDouble());
      telling += isTelling(value.getAsDouble()) ? 1 : 0;
      if (telling == TELLING) {
        addText(scan, name, texts);
        addNumbers(scan, name, values);
        return;
      }
    }
  }

  private static boolean isTelling(double value) {
    return Math.abs(value) > SMALL || value != Math.rint(value);
  }

  private static void addText(PatternScan scan, String name, List<String> texts) {
    List<String> whole =
        texts.stream().map(each -> each.endsWith(".0") ? each.replace(".0", "") : each).toList();
    for (String separator : SEPARATORS) {
      for (List<String> form : List.of(texts, whole)) {
        byte[] bytes = String.join(separator, form).getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= PatternScan.LEAST) {
          scan.add(name + ", text", bytes);
        }
      }
    }
  }

  private static void addNumbers(PatternScan scan, String name, List<Double> values) {
    boolean areWhole = values.stream().allMatch(each -> each == Math.rint(each));
    for (Form form : Form.values()) {
      boolean isInteger = form == Form.INT_32 || form == Form.INT_64;
      if (!isInteger || areWhole) {
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
          ByteBuffer buffer = ByteBuffer.allocate(values.size() * form.bytes).order(order);
          values.forEach(each -> form.put(buffer, each));
          byte[] bytes = buffer.array();
          String what = name + ", " + form + " " + order;
          scan.add(what, bytes);
          scan.add(
              what + " in hexadecimal",
              HexFormat.of().formatHex(bytes).getBytes(StandardCharsets.US_ASCII));
        }
      }
    }
  }

  private static OptionalDouble number(String field) {
    try {
      return OptionalDouble.of(Double.parseDouble(field.strip()));
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }
}
