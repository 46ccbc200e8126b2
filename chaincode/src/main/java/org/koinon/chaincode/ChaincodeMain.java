package org.koinon.chaincode;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;
import org.hyperledger.fabric.shim.ChaincodeServer;
import org.hyperledger.fabric.shim.NettyChaincodeServer;

/**
 * The chaincode as a service: a process of its own that Fabric peers dial, by mutual TLS alone.
 *
 * <p>Reads {@link ServiceSettings} from the environment; a setting that is missing or unusable is
 * said in one line each and ends the process with status 2.
 */
public final class ChaincodeMain {
  private static final int BAD_SETTINGS = 2;

  private ChaincodeMain() {}

  /** Serves until the process is stopped. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int status = run(System.getenv(), System.err, ChaincodeMain::serve);
    if (status != 0) {
      System.exit(status);
    }
  }

  /** What serves, once the settings are known to be good. */
  interface Service {
    /** Returns when the service ends. */
    void serve(ServiceSettings settings) throws IOException, InterruptedException;
  }

  /** The exit status. */
  static int run(Map<String, String> environment, PrintStream errors, Service service)
      throws IOException, InterruptedException {
    switch (ServiceSettings.read(environment)) {
      case ServiceSettings.Unusable(var problems) -> {
        problems.forEach(problem -> errors.println("chaincode: " + problem));
        return BAD_SETTINGS;
      }
      case ServiceSettings.Usable(ServiceSettings settings) -> {
        service.serve(settings);
        return 0;
      }
    }
  }

  private static void serve(ServiceSettings settings) throws IOException, InterruptedException {
    var service = new ChaincodeService(settings.packageId());
    ChaincodeServer server = new NettyChaincodeServer(service, settings.serverProperties());
    Runtime.getRuntime().addShutdownHook(new Thread(server::stop, "stop"));
    server.start();
  }
}
