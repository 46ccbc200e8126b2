package org.koinon.chaincode;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.hyperledger.fabric.metrics.Metrics;
import org.hyperledger.fabric.shim.ChaincodeBase;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.hyperledger.fabric.shim.ResponseUtils;
import org.hyperledger.fabric.traces.Traces;
import org.koinon.federation.ledger.Refusal;

/**
 * The contract as Fabric's shim calls it: hands {@code append} and {@code get} to {@link
 * FederationContract} itself.
 *
 * <p>Fabric's own router would find the contract by reading every class of the program, which is
 * most of what such a program does until it answers.
 */
final class ChaincodeService extends ChaincodeBase {
  private static final String SHIM_LEVEL = "CORE_CHAINCODE_LOGGING_SHIM";
  private static final Logger SHIM = Logger.getLogger(ChaincodeBase.class.getPackageName());
  private static final int WORDS = 2;

  private final FederationContract contract = new FederationContract();

  /** Prepares what the shim wants prepared before a server starts. */
  ChaincodeService(String packageId) {
    initializeLogging();
    if (System.getenv(SHIM_LEVEL) == null) {
      SHIM.setLevel(Level.WARNING);
    }
    processEnvironmentOptions();
    processCommandLineOptions(new String[] {"-i", packageId});
    validateOptions();
    Properties settings = getChaincodeConfig();
    Metrics.initialize(settings);
    Traces.initialize(settings);
  }

  /** Nothing is to be prepared on the channel: the first entry is an entry like any other. */
  @Override
  public Response init(ChaincodeStub stub) {
    return ResponseUtils.newSuccessResponse();
  }

  /**
   * {@inheritDoc} A refusal comes back with its message and its code; of any other failure the shim
   * keeps the details in its log.
   */
  @Override
  public Response invoke(ChaincodeStub stub) {
    try {
      String answer = answer(stub);
      return ResponseUtils.newSuccessResponse(answer.getBytes(StandardCharsets.UTF_8));
    } catch (RuntimeException failure) {
      return ResponseUtils.newErrorResponse(failure);
    }
  }

  private String answer(ChaincodeStub stub) {
    List<byte[]> words = stub.getArgs();
    if (words.size() != WORDS) {
      throw FederationContract.refused(
          Refusal.MALFORMED, "a function and one argument are expected, not " + words.size());
    }
    byte[] argument = words.getLast();
    return switch (stub.getFunction()) {
      case "append" -> contract.append(stub, argument);
      case "get" -> contract.get(stub, new String(argument, StandardCharsets.UTF_8));
      default ->
          throw FederationContract.refused(
              Refusal.MALFORMED, "the functions are append and get, and no other");
    };
  }
}
