package org.koinon.network.container;

import org.koinon.network.fabric.FabricContainer;

/**
 * What containers are made from; each with its version, so that a network is the same tomorrow.
 *
 * @param orderer with the program {@code orderer}
 * @param peer with the program {@code peer}
 * @param java with a Java runtime of version 25
 * @param chaincode made from the one before, with the chaincode's jar in it
 */
public record ContainerImages(String orderer, String peer, String java, String chaincode) {
  /** As published by Hyperledger Fabric and Eclipse Temurin. */
  public static final ContainerImages PUBLISHED =
      new ContainerImages(
          "hyperledger/fabric-orderer:3.1.5",
          "hyperledger/fabric-peer:3.1.5",
          "eclipse-temurin:25-jre",
          "koinon/chaincode:1");

  /** The image of a node; of a chaincode, the one that its jar is put into. */
  String of(FabricContainer.Kind kind) {
    return switch (kind) {
      case ORDERER -> orderer;
      case PEER -> peer;
      case CHAINCODE -> java;
    };
  }
}
