package org.koinon.aggregation.model;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.lineage.ModelId;

/**
 * A canonical safetensors file in memory: one content has one encoding, hence one id.
 *
 * <p>u64 little-endian header length; header of canonical JSON (RFC 8785) padded with spaces to 8
 * bytes; the tensors little-endian without gaps, F64 before F32, each by name. A NaN has one form.
 * Loads in any safetensors reader. Immutable.
 */
public final class TensorFile {
  static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int FLOAT_NAN = 0x7fc00000;
  private static final long DOUBLE_NAN = 0x7ff8000000000000L;

  private final byte[] bytes;
  private final int dataAt;
  private final TensorHeader header;

  private TensorFile(byte[] bytes, int dataAt, TensorHeader header) {
    this.bytes = bytes;
    this.dataAt = dataAt;
    this.header = header;
  }

  /**
   * Reads a file; the array is not copied: the caller gives it up.
   *
   * @throws FormatException if the bytes are not the canonical encoding of anything
   */
  public static TensorFile decode(byte[] bytes) {
    int length = TensorHeader.length(bytes);
    int dataAt = Long.BYTES + length;
    TensorHeader header = TensorHeader.decode(Arrays.copyOfRange(bytes, Long.BYTES, dataAt));
    if (header.dataBytes() != bytes.length - dataAt) {
      throw new FormatException(
          "data",
          (bytes.length - dataAt) + " bytes where the header tells of " + header.dataBytes());
    }
    TensorFile file = new TensorFile(bytes, dataAt, header);
    file.header.tensors().forEach(file::checkNan);
    return file;
  }

  private void checkNan(TensorHeader.Tensor tensor) {
    int at = dataAt + tensor.from();
    int elements = tensor.elements();
    for (int i = 0; i < elements; i++) {
      boolean isOdd =
          switch (tensor.type()) {
            case F32 -> {
              int bits = (int) INTS.get(bytes, at + i * Float.BYTES);
              yield (bits & 0x7fffffff) > 0x7f800000 && bits != FLOAT_NAN;
            }
            case F64 -> {
              long bits = (long) LONGS.get(bytes, at + i * Double.BYTES);
              yield (bits & Long.MAX_VALUE) > 0x7ff0000000000000L && bits != DOUBLE_NAN;
            }
          };
      if (isOdd) {
        throw new FormatException(tensor.name(), "number " + i + " is a NaN of unusual form");
      }
    }
  }

  /** The Merkle root over the file's 1 MiB chunks. */
  public ModelId id() {
    return ModelId.of(Chunks.root(ByteBuffer.wrap(bytes)));
  }

  /** The file's bytes, not copied, for reading only. */
  public ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  /** A copy of the file's bytes. */
  public byte[] toByteArray() {
    return bytes.clone();
  }

  /** Length of the file. */
  public int sizeBytes() {
    return bytes.length;
  }

  /** The string map of the header. */
  public SortedMap<String, String> metadata() {
    return header.metadata();
  }

  /** The text under this key of the header's string map. */
  public String metadata(String key) {
    String text = header.metadata().get(key);
    if (text == null) {
      throw new FormatException("__metadata__." + key, "is missing");
    }
    return text;
  }

  /** What tensors there are: name, type and shape, in the file's order. */
  public List<TensorHeader.Tensor> tensors() {
    return header.tensors();
  }

  /** Copies the F32 tensor, which must have this shape, to {@code into} from {@code at} on. */
  public void floats(String name, List<Integer> shape, float[] into, int at) {
    TensorHeader.Tensor tensor = find(name, TensorHeader.Type.F32);
    if (!tensor.shape().equals(shape)) {
      throw new FormatException(name, "has shape " + tensor.shape() + ", expected " + shape);
    }
    FloatBuffer data =
        ByteBuffer.wrap(bytes, dataAt + tensor.from(), tensor.sizeBytes())
            .slice()
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    data.get(into, at, tensor.elements());
  }

  /** A copy of the F64 tensor's numbers, row-major. */
  public List<Double> doubles(String name) {
    TensorHeader.Tensor tensor = find(name, TensorHeader.Type.F64);
    List<Double> numbers = new ArrayList<>(tensor.elements());
    for (int i = 0; i < tensor.elements(); i++) {
      int at = dataAt + tensor.from() + i * Double.BYTES;
      numbers.add(Double.longBitsToDouble((long) LONGS.get(bytes, at)));
    }
    return Collections.unmodifiableList(numbers);
  }

  private TensorHeader.Tensor find(String name, TensorHeader.Type type) {
    return header.tensors().stream()
        .filter(tensor -> tensor.name().equals(name) && tensor.type() == type)
        .findFirst()
        .orElseThrow(() -> new FormatException(name, "the file has no such " + type + " tensor"));
  }

  /** Whether the bytes are the same. */
  @Override
  public boolean equals(Object other) {
    return other instanceof TensorFile file && Arrays.equals(bytes, file.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "TensorFile[" + header.tensors().size() + " tensors, " + bytes.length + " bytes]";
  }

  /** Gathers what a file is to hold. Not thread-safe. */
  public static final class Builder {
    private final SortedMap<String, String> metadata = new TreeMap<>();
    private final List<TensorHeader.Tensor> forms = new ArrayList<>();
    private final SortedMap<String, RealVector> contents = new TreeMap<>();

    /** Adds a text to the header's string map. */
    public Builder metadata(String key, String text) {
      metadata.put(key, text);
      return this;
    }

    /** Adds an F32 tensor; each number is rounded to float, which changes no float. */
    public Builder floats(String name, List<Integer> shape, RealVector numbers) {
      return add(TensorHeader.Type.F32, name, shape, numbers);
    }

    /** Adds an F64 tensor. */
    public Builder doubles(String name, List<Integer> shape, RealVector numbers) {
      return add(TensorHeader.Type.F64, name, shape, numbers);
    }

    private Builder add(
        TensorHeader.Type type, String name, List<Integer> shape, RealVector numbers) {
      TensorHeader.Tensor tensor = new TensorHeader.Tensor(name, type, shape, 0);
      if (tensor.elements() != numbers.size()) {
        throw new IllegalArgumentException(
            "tensor " + name + " of shape " + shape + " with " + numbers.size() + " numbers");
      }
      if (contents.putIfAbsent(name, numbers) != null) {
        throw new IllegalArgumentException("two tensors are called " + name);
      }
      forms.add(tensor);
      return this;
    }

    /** The file. */
    public TensorFile build() {
      TensorHeader header = TensorHeader.of(metadata, forms);
      byte[] head = header.encode();
      int dataAt = Long.BYTES + head.length;
      byte[] bytes = new byte[Math.toIntExact(dataAt + header.dataBytes())];
      LONGS.set(bytes, 0, (long) head.length);
      System.arraycopy(head, 0, bytes, Long.BYTES, head.length);
      for (TensorHeader.Tensor tensor : header.tensors()) {
        RealVector numbers = Objects.requireNonNull(contents.get(tensor.name()));
        write(tensor, numbers, bytes, dataAt + tensor.from());
      }
      return new TensorFile(bytes, dataAt, header);
    }

    private static void write(
        TensorHeader.Tensor tensor, RealVector numbers, byte[] bytes, int from) {
      double[] run = new double[4096];
      for (int done = 0; done < tensor.elements(); done += run.length) {
        int length = Math.min(run.length, tensor.elements() - done);
        numbers.read(done, run, length);
        int at = from + done * tensor.type().sizeBytes();
        switch (tensor.type()) {
          case F32 -> {
            for (int i = 0; i < length; i++) {
              INTS.set(bytes, at + i * Float.BYTES, Float.floatToIntBits((float) run[i]));
            }
          }
          case F64 -> {
            for (int i = 0; i < length; i++) {
              LONGS.set(bytes, at + i * Double.BYTES, Double.doubleToLongBits(run[i]));
            }
          }
        }
      }
    }
  }
}
