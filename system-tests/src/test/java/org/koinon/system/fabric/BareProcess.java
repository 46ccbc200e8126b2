package org.koinon.system.fabric;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.study.MemberId;
import org.koinon.network.node.HostPort;

/** Another chaincode in the place of a member's own. */
final class BareProcess {
  private static final String MAIN = "org.koinon.chaincode.BarePut";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long STEP_MILLIS = 50;

  private BareProcess() {}

  /**
   * The chaincode that only puts: see {@link #instead(RealNetwork, MemberId, Path, Path, String)}.
   *
   * @param reads how many keys it reads before
   */
  static Process instead(RealNetwork real, MemberId member, Path log, int reads)
      throws IOException, InterruptedException {
    return instead(
        real, member, log, RealNetwork.jar(), MAIN, Map.of("BARE_READS", Integer.toString(reads)));
  }

  /**
   * Ends the member's chaincode and serves at its address, with its keys, under its package id.
   *
   * @param jar the chaincode's libraries, and perhaps itself
   * @param main what serves
   */
  static Process instead(RealNetwork real, MemberId member, Path log, Path jar, String main)
      throws IOException, InterruptedException {
    return instead(real, member, log, jar, main, Map.of());
  }

  private static Process instead(
      RealNetwork real,
      MemberId member,
      Path log,
      Path jar,
      String main,
      Map<String, String> environment)
      throws IOException, InterruptedException {
    HostPort address = real.node("chaincode." + member).address();
    real.kill("chaincode." + member);
    Path tls =
        real.folder()
            .resolve("organisations")
            .resolve(member.value())
            .resolve("chaincode")
            .resolve("tls");
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                jar + File.pathSeparator + tests(),
                main));
    builder.environment().putAll(environment);
    builder
        .environment()
        .putAll(
            Map.of(
                "CHAINCODE_SERVER_ADDRESS", address.toString(),
                "CHAINCODE_ID", packageId(real),
                "CHAINCODE_TLS_KEY", tls.resolve("tls.key").toString(),
                "CHAINCODE_TLS_CERT", tls.resolve("tls.crt").toString(),
                "CHAINCODE_CLIENT_CA_CERT", tls.resolve("ca.crt").toString()));
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    awaitListening(process, address, log);
    return process;
  }

  private static void awaitListening(Process process, HostPort address, Path log)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end && !process.waitFor(STEP_MILLIS, TimeUnit.MILLISECONDS)) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(address.host(), address.port()));
        return;
      } catch (IOException e) {
        // not yet
      }
    }
    process.destroyForcibly();
    throw new IllegalStateException("it does not listen: " + Files.readString(log));
  }

  private static String packageId(RealNetwork real) throws IOException {
    byte[] tgz = Files.readAllBytes(real.folder().resolve("chaincode.tgz"));
    return "federation_1:" + Digest.sha256(tgz).hex();
  }

  private static Path tests() {
    try {
      return Path.of(BareProcess.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
