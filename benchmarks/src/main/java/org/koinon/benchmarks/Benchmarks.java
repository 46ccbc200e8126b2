package org.koinon.benchmarks;

import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the benchmarks; takes JMH's options, such as a part of a name.
 *
 * <p>{@code mvn -q -pl benchmarks -am -DskipTests package dependency:build-classpath
 * -Dmdep.outputFile=target/classpath && java -cp benchmarks/target/classes:$(cat
 * benchmarks/target/classpath) org.koinon.benchmarks.Benchmarks}
 */
public final class Benchmarks {
  private Benchmarks() {}

  /** Runs those that the arguments name, or all. */
  public static void main(String[] arguments) throws RunnerException, CommandLineOptionException {
    Options given = new CommandLineOptions(arguments);
    OptionsBuilder options = new OptionsBuilder();
    options.parent(given);
    if (given.getIncludes().isEmpty()) {
      options.include("org\\.koinon\\.benchmarks\\..*");
    }
    new Runner(options.build()).run();
  }
}
