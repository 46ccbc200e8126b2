package org.koinon.aggregation.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.MerkleTree;
import org.koinon.federation.study.ServerRule;
import org.koinon.federation.study.TensorSpec;
import org.koinon.federation.study.VectorSpec;
import org.koinon.testkit.Seeded;

class ModelFileTest {
  private static final VectorSpec SPEC =
      new VectorSpec(
          List.of(tensor("weight", 2, 3), tensor("bias", 3), tensor("Out", 1)), List.of(), 32, 20);
  private static final Parameters PARAMETERS =
      Parameters.of(SPEC, 1, 2, 3, 4, 5, 6, -0f, 8, Float.MIN_VALUE, 10);

  private static TensorSpec tensor(String name, Integer... shape) {
    return new TensorSpec(name, List.of(shape), new Decimal("1"), new Decimal("0"), 20);
  }

  private static ModelFile file() {
    return ModelFile.of(
        PARAMETERS,
        new TreeMap<>(Map.of("means", List.of(0.1, 1e300))),
        new TreeMap<>(Map.of("label", "died", "schema", "\u00e9\"\\\n\u20ac")));
  }

  @Test
  void a_file_gives_back_what_was_put_in() {
    ModelFile read = ModelFile.decode(file().file().toByteArray());

    assertThat(read).isEqualTo(file());
    assertThat(read.id()).isEqualTo(file().id());
    assertThat(read.parameters(SPEC)).isEqualTo(PARAMETERS);
    assertThat(read.preprocessing()).containsExactly(Map.entry("means", List.of(0.1, 1e300)));
    assertThat(read.metadata())
        .containsExactly(Map.entry("label", "died"), Map.entry("schema", "\u00e9\"\\\n\u20ac"));
  }

  @Test
  void the_order_of_the_vector_does_not_change_the_file() {
    VectorSpec turned = new VectorSpec(SPEC.tensors().reversed(), List.of(), 32, 20);
    Parameters same = file().parameters(turned);

    assertThat(same.at(0)).isEqualTo(10);
    assertThat(ModelFile.of(same, file().preprocessing(), file().metadata()).id())
        .isEqualTo(file().id());
  }

  @Test
  void data_begin_at_a_multiple_of_eight_with_the_widest_first() {
    byte[] bytes = file().file().toByteArray();
    long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();

    assertThat(header % 8).isZero();
    assertThat(file().file().tensors().stream().map(TensorHeader.Tensor::name))
        .containsExactly("means", "Out", "bias", "weight");
  }

  @Seeded(cases = 300)
  void a_changed_bit_is_refused_or_has_another_id(long seed) {
    byte[] bytes = file().file().toByteArray();
    int bit = new Random(seed).nextInt(8 * bytes.length);
    bytes[bit / 8] ^= (byte) (1 << (bit % 8));

    assertThat(isSame(bytes)).isFalse();
  }

  @Seeded
  void a_cut_or_lengthened_file_is_refused(long seed) {
    byte[] bytes = file().file().toByteArray();
    Random random = new Random(seed);

    assertRefused(Arrays.copyOf(bytes, random.nextInt(bytes.length)));
    assertRefused(Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(64)));
  }

  private static boolean isSame(byte[] bytes) {
    try {
      return ModelFile.decode(bytes).id().equals(file().id());
    } catch (FormatException e) {
      return false;
    }
  }

  private static void assertRefused(byte[] bytes) {
    assertThatExceptionOfType(FormatException.class).isThrownBy(() -> TensorFile.decode(bytes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}x",
        "{\"__metadata__\":[]}",
        "{\"__metadata__\":{\"a\":1}}",
        "{\"a\":{\"data_offsets\":[0,8],\"dtype\":\"F32\",\"shape\":[2]}}",
        "{\"__metadata__\":{},\"a\":{\"data_offsets\":[0,4],\"dtype\":\"F32\",\"shape\":[2]}}",
        "{\"__metadata__\":{},\"a\":{\"data_offsets\":[8,0],\"dtype\":\"F32\",\"shape\":[2]}}",
        "{\"__metadata__\":{},\"a\":{\"data_offsets\":[0,8],\"dtype\":\"F16\",\"shape\":[4]}}",
        "{\"__metadata__\":{},\"a\":{\"data_offsets\":[0,8],\"dtype\":\"F32\",\"shape\":[]}}",
        "{\"__metadata__\":{},\"a\":{\"data_offsets\":[0,8],\"dtype\":\"F32\",\"shape\":[0]}}",
        "{\"__metadata__\":{},\"a\":{\"data_offsets\":[0,8],\"dtype\":\"F32\",\"shape\":[-2]}}",
        "{\"__metadata__\":{},\"a\":{\"data_offsets\":[0,8],\"dtype\":\"F32\","
            + "\"shape\":[65536,65536,65536,65536]}}",
        "{\"__metadata__\":{},\"a\":{\"data_offsets\":[0,8],\"dtype\":\"F32\",\"shape\":[2],"
            + "\"x\":1}}",
        "{\"__metadata__\":{},\"a b\":{\"data_offsets\":[0,8],\"dtype\":\"F32\",\"shape\":[2]}}",
        "{\"__metadata__\":{},\"a\":{\"data_offsets\":[0,4],\"dtype\":\"F32\",\"shape\":[1]},"
            + "\"b\":{\"data_offsets\":[0,4],\"dtype\":\"F32\",\"shape\":[1]}}",
        "{\"__metadata__\":{},\"a\":{\"data_offsets\":[4,8],\"dtype\":\"F32\",\"shape\":[1]},"
            + "\"b\":{\"data_offsets\":[0,4],\"dtype\":\"F32\",\"shape\":[1]}}",
        "{\"a\":{\"data_offsets\":[0,8],\"dtype\":\"F32\",\"shape\":[2]},\"__metadata__\":{}}",
        "{ \"__metadata__\":{},\"a\":{\"data_offsets\":[0,8],\"dtype\":\"F32\",\"shape\":[2]}}"
      })
  void headers_that_are_not_canonical_are_refused(String json) {
    byte[] header = padded(json);

    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> TensorFile.decode(bytes(header.length, header, 8)));
  }

  @Test
  void the_same_header_in_canonical_form_is_read_but_not_with_other_padding() {
    String json =
        "{\"__metadata__\":{},\"ab\":{\"data_offsets\":[0,8],\"dtype\":\"F32\",\"shape\":[2]}}";
    byte[] header = padded(json);

    assertThat(TensorFile.decode(bytes(header.length, header, 8)).tensors()).hasSize(1);
    assertRefused(bytes(json.length(), json.getBytes(StandardCharsets.UTF_8), 8));
    assertRefused(bytes(header.length + 8, padded(json + " ".repeat(8)), 8));
  }

  private static byte[] padded(String json) {
    byte[] header = Arrays.copyOf(json.getBytes(StandardCharsets.UTF_8), (json.length() + 7) & ~7);
    Arrays.fill(header, json.length(), header.length, (byte) ' ');
    return header;
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1, 81, 1 << 20, (1 << 20) + 8, Long.MAX_VALUE, Long.MIN_VALUE})
  void header_lengths_beyond_file_or_limit_are_refused(long length) {
    assertRefused(bytes(length, new byte[64], 8));
  }

  private static byte[] bytes(long length, byte[] header, int data) {
    return ByteBuffer.allocate(8 + header.length + data)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(header)
        .array();
  }

  @Test
  void a_nan_has_one_form() {
    float odd = Float.intBitsToFloat(0xffc12345);
    Parameters diverged = Parameters.of(SPEC, 1, 2, 3, 4, 5, 6, odd, 8, 9, 10);
    ModelFile file = ModelFile.of(diverged, new TreeMap<>(), new TreeMap<>());
    byte[] bytes = file.file().toByteArray();

    assertThat(diverged.nonFinite()).contains("bias");
    assertThat(PARAMETERS.nonFinite()).isEmpty();
    assertThat(ModelFile.decode(bytes.clone()).parameters(SPEC).nonFinite()).contains("bias");
    int nan = bytes.length - 6 * 4 - 3 * 4;
    assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(nan))
        .isEqualTo(0x7fc00000);
    bytes[nan] = 1;
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> ModelFile.decode(bytes))
        .withMessageContaining("bias: number 0");
  }

  @Test
  void a_file_with_other_parameters_than_the_studys_is_refused() {
    VectorSpec fewer = new VectorSpec(SPEC.tensors().subList(0, 2), List.of(), 32, 20);
    VectorSpec turned =
        new VectorSpec(
            List.of(tensor("weight", 3, 2), tensor("bias", 3), tensor("Out", 1)),
            List.of(),
            32,
            20);

    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> file().parameters(fewer))
        .withMessageContaining("3 parameter tensors, the study has 2");
    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> file().parameters(turned))
        .withMessageContaining("weight: has shape [2, 3], expected [3, 2]");
  }

  @Test
  void a_file_of_another_kind_or_a_newer_format_is_named() {
    TensorFile newer = new TensorFile.Builder().metadata("koinon.format", "koinon/model/2").build();

    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> new ModelFile(newer))
        .withMessageContaining("koinon/model/1");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ModelFile.of(
                    PARAMETERS, new TreeMap<>(), new TreeMap<>(Map.of("koinon.format", "x"))));
  }

  @Test
  void two_tensors_of_one_name_are_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ModelFile.of(
                    PARAMETERS, new TreeMap<>(Map.of("bias", List.of(1.0))), new TreeMap<>()))
        .withMessageContaining("bias");
  }

  @Test
  void the_result_of_a_statistics_study_is_a_file_of_doubles() {
    double[] mean = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1e-300};
    ModelFile file = ModelFile.ofStatistics(SPEC, RealVector.of(mean), new TreeMap<>());
    ModelFile read = ModelFile.decode(file.file().toByteArray());

    assertThat(read.preprocessing().get("bias")).containsExactly(0.7, 0.8, 0.9);
    assertThat(read.preprocessing().get("Out")).containsExactly(1e-300);
  }

  @Test
  void the_state_of_an_optimiser_comes_back_from_its_file() {
    for (ServerRule rule : ServerRule.values()) {
      OptimiserState initial = OptimiserState.initial(rule, SPEC);
      OptimiserState later =
          new OptimiserState(
              rule,
              41,
              initial.first() == null ? null : PARAMETERS,
              initial.second() == null ? null : PARAMETERS);
      TensorFile file = TensorFile.decode(later.toFile().toByteArray());

      assertThat(OptimiserState.of(file, rule, SPEC)).isEqualTo(later);
      assertThat(later.id()).isNotEqualTo(initial.id());
    }
  }

  @Test
  void the_state_of_another_rule_is_refused() {
    TensorFile yogi = OptimiserState.initial(ServerRule.FED_YOGI, SPEC).toFile();

    assertThatExceptionOfType(FormatException.class)
        .isThrownBy(() -> OptimiserState.of(yogi, ServerRule.FED_ADAM, SPEC))
        .withMessageContaining("koinon.rule: is not fed-adam");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OptimiserState(ServerRule.FED_ADAM, 1, PARAMETERS, null));
  }

  @Test
  void an_id_is_the_root_over_chunks_of_one_mebibyte() {
    byte[] bytes = new byte[(2 << 20) + 5];
    new Random(1).nextBytes(bytes);
    Digest expected =
        MerkleTree.rootOf(
            List.of(
                Arrays.copyOfRange(bytes, 0, 1 << 20),
                Arrays.copyOfRange(bytes, 1 << 20, 2 << 20),
                Arrays.copyOfRange(bytes, 2 << 20, bytes.length)));

    assertThat(Chunks.root(ByteBuffer.wrap(bytes))).isEqualTo(expected);
    assertThat(
            Chunks.root(
                ByteBuffer.wrap(bytes, 0, 17), ByteBuffer.wrap(bytes, 17, bytes.length - 17)))
        .isEqualTo(expected);
    assertThat(Chunks.root()).isEqualTo(Digest.sha256(new byte[0]));
    assertThat(Chunks.saltedRoot(new byte[32])).isEqualTo(MerkleTree.leafHash(new byte[32]));
  }

  @Test
  void parameters_are_read_by_tensor_and_cannot_be_written() {
    assertThat(PARAMETERS.tensor("bias").get(1)).isEqualTo(8);
    assertThat(PARAMETERS.tensor("weight").remaining()).isEqualTo(6);
    assertThat(PARAMETERS.buffer().isReadOnly()).isTrue();
    assertThat(PARAMETERS.minus(Parameters.zeros(SPEC)).toArray()).contains(10);
    assertThatIllegalArgumentException().isThrownBy(() -> PARAMETERS.tensor("none"));
    assertThatIllegalArgumentException().isThrownBy(() -> Parameters.of(SPEC, 1, 2));
  }
}
