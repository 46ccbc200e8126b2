package org.koinon.peer.training.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.koinon.peer.dataset.Cohort;
import org.koinon.peer.dataset.DatasetSource;
import org.koinon.peer.dataset.DesignMatrix;
import org.koinon.peer.dataset.Fold;
import org.koinon.peer.dataset.HospitalDataset;
import org.koinon.peer.dataset.Preprocessor;
import org.koinon.peer.dataset.Standardisation;
import org.koinon.peer.dataset.StatisticsVector;
import org.koinon.peer.dataset.TableSchema;
import org.koinon.peer.training.Architecture;
import org.koinon.peer.training.Effort;
import org.koinon.peer.training.LocalOptimiser;
import org.koinon.peer.training.Metrics;
import org.koinon.peer.training.Model;
import org.koinon.peer.training.ParameterSet;
import org.koinon.peer.training.TrainingDevice;
import org.koinon.peer.training.TrainingPlan;

/**
 * FLamby's FedAvg on Fed-Heart-Disease (du Terrail et al. 2022): 15 rounds of 100 updates of batch
 * 4, SGD 1e-3, averages weighted by rows, each site standardised by itself, five seeds.
 */
@Tag("data")
class FlambyFedAvgDataTest {
  private static final Architecture LOGISTIC = new Architecture.Logistic();
  private static final List<String> SITES = List.of("cleveland", "hungarian", "switzerland", "va");
  private static final int ROUNDS = 15;

  /** One hospital: own rows by own scale, test rows also by the pooled scale. */
  private record Site(DesignMatrix train, DesignMatrix test, DesignMatrix pooledTest) {}

  @Test
  void fedavg_is_as_accurate_as_published() {
    List<Site> sites = sites();
    double client = 0;
    double pooled = 0;
    for (long seed = 42; seed <= 46; seed++) {
      Model model = Model.of(LOGISTIC, fedAvg(sites, seed));
      Metrics all = Metrics.NONE;
      for (Site site : sites) {
        client += Metrics.of(model, site.test()).accuracy().orElseThrow() / SITES.size() / 5;
        all = all.plus(Metrics.of(model, site.pooledTest()));
      }
      pooled += all.accuracy().orElseThrow() / 5;
    }
    System.out.printf("FedAvg: mean of clients %.4f, pooled test %.4f%n", client, pooled);
    assertThat(client).as("mean of the clients' tests").isCloseTo(0.685, within(2 * 0.0283));
    assertThat(pooled).as("pooled test").isCloseTo(0.748, within(2 * 0.0268));
  }

  private static ParameterSet fedAvg(List<Site> sites, long seed) {
    var trainer = new DjlTrainer(TrainingDevice.CPU, 1);
    ParameterSet global = LOGISTIC.initial(13, seed);
    long done = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<ParameterSet> trained = new ArrayList<>();
      for (int s = 0; s < sites.size(); s++) {
        var plan =
            new TrainingPlan(
                LOGISTIC,
                new LocalOptimiser.Sgd(1e-3),
                4,
                new Effort.Updates(100),
                TrainingPlan.Penalty.NONE,
                seed * 100 + s);
        trained.add(trainer.train(global, sites.get(s).train(), plan, done).parameters());
      }
      done += 100;
      global = average(trained, sites);
    }
    return global;
  }

  private static ParameterSet average(List<ParameterSet> trained, List<Site> sites) {
    double rows = sites.stream().mapToInt(site -> site.train().rows()).sum();
    float[] mean = new float[trained.getFirst().size()];
    for (int i = 0; i < mean.length; i++) {
      double sum = 0;
      for (int s = 0; s < trained.size(); s++) {
        sum += trained.get(s).at(i) * sites.get(s).train().rows() / rows;
      }
      mean[i] = (float) sum;
    }
    return ParameterSet.of(trained.getFirst().shapes(), mean);
  }

  private static List<Site> sites() {
    TableSchema schema = TableSchema.named("heart-disease");
    Path folder = Path.of(System.getProperty("koinon.data"), "fed-heart-disease");
    List<HospitalDataset> datasets = new ArrayList<>();
    double[] sums = new double[StatisticsVector.names(schema).size()];
    for (String name : SITES) {
      var source =
          DatasetSource.of(folder.resolve("processed." + name + ".data"), schema).forSite(name);
      HospitalDataset dataset = HospitalDataset.open(source);
      double[] values = StatisticsVector.of(dataset.cohort(Fold.TRAIN, id -> true)).values();
      for (int i = 0; i < sums.length; i++) {
        sums[i] += values[i];
      }
      datasets.add(dataset);
    }
    Preprocessor pooled = Preprocessor.from(schema, sums);
    List<Site> sites = new ArrayList<>();
    for (HospitalDataset dataset : datasets) {
      Cohort train = dataset.cohort(Fold.TRAIN, id -> true);
      Cohort test = dataset.cohort(Fold.TEST, id -> true);
      Preprocessor own = Preprocessor.fit(train, Standardisation.LOCAL);
      sites.add(new Site(train.design(own), test.design(own), test.design(pooled)));
    }
    return sites;
  }
}
