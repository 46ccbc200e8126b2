package org.koinon.chaincode;

import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.hyperledger.fabric.metrics.Metrics;
import org.hyperledger.fabric.shim.ChaincodeBase;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.hyperledger.fabric.shim.NettyChaincodeServer;
import org.hyperledger.fabric.shim.ResponseUtils;
import org.hyperledger.fabric.traces.Traces;
import org.koinon.federation.encoding.Digest;

/**
 * Chaincode that puts what it is given under its digest and judges nothing: what the shim and the
 * network cost alone. Reads as many absent keys before as the environment's BARE_READS says. Served
 * as the ledger's chaincode is.
 */
final class BarePut extends ChaincodeBase {
  private static final Logger SHIM = Logger.getLogger(ChaincodeBase.class.getPackageName());

  private final int reads = Integer.parseInt(System.getenv().getOrDefault("BARE_READS", "0"));

  private BarePut(String packageId) {
    initializeLogging();
    SHIM.setLevel(Level.WARNING);
    processEnvironmentOptions();
    processCommandLineOptions(new String[] {"-i", packageId});
    validateOptions();
    Metrics.initialize(getChaincodeConfig());
    Traces.initialize(getChaincodeConfig());
  }

  /** Serves until the process is stopped. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    switch (ServiceSettings.read(System.getenv())) {
      case ServiceSettings.Unusable(var problems) ->
          throw new IllegalStateException(problems.toString());
      case ServiceSettings.Usable(ServiceSettings settings) ->
          new NettyChaincodeServer(new BarePut(settings.packageId()), settings.serverProperties())
              .start();
    }
  }

  @Override
  public Response init(ChaincodeStub stub) {
    return ResponseUtils.newSuccessResponse();
  }

  @Override
  public Response invoke(ChaincodeStub stub) {
    byte[] value = stub.getArgs().getLast();
    String key = Digest.sha256(value).hex();
    for (int i = 0; i < reads; i++) {
      byte[] found = stub.getState(key + i);
      if (found != null && found.length > 0) {
        return ResponseUtils.newErrorResponse("nobody wrote " + key + i);
      }
    }
    stub.putState(key, value);
    return ResponseUtils.newSuccessResponse();
  }
}
