package org.koinon.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.koinon.benchmarks.HeartStudy.Published;
import org.koinon.cli.report.StudyReport;

/** The figures as Markdown. */
final class HeartTable {
  private final StringBuilder text = new StringBuilder();

  HeartTable() {}

  /** A heading. */
  HeartTable section(String title) {
    text.append("\n### ").append(title).append("\n\n");
    return this;
  }

  /** A sentence. */
  HeartTable line(String sentence) {
    text.append(sentence).append('\n');
    return this;
  }

  /** The head of a table of {@link #scores}. */
  HeartTable scoresHead() {
    return row(
            "method",
            "mean of 4 clients: accuracy",
            "FLamby",
            "Pooled Test (pooled scale): accuracy",
            "FLamby",
            "pooled test, study's scale: accuracy",
            "mean of 4 clients: AUC",
            "pooled test, study's scale: AUC")
        .rule(8);
  }

  /** A method's row: mean and standard deviation over the seeds. */
  HeartTable scores(String name, List<HeartScore> scores, Optional<Published> published) {
    return row(
        name,
        spread(scores, HeartScore::clientAccuracy),
        published.map(figures -> figures.clients().toString()).orElse("-"),
        spread(scores, score -> score.pooled().accuracy().orElseThrow()),
        published.map(figures -> figures.pooled().toString()).orElse("-"),
        spread(scores, score -> score.own().accuracy().orElseThrow()),
        spread(scores, HeartScore::clientAuc),
        spread(scores, score -> score.own().auc().orElseThrow()));
  }

  /** The head of a table of {@link #hospitals}. */
  HeartTable hospitalsHead(List<String> names) {
    StringJoiner head = new StringJoiner(" | ", "| method | ", " |");
    names.forEach(name -> head.add(name + ": accuracy / AUC"));
    return line(head.toString()).rule(names.size() + 1);
  }

  /** A method's row: each hospital's mean over the seeds. */
  HeartTable hospitals(String name, List<HeartScore> scores) {
    int count = scores.getFirst().clients().size();
    String cells =
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    mean(scores, s -> s.clients().get(i).accuracy())
                        + " / "
                        + mean(scores, s -> s.clients().get(i).auc()))
            .collect(Collectors.joining(" | "));
    return line("| " + name + " | " + cells + " |");
  }

  /** What no model at all gets right, in the table of {@link #hospitals}. */
  HeartTable majority(List<Double> accuracies) {
    return line(
        "| Majority vote of the training rows | "
            + accuracies.stream()
                .map(accuracy -> String.format(Locale.ROOT, "%.3f / -", accuracy))
                .collect(Collectors.joining(" | "))
            + " |");
  }

  /** The head of a table of {@link #yardsticks}. */
  HeartTable yardsticksHead() {
    return row(
            "method",
            "together, by this study",
            "all rows in one place, as many updates",
            "each hospital alone, as many updates as it did")
        .rule(4);
  }

  /** A method's row: accuracy on all test rows beside training centrally and alone. */
  HeartTable yardsticks(String name, List<StudyReport> reports) {
    return row(
        name,
        spread(reports, report -> report.federated().accuracy().orElseThrow()),
        spread(reports, report -> report.central().orElseThrow().accuracy().orElseThrow()),
        spread(reports, report -> report.local().accuracy().orElseThrow()));
  }

  private HeartTable row(String... cells) {
    return line("| " + String.join(" | ", cells) + " |");
  }

  private HeartTable rule(int columns) {
    return line("|" + "---|".repeat(columns));
  }

  private static <T> String spread(List<T> runs, ToDoubleFunction<T> figure) {
    return Spread.of(runs.stream().map(figure::applyAsDouble).toList()).toString();
  }

  private static String mean(List<HeartScore> scores, Function<HeartScore, OptionalDouble> figure) {
    OptionalDouble mean =
        scores.stream().flatMapToDouble(score -> figure.apply(score).stream()).average();
    return mean.isPresent() ? String.format(Locale.ROOT, "%.3f", mean.getAsDouble()) : "-";
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
