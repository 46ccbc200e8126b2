package org.koinon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.koinon.federation.ledger.LedgerException;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

class MainTest {
  private static CommandLine line() {
    return Main.commandLine(
        new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()));
  }

  private static Stream<List<String>> commands() {
    List<List<String>> commands = new ArrayList<>();
    collect(line(), List.of(), commands);
    return commands.stream();
  }

  private static void collect(CommandLine line, List<String> path, List<List<String>> into) {
    into.add(path);
    line.getSubcommands()
        .forEach(
            (name, sub) -> {
              List<String> longer = new ArrayList<>(path);
              longer.add(name);
              collect(sub, longer, into);
            });
  }

  private static CommandLine at(List<String> path) {
    CommandLine line = line();
    for (String name : path) {
      line = Objects.requireNonNull(line.getSubcommands().get(name));
    }
    return line;
  }

  @ParameterizedTest
  @MethodSource("commands")
  void every_command_says_what_it_does_and_shows_an_example(List<String> path) {
    List<String> words = new ArrayList<>(path);
    words.add("--help");
    Run help = Run.koinon(words.toArray());
    assertThat(help.code()).isZero();
    assertThat(help.err()).isEmpty();
    assertThat(help.out()).startsWith("Usage: koinon").contains("Example");
    assertThat(help.out().substring(help.out().indexOf("Example"))).contains("koinon ");
    var spec = at(path).getCommandSpec();
    assertThat(spec.usageMessage().description()[0]).matches(".*[.?]");
    assertThat(spec.options())
        .filteredOn(option -> !option.hidden())
        .allSatisfy(
            option -> assertThat(option.description()).as(option.longestName()).isNotEmpty());
    assertThat(spec.positionalParameters())
        .allSatisfy(each -> assertThat(each.description()).as(each.paramLabel()).isNotEmpty());
  }

  @Test
  void a_group_without_a_command_is_bad_input_that_names_its_commands() {
    Run run = Run.koinon("study");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("koinon study: name one of: example, check, propose");
    assertThat(Run.koinon().code()).isEqualTo(2);
  }

  @Test
  void a_mistyped_command_or_option_is_bad_input_with_the_nearest_right_one() {
    assertThat(Run.koinon("studdy").code()).isEqualTo(2);
    assertThat(Run.koinon("studdy").err()).contains("koinon study");
    Run option = Run.koinon("study", "check", "--hospital", "3", "x.yaml");
    assertThat(option.code()).isEqualTo(2);
    assertThat(option.err()).contains("--hospitals");
  }

  @Test
  void a_name_is_refused_in_its_own_words() {
    Run run = Run.koinon("study", "enrol", "--config", "node.yaml", "Heart Study!");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("name of a study").doesNotContain("Exception");
  }

  @Test
  void the_version_names_koinon_and_java() {
    assertThat(Run.koinon("--version").out()).contains("koinon ", "Java 25");
  }

  @Test
  void the_completion_script_knows_every_command() {
    Run run = Run.koinon("completion");
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("complete -F _complete_koinon", "propose", "recompute");
  }

  @Test
  void every_option_with_a_long_name_is_listed_once() {
    assertThat(line().getCommandSpec().options().stream().map(OptionSpec::longestName))
        .doesNotHaveDuplicates();
  }

  @Test
  void a_stack_trace_shows_for_a_fault_of_ours_or_when_asked_for() {
    assertThat(fault(new IllegalStateException("odd"), false)).contains("1|", "odd", "\tat ");
    var away = new LedgerException(LedgerException.Advice.RETRY, "the ledger is away", null);
    assertThat(fault(away, false)).contains("1|", "try again").doesNotContain("\tat ");
    assertThat(fault(away, true)).contains("\tat ");
  }

  private static String fault(Exception fault, boolean verbose) {
    StringWriter err = new StringWriter();
    CommandLine line = line().setErr(new PrintWriter(err, true));
    ParseResult parsed = line.parseArgs();
    int code = new Faults(() -> verbose).handleExecutionException(fault, line, parsed);
    return code + "|" + err;
  }
}
