package org.koinon.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.aggregation.model.OptimiserState;
import org.koinon.aggregation.model.Parameters;
import org.koinon.aggregation.model.RealVector;
import org.koinon.aggregation.optimiser.ServerStep;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.ServerRule;
import org.koinon.federation.study.StudyId;
import org.koinon.federation.study.TensorSpec;
import org.koinon.federation.study.VectorSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * These tests compare with vectors.json bit for bit. {@code check_aggregation.py} computes the same
 * bytes, roots and numbers without any of this code, all but the id of the optimiser's state.
 */
class GoldenVectorsTest {
  private final JsonNode vectors = read();
  private final VectorSpec spec = spec(vectors.path("spec"));

  @Test
  void encodes_to_the_given_words() {
    for (JsonNode site : vectors.path("sites")) {
      assertThat(hex(encode(spec, site).model())).isEqualTo(site.path("model").asString());
      assertThat(hex(encode(spec, site).metrics())).isEqualTo(site.path("block1").asString());
    }
  }

  @Test
  void encodes_to_words_of_sixteen_and_sixty_four_bits() {
    for (JsonNode one : vectors.path("otherWords")) {
      Blocks blocks = encode(spec(one.path("spec")), one);
      assertThat(hex(blocks.model())).isEqualTo(one.path("model").asString());
      assertThat(hex(blocks.metrics())).isEqualTo(one.path("block1").asString());
    }
  }

  @Test
  void commits_to_the_given_roots() {
    for (Contribution contribution : contributions()) {
      JsonNode site = vectors.path("sites").get(index(contribution.contributor()));
      assertThat(contribution.root().hex()).isEqualTo(site.path("root").asString());
      for (Piece piece : contribution.pieces()) {
        assertThat(piece.shardRoot().hex())
            .isEqualTo(site.path("shardRoots").get(piece.shard()).asString());
        assertThat(piece.path().stream().map(Digest::hex).toList())
            .isEqualTo(texts(site.path("paths").get(piece.shard())));
      }
    }
  }

  @Test
  void commits_to_the_given_updates() {
    StudyId study = new StudyId(vectors.path("study").asString());
    ModelId base = new ModelId(vectors.path("base").asString());
    for (JsonNode site : vectors.path("sites")) {
      Digest commitment =
          UpdateCommitment.of(study, base, member(site), salt(site), encode(spec, site));
      assertThat(commitment.hex()).isEqualTo(site.path("commitment").asString());
    }
  }

  @Test
  void sums_to_the_given_roots() {
    List<String> roots =
        Studies.sums(layout(), contributions()).stream().map(sum -> sum.root().hex()).toList();

    assertThat(roots).isEqualTo(texts(vectors.path("sumRoots")));
  }

  @Test
  void decodes_to_the_given_mean() {
    Blocks sum = Aggregation.join(layout(), Studies.sums(layout(), contributions()));

    Decoded decoded = Aggregation.decode(spec, sum, 4, 3);

    assertThat(decoded)
        .isInstanceOfSatisfying(
            Decoded.Mean.class,
            mean -> {
              assertThat(mean.update().toArray()).isEqualTo(doubles(vectors.path("mean")));
              assertThat(mean.weight()).isEqualTo(vectors.path("weight").asDouble());
              assertThat(mean.metrics())
                  .containsExactly(
                      Map.entry("auc", vectors.path("metrics").path("auc").asDouble()),
                      Map.entry("loss", vectors.path("metrics").path("loss").asDouble()));
            });
  }

  @Test
  void writes_the_given_model_file() {
    JsonNode model = vectors.path("model");
    TreeMap<String, List<Double>> preprocessing = new TreeMap<>();
    for (String name : List.of("means", "sds")) {
      preprocessing.put(name, boxed(doubles(model.path(name))));
    }
    TreeMap<String, String> metadata = new TreeMap<>();
    model
        .path("metadata")
        .properties()
        .forEach(e -> metadata.put(e.getKey(), e.getValue().asString()));

    ModelFile file = ModelFile.of(parameters(model.path("parameters")), preprocessing, metadata);

    assertThat(HexFormat.of().formatHex(file.file().toByteArray()))
        .isEqualTo(model.path("bytes").asString());
    assertThat(file.id().hex()).isEqualTo(model.path("id").asString());
  }

  @Test
  void steps_to_the_given_parameters_and_moments() {
    JsonNode all = vectors.path("optimisers");
    for (JsonNode one : all.path("rules")) {
      ServerOptimiser optimiser = optimiser(one);
      OptimiserState state = OptimiserState.initial(optimiser.rule(), spec);
      Parameters parameters = parameters(all.path("base"));
      for (int step = 0; step < 2; step++) {
        RealVector delta = RealVector.of(doubles(all.path("deltas").get(step)));
        ServerStep next =
            ServerStep.of(spec, optimiser, new ServerStep.Base(parameters, state), delta);
        parameters = next.parameters();
        state = next.state();
        JsonNode expected = one.path("steps").get(step);
        assertThat(parameters).isEqualTo(parameters(expected.path("parameters")));
        Parameters first = state.first();
        Parameters second = state.second();
        assertThat(first == null || first.equals(parameters(expected.path("m")))).isTrue();
        assertThat(second == null || second.equals(parameters(expected.path("v")))).isTrue();
      }
      assertThat(state.id().hex()).isEqualTo(one.path("stateId").asString());
    }
  }

  private static ServerOptimiser optimiser(JsonNode one) {
    ServerRule rule =
        List.of(ServerRule.values()).stream()
            .filter(r -> RecordCodec.name(r).equals(one.path("rule").asString()))
            .findFirst()
            .orElseThrow();
    return new ServerOptimiser(
        rule,
        new Decimal(one.path("learningRate").asString()),
        new Decimal(one.path("beta1").asString()),
        new Decimal(one.path("beta2").asString()),
        new Decimal(one.path("tau").asString()));
  }

  private List<Contribution> contributions() {
    List<Contribution> contributions = new ArrayList<>();
    for (JsonNode site : vectors.path("sites")) {
      contributions.add(Contribution.cut(layout(), member(site), encode(spec, site), salt(site)));
    }
    return contributions;
  }

  private ShardLayout layout() {
    List<MemberId> line = new ArrayList<>();
    vectors.path("sites").forEach(site -> line.add(member(site)));
    Digest context = new Digest(vectors.path("context").asString());
    return new ShardLayout(context, spec, new ShardMap(line, 2));
  }

  private int index(MemberId member) {
    return layout().map().line().indexOf(member);
  }

  private static MemberId member(JsonNode site) {
    return new MemberId(site.path("member").asString());
  }

  private static Salt salt(JsonNode site) {
    return new Salt(site.path("salt").asString());
  }

  private static Blocks encode(VectorSpec spec, JsonNode site) {
    Weight weight = new Weight(site.path("units").asLong(), site.path("cap").asLong());
    RealVector update = RealVector.of(doubles(site.path("update")));
    return FixedPoint.encode(spec, weight, update, boxed(doubles(site.path("metrics"))));
  }

  private Parameters parameters(JsonNode numbers) {
    float[] data = new float[numbers.size()];
    IntStream.range(0, data.length).forEach(i -> data[i] = (float) numbers.get(i).asDouble());
    return Parameters.wrap(spec, data);
  }

  private static VectorSpec spec(JsonNode json) {
    List<TensorSpec> tensors = new ArrayList<>();
    for (JsonNode tensor : json.path("tensors")) {
      List<Integer> shape = new ArrayList<>();
      tensor.path("shape").forEach(size -> shape.add(size.asInt()));
      tensors.add(
          new TensorSpec(
              tensor.path("name").asString(),
              shape,
              new Decimal(tensor.path("clip").asString()),
              new Decimal(tensor.path("norm").asString()),
              tensor.path("fractionBits").asInt()));
    }
    return new VectorSpec(
        tensors,
        texts(json.path("metrics")),
        json.path("wordBits").asInt(),
        json.path("metricFractionBits").asInt());
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(item -> texts.add(item.asString()));
    return texts;
  }

  private static double[] doubles(JsonNode array) {
    double[] numbers = new double[array.size()];
    IntStream.range(0, numbers.length).forEach(i -> numbers[i] = array.get(i).asDouble());
    return numbers;
  }

  private static List<Double> boxed(double[] numbers) {
    return DoubleStream.of(numbers).boxed().toList();
  }

  private static String hex(Words words) {
    byte[] bytes = new byte[words.sizeBytes()];
    words.buffer().get(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static JsonNode read() {
    try (InputStream in = GoldenVectorsTest.class.getResourceAsStream("vectors.json")) {
      return JsonMapper.shared().readTree(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
