package org.koinon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.audit.anchor.EvmAddress;
import org.koinon.audit.anchor.LocalChain;
import org.koinon.peer.ledger.CheckpointBook;
import org.koinon.peer.ledger.NodeLedger;
import org.koinon.peer.node.NodeHome;
import org.koinon.peer.round.Pen;

/**
 * The commands of docs/anchor.md in their order, on a real EVM node that makes blocks by itself.
 */
@Tag("anchor")
@Timeout(300)
class AnchorWalkTest {
  private static final String CONFIRMATIONS = "2";

  /** So many that a command is still at work when the test stops the node. */
  private static final String MANY = "9";

  @TempDir private Path folder;
  private Path anvil = Path.of("anvil");
  private Path passphrase = Path.of("passphrase");
  private LocalChain chain;
  private Founded founded;

  @BeforeEach
  void found() throws IOException {
    anvil = Anvil.program();
    chain = LocalChain.start(anvil, folder.resolve("anvil.log"), options());
    founded = Founded.in(folder);
    passphrase =
        Files.createFile(
            folder.resolve("passphrase"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(passphrase, "a passphrase\n");
  }

  @AfterEach
  void stop() {
    chain.close();
  }

  private List<String> options() {
    return List.of(
        "--block-time",
        "1",
        "--preserve-historical-states",
        "--state",
        folder.resolve("state.json").toString());
  }

  private static Run ok(Object... words) {
    Run run = Run.koinon(words);
    assertThat(run.code()).as(run.out() + run.err()).isZero();
    return run;
  }

  private String key(Path file) {
    return ok("anchor", "key", file, "--passphrase-file", passphrase).out().strip();
  }

  private Path keystore(String member) {
    return founded.folder().resolve(member).resolve("keys/anchor.json");
  }

  /** As a node that runs does every now and then. */
  private Path checkpoint(String member) {
    NodeHome home = founded.home(member);
    Pen.Author author = home.author();
    try (NodeLedger ledger = home.ledger(home.own("registrar.pin"))) {
      var _ = new CheckpointBook(home.checkpoints(), ledger).sign(author.member(), author.key());
    } finally {
      author.key().close();
    }
    return home.checkpoint();
  }

  private Object[] spending(String command, Object... more) {
    return spending(command, CONFIRMATIONS, List.of(more));
  }

  private Object[] spending(String command, String confirmations, List<Object> more) {
    List<Object> words = new ArrayList<>(List.of("anchor", command));
    words.addAll(List.of("--rpc", chain.url(), "--chain", chain.chain()));
    words.addAll(List.of("--payer", folder.resolve("payer.json"), "--passphrase-file", passphrase));
    words.addAll(List.of("--confirmations", confirmations, "--patience", "2"));
    words.addAll(more);
    return words.toArray();
  }

  private Object[] asking(String command, String contract, Object... more) {
    List<Object> words = new ArrayList<>(List.of("--contract", contract));
    words.addAll(List.of(more));
    return asking(command, CONFIRMATIONS, words);
  }

  private Object[] asking(String command, String confirmations, List<Object> more) {
    List<Object> words = new ArrayList<>(List.of("anchor", command));
    words.addAll(List.of("--rpc", chain.url(), "--chain", chain.chain()));
    words.addAll(List.of("--confirmations", confirmations));
    words.addAll(more);
    return words.toArray();
  }

  /** Keys of all members and of who pays, and the contract. */
  private String deployed() {
    String payer = key(folder.resolve("payer.json"));
    chain.fund(new EvmAddress(payer), 1);
    List<Object> keys = new ArrayList<>(List.of("--key"));
    Founded.MEMBERS.forEach(member -> keys.add(key(keystore(member))));
    Run deployed = ok(spending("deploy", keys.toArray()));
    assertThat(deployed.err()).contains("3 of 4 keys must sign");
    assertThat(deployed.out()).matches("0x[0-9a-fA-F]{40}\\R");
    return deployed.out().strip();
  }

  private Path signed(String member, String contract, Path checkpoint) {
    Path out = folder.resolve(member + ".anchor-signature");
    Run run =
        ok(
            Stream.of(
                    List.of("anchor", "sign", "--chain", chain.chain(), "--contract", contract),
                    List.of("--ledger", founded.ledger(), "--keystore", keystore(member)),
                    List.of("--passphrase-file", passphrase, "--out", out, checkpoint))
                .flatMap(List::stream)
                .toArray());
    assertThat(run.out()).startsWith("signed ").contains("entries of heart as 0x");
    return out;
  }

  private Run audit(Path ledger, String contract) {
    return Run.koinon(
        "audit",
        "verify",
        ledger,
        "--anchor",
        chain.url(),
        "--contract",
        contract,
        "--chain",
        chain.chain(),
        "--confirmations",
        CONFIRMATIONS);
  }

  private record Running(FutureTask<Integer> code, Said out, Said err) {}

  /** Runs a command beside the test. */
  private static Running start(Object... words) {
    Said out = new Said();
    Said err = new Said();
    List<String> args = Stream.of(words).map(String::valueOf).toList();
    Callable<Integer> command =
        () -> {
          try {
            return Main.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
          } finally {
            out.end();
            err.end();
          }
        };
    FutureTask<Integer> task = new FutureTask<>(command);
    Thread.ofVirtual().start(task);
    return new Running(task, out, err);
  }

  @Test
  void a_ledger_is_anchored_watched_and_verified() throws Exception {
    ok("study", "list", "--config", founded.node("athens"));
    Path before = Files.copy(founded.ledger(), folder.resolve("before.db"));
    ok("study", "propose", "--config", founded.node("athens"), founded.study());
    String contract = deployed();
    Path checkpoint = checkpoint("athens");
    Run early = Run.koinon(asking("verify", contract, checkpoint));
    assertThat(early.code()).isEqualTo(1);
    assertThat(early.out()).startsWith("not anchored");
    assertThat(audit(founded.ledger(), contract).out()).contains("ANCHOR_MISSING");
    Running watch =
        start(
            asking(
                "watch",
                contract,
                "--origin",
                "heart",
                "--until",
                "2",
                "--every",
                "1",
                "--patience",
                "5"));
    Path first = signed("athens", contract, checkpoint);
    Path second = signed("basel", contract, checkpoint);
    Run few =
        Run.koinon(
            spending("publish", "--contract", contract, checkpoint, "--signature", first, second));
    assertThat(few.code()).as("two of the three signatures that it takes").isNotZero();

    Run published =
        ok(
            spending(
                "publish",
                "--contract",
                contract,
                checkpoint,
                "--signature",
                first,
                second,
                signed("cork", contract, checkpoint)));

    assertThat(published.out()).contains("2 entries of heart are anchored in block", "gas");
    assertThat(watch.code().get()).isZero();
    assertThat(watch.out().text()).contains("counts   2 entries");
    assertThat(ok(asking("verify", contract, checkpoint)).out()).startsWith("anchored: 2 entries");
    assertThat(
            ok(spending(
                    "publish",
                    "--contract",
                    contract,
                    checkpoint,
                    "--signature",
                    first,
                    second,
                    folder.resolve("cork.anchor-signature")))
                .out())
        .as("what is anchored is not anchored twice")
        .contains("another member's transaction did it");
    Run whole = audit(founded.ledger(), contract);
    assertThat(whole.code()).as(whole.out()).isZero();
    assertThat(whole.out()).contains("VERIFIED", "the first 2 entries stood so");
    Run cut = audit(before, contract);
    assertThat(cut.code()).isEqualTo(1);
    assertThat(cut.out()).contains("LOG_CUT");
  }

  @Test
  void publishing_and_watching_go_on_when_the_node_comes_back() throws Exception {
    ok("study", "list", "--config", founded.node("athens"));
    String contract = deployed();
    Path checkpoint = checkpoint("basel");
    List<Path> signatures =
        Stream.of("athens", "basel", "delft").map(m -> signed(m, contract, checkpoint)).toList();
    Running watch =
        start(
            asking(
                "watch",
                MANY,
                List.of(
                    "--contract",
                    contract,
                    "--origin",
                    "heart",
                    "--until",
                    "1",
                    "--every",
                    "1",
                    "--patience",
                    "5")));
    List<Object> words =
        new ArrayList<>(List.of("--contract", contract, checkpoint, "--signature"));
    words.addAll(signatures);
    Running publish = start(spending("publish", MANY, words));
    watch.out().await("seen     1 entries");

    chain.close();
    watch.err().await("does not answer");
    publish.err().await("does not answer");
    chain =
        LocalChain.start(
            anvil, folder.resolve("anvil.log"), chain.url().uri().getPort(), options());

    assertThat(watch.code().get()).isZero();
    assertThat(watch.err().text()).contains("the node answers again");
    assertThat(watch.out().text()).contains("counts   1 entries");
    assertThat(publish.code().get()).as(publish.err().text()).isZero();
    assertThat(publish.out().text()).contains("1 entries of heart are anchored in block");
  }
}
