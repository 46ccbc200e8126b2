package org.koinon.chaincode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.hyperledger.fabric.metrics.Metrics;
import org.hyperledger.fabric.shim.ChaincodeBase;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.hyperledger.fabric.shim.NettyChaincodeServer;
import org.hyperledger.fabric.shim.ResponseUtils;
import org.hyperledger.fabric.traces.Traces;
import org.koinon.federation.ledger.EntryKey;
import org.koinon.federation.ledger.SignedEntry;

/**
 * Chaincode as a member may build it by itself: the ledger's, or one altered to judge nothing and
 * write what it is given under the entry's own key.
 */
final class OwnBuild {
  private OwnBuild() {}

  /** The ledger's rules under another main. */
  static final class Agreeing {
    private Agreeing() {}

    /** Serves until the process is stopped. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
      ServiceSettings settings = settings();
      serve(new ChaincodeService(settings.packageId()), settings);
    }
  }

  /** No rules at all. */
  static final class Altered {
    private Altered() {}

    /** Serves until the process is stopped. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
      ServiceSettings settings = settings();
      serve(new Obedient(settings.packageId()), settings);
    }
  }

  private static ServiceSettings settings() {
    return switch (ServiceSettings.read(System.getenv())) {
      case ServiceSettings.Unusable(var problems) ->
          throw new IllegalStateException(problems.toString());
      case ServiceSettings.Usable(ServiceSettings settings) -> settings;
    };
  }

  private static void serve(ChaincodeBase chaincode, ServiceSettings settings)
      throws IOException, InterruptedException {
    new NettyChaincodeServer(chaincode, settings.serverProperties()).start();
  }

  private static final class Obedient extends ChaincodeBase {
    private Obedient(String packageId) {
      initializeLogging();
      processEnvironmentOptions();
      processCommandLineOptions(new String[] {"-i", packageId});
      validateOptions();
      Metrics.initialize(getChaincodeConfig());
      Traces.initialize(getChaincodeConfig());
    }

    @Override
    public Response init(ChaincodeStub stub) {
      return ResponseUtils.newSuccessResponse();
    }

    @Override
    public Response invoke(ChaincodeStub stub) {
      byte[] bytes = stub.getArgs().getLast();
      EntryKey key = SignedEntry.decode(bytes).entryKey();
      new StubState(stub).put(key, bytes);
      stub.setEvent(
          FederationContract.ADMITTED_EVENT, key.value().getBytes(StandardCharsets.UTF_8));
      return ResponseUtils.newSuccessResponse("ADMITTED".getBytes(StandardCharsets.UTF_8));
    }
  }
}
