package org.koinon.aggregation.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.koinon.federation.encoding.Canonical;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.Json;

/**
 * The header of a safetensors file in its one canonical form.
 *
 * @param metadata the string map
 * @param tensors in the order of their data: F64 before F32, then by name
 */
public record TensorHeader(SortedMap<String, String> metadata, List<Tensor> tensors) {
  private static final int TENSORS_MAX = 4096;
  private static final int METADATA_MAX = 256;
  private static final int RANK_MAX = 6;
  private static final String METADATA = "__metadata__";

  /** Copies. */
  public TensorHeader {
    metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    tensors = List.copyOf(tensors);
  }

  /** The type of a tensor's numbers; alignment falls from one to the next. */
  public enum Type {
    /** IEEE 754 binary64. */
    F64(Double.BYTES),
    /** IEEE 754 binary32. */
    F32(Float.BYTES);

    private final int sizeBytes;

    Type(int sizeBytes) {
      this.sizeBytes = sizeBytes;
    }

    /** Bytes of one number. */
    public int sizeBytes() {
      return sizeBytes;
    }
  }

  /**
   * One tensor.
   *
   * @param name 1 to 80 of A-Z a-z 0-9 _ .
   * @param type of its numbers
   * @param shape 1 to 6 sizes, each at least 1
   * @param from where its data begin, counted from the end of the header
   */
  public record Tensor(String name, Type type, List<Integer> shape, int from) {
    /** Checks name and sizes. */
    public Tensor {
      shape = List.copyOf(shape);
      if (!name.matches("[A-Za-z0-9_.]{1,80}") || name.equals(METADATA)) {
        throw new FormatException("", "'" + brief(name) + "' cannot name a tensor");
      }
      if (shape.isEmpty() || shape.size() > RANK_MAX) {
        throw new FormatException(name, "a tensor has 1 to " + RANK_MAX + " sizes");
      }
      long size = type.sizeBytes();
      for (int extent : shape) {
        size = extent < 1 ? Long.MAX_VALUE : size * extent;
        if (size > Integer.MAX_VALUE) {
          throw new FormatException(name, "its sizes must be at least 1 and fit 2^31 bytes");
        }
      }
    }

    /** How many numbers. */
    public int elements() {
      return shape.stream().reduce(1, (a, b) -> a * b);
    }

    /** Length of its data. */
    public int sizeBytes() {
      return elements() * type.sizeBytes();
    }

    private Json json() {
      SortedMap<String, Json> members = new TreeMap<>();
      members.put("dtype", new Json.Str(type.name()));
      members.put("shape", integers(shape.stream().map(Integer::longValue).toList()));
      members.put("data_offsets", integers(List.of((long) from, (long) from + sizeBytes())));
      return new Json.Obj(members);
    }

    private static Json integers(List<Long> numbers) {
      return new Json.Arr(numbers.stream().map(n -> (Json) new Json.Int(n)).toList());
    }
  }

  /** The header with these tensors, put in order. */
  static TensorHeader of(SortedMap<String, String> metadata, List<Tensor> forms) {
    if (forms.size() > TENSORS_MAX || metadata.size() > METADATA_MAX) {
      throw new FormatException(
          "header", "more than " + TENSORS_MAX + " tensors or " + METADATA_MAX + " texts");
    }
    List<Tensor> ordered = new ArrayList<>();
    long from = 0;
    var order = Comparator.comparing(Tensor::type).thenComparing(Tensor::name);
    for (Tensor form : forms.stream().sorted(order).toList()) {
      ordered.add(new Tensor(form.name(), form.type(), form.shape(), (int) from));
      from += form.sizeBytes();
      if (from > Integer.MAX_VALUE) {
        throw new FormatException("header", "the tensors exceed 2^31 bytes");
      }
    }
    return new TensorHeader(metadata, ordered);
  }

  /** Length of all data. */
  long dataBytes() {
    return tensors.stream().mapToLong(Tensor::sizeBytes).sum();
  }

  /** Canonical JSON and up to seven spaces. */
  byte[] encode() {
    SortedMap<String, Json> members = new TreeMap<>();
    SortedMap<String, Json> texts = new TreeMap<>();
    metadata.forEach((key, text) -> texts.put(key, new Json.Str(text)));
    members.put(METADATA, new Json.Obj(texts));
    tensors.forEach(tensor -> members.put(tensor.name(), tensor.json()));
    byte[] json = Canonical.encode(new Json.Obj(members));
    byte[] padded = Arrays.copyOf(json, (json.length + 7) & ~7);
    if (padded.length > Canonical.BYTES_MAX) {
      throw new FormatException("header", "exceeds " + Canonical.BYTES_MAX + " bytes");
    }
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  /** The header's length as the file's first eight bytes tell it. */
  static int length(byte[] file) {
    long length = file.length < Long.BYTES ? -1 : (long) TensorFile.LONGS.get(file, 0);
    if (length < 2 || length > Canonical.BYTES_MAX || length > file.length - Long.BYTES) {
      throw new FormatException("header", "is missing, cut off or longer than 1 MiB");
    }
    return (int) length;
  }

  static TensorHeader decode(byte[] padded) {
    int end = padded.length;
    while (end > 0 && padded[end - 1] == ' ') {
      end--;
    }
    if (!(Canonical.decode(Arrays.copyOf(padded, end)) instanceof Json.Obj(var members))) {
      throw new FormatException("header", "expected an object");
    }
    SortedMap<String, String> metadata = new TreeMap<>();
    List<Tensor> forms = new ArrayList<>();
    for (Map.Entry<String, Json> member : members.entrySet()) {
      if (member.getKey().equals(METADATA)) {
        metadata.putAll(texts(member.getValue()));
      } else {
        forms.add(tensor(member.getKey(), member.getValue()));
      }
    }
    TensorHeader header = of(metadata, forms);
    if (!Arrays.equals(header.encode(), padded)) {
      throw new FormatException("header", "offsets, order or padding are not canonical");
    }
    return header;
  }

  private static SortedMap<String, String> texts(Json json) {
    if (!(json instanceof Json.Obj(var members))) {
      throw new FormatException(METADATA, "expected an object");
    }
    SortedMap<String, String> texts = new TreeMap<>();
    members.forEach(
        (key, value) -> {
          if (!(value instanceof Json.Str(String text))) {
            throw new FormatException(METADATA + "." + key, "expected a string");
          }
          texts.put(key, text);
        });
    return texts;
  }

  private static Tensor tensor(String name, Json json) {
    if (!(json instanceof Json.Obj(var members))
        || !(members.get("dtype") instanceof Json.Str(String type))
        || !(members.get("shape") instanceof Json.Arr(List<Json> sizes))) {
      throw new FormatException(brief(name), "needs dtype, shape and data_offsets");
    }
    List<Integer> shape = new ArrayList<>();
    for (Json size : sizes) {
      if (!(size instanceof Json.Int(long extent)) || extent < 1 || extent > Integer.MAX_VALUE) {
        throw new FormatException(brief(name), "a size is no integer from 1 to 2^31-1");
      }
      shape.add((int) extent);
    }
    return new Tensor(name, type(name, type), shape, 0);
  }

  private static Type type(String name, String text) {
    return switch (text) {
      case "F64" -> Type.F64;
      case "F32" -> Type.F32;
      default -> throw new FormatException(brief(name), "dtype must be F32 or F64");
    };
  }

  private static String brief(String name) {
    return name.length() > 80 ? name.substring(0, 80) + "..." : name;
  }
}
