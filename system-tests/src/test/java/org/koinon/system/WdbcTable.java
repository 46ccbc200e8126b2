package org.koinon.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.aggregation.robust.Attack;
import org.koinon.peer.dataset.DesignMatrix;
import org.koinon.peer.dataset.Fold;
import org.koinon.peer.round.Site;
import org.koinon.peer.site.StudyDraft;

/**
 * Every robust rule against every attack on WDBC, as Markdown: 11 hospitals, 3 of them hostile.
 *
 * <p>Arguments: the data folder, how many seeds.
 */
final class WdbcTable {
  static final int PEERS = 11;
  static final int HOSTILE = 3;
  static final int ROUNDS = 20;
  static final long FIRST_SEED = 42;

  /** Sections of the study file by the name of the rule. */
  static final Map<String, String> RULES = rules();

  private WdbcTable() {}

  private static Map<String, String> rules() {
    Map<String, String> rules = new LinkedHashMap<>();
    rules.put("mean", "");
    for (String rule :
        List.of("median", "trimmed-mean", "krum", "multi-krum", "geometric-median")) {
      rules.put(rule, "robust: {rule: " + rule + ", tolerated: " + HOSTILE + "}");
    }
    for (String rule : List.of("centred-clipping", "norm-bound")) {
      rules.put(rule, "robust: {rule: " + rule + ", tolerated: " + HOSTILE + ", radius: 0.3}");
    }
    return rules;
  }

  /** What hostile members do; the honest do nothing of it. */
  enum Behaviour {
    NO_ATTACK(null),
    SIGN_FLIP(Attack.SIGN_FLIP),
    MINUS_EIGHT(Attack.MINUS_EIGHT),
    LABEL_FLIP(null),
    CONSTANT(Attack.CONSTANT),
    FREE_RIDER(Attack.FREE_RIDER),
    INNER_PRODUCT(Attack.INNER_PRODUCT),
    ALIE(Attack.ALIE);

    private final @Nullable Attack attack;

    Behaviour(@Nullable Attack attack) {
      this.attack = attack;
    }

    /** What each hospital does; {@code own} and {@code turned} by its number. */
    List<Site> sites(IntFunction<? extends Site> own, IntFunction<? extends Site> turned) {
      List<Site> honest = new ArrayList<>();
      IntStream.range(0, PEERS).filter(i -> !isHostile(i)).forEach(i -> honest.add(own.apply(i)));
      List<Site> sites = new ArrayList<>();
      for (int peer = 0; peer < PEERS; peer++) {
        Site one = this == LABEL_FLIP && isHostile(peer) ? turned.apply(peer) : own.apply(peer);
        sites.add(
            attack != null && isHostile(peer) ? new HostileSite(one, honest, attack, PEERS) : one);
      }
      return sites;
    }

    private static boolean isHostile(int peer) {
      return peer % 4 == 1;
    }
  }

  /** Hospitals of one seed, each table read once. */
  record Dealt(long seed, Wdbc wdbc, List<Site> own, List<Site> turned, DesignMatrix testRows) {
    /** Of that many seeds from {@link #FIRST_SEED} on. */
    static List<Dealt> of(Path data, Path folder, int seeds) {
      return LongStream.range(FIRST_SEED, FIRST_SEED + seeds)
          .mapToObj(seed -> deal(data, folder.resolve("seed-" + seed), seed))
          .toList();
    }

    private static Dealt deal(Path data, Path tables, long seed) {
      try {
        Wdbc wdbc = Wdbc.deal(data, Files.createDirectory(tables), PEERS, seed);
        List<Site> own = new ArrayList<>();
        List<Site> turned = new ArrayList<>();
        for (int peer = 0; peer < PEERS; peer++) {
          own.add(new WdbcSite(wdbc.rows(wdbc.site(peer), Fold.TRAIN)));
          turned.add(new WdbcSite(wdbc.rows(wdbc.turnedSite(peer), Fold.TRAIN)));
        }
        return new Dealt(seed, wdbc, own, turned, wdbc.testRows());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** What the study is, under that rule. */
    StudyDraft draft(String rule) {
      return wdbc.study(ROUNDS, seed, Objects.requireNonNull(RULES.get(rule), rule));
    }

    /** What comes of it. */
    ModelFile model(StudyDraft draft, Behaviour behaviour) {
      return WdbcRounds.run(draft, behaviour.sites(own::get, turned::get));
    }

    double accuracy(String rule, Behaviour behaviour) {
      StudyDraft draft = draft(rule);
      return Wdbc.accuracy(draft.study(), model(draft, behaviour), testRows);
    }
  }

  public static void main(String[] arguments) throws IOException {
    List<Dealt> dealt =
        Dealt.of(
            Path.of(arguments[0]),
            Files.createTempDirectory("koinon-wdbc-"),
            Integer.parseInt(arguments[1]));
    StringBuilder head = new StringBuilder("| rule |");
    for (Behaviour behaviour : Behaviour.values()) {
      head.append(' ').append(behaviour.name().toLowerCase(Locale.ROOT)).append(" |");
    }
    System.out.println(head);
    System.out.println("|---|" + "---|".repeat(Behaviour.values().length));
    for (String rule : RULES.keySet()) {
      System.out.print("| " + rule + " |");
      for (Behaviour behaviour : Behaviour.values()) {
        double[] found = dealt.stream().mapToDouble(one -> one.accuracy(rule, behaviour)).toArray();
        System.out.print(" " + spread(found) + " |");
      }
      System.out.println();
    }
  }

  private static String spread(double[] found) {
    double mean = Arrays.stream(found).average().orElseThrow();
    double squares = Arrays.stream(found).map(x -> (x - mean) * (x - mean)).sum();
    return String.format(
        Locale.ROOT,
        "%.3f ± %.3f (%.3f)",
        mean,
        Math.sqrt(squares / Math.max(1, found.length - 1)),
        Arrays.stream(found).min().orElseThrow());
  }
}
