package org.koinon.peer.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Aggregate figures of real hospitals that made-up patients are drawn from. */
record SyntheticAggregates(String note, List<String> features, List<Hospital> hospitals) {
  private static final String RESOURCE = "/synthetic/heart-disease-aggregates.json";

  /** One hospital: figures in the order of the features. */
  record Hospital(
      String name,
      int rows,
      double prevalence,
      List<Double> sd,
      List<Double> meanNegative,
      List<Double> meanPositive,
      Map<String, Double> missing,
      double cholesterolZeroShare) {}

  static SyntheticAggregates load() {
    try (InputStream in = SyntheticAggregates.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("The jar lacks " + RESOURCE);
      }
      return JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build()
          .readValue(in, SyntheticAggregates.class);
    } catch (IOException e) {
      throw new IllegalStateException("The jar cannot be read", e);
    }
  }
}
