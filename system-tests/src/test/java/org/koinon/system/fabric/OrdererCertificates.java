package org.koinon.system.fabric;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.TreeMap;
import org.hyperledger.fabric.client.identity.Identities;

/** The certificates that a real network's orderers sign blocks with, in its folder. */
final class OrdererCertificates {
  private static final String PREFIX = "orderer-";

  private OrdererCertificates() {}

  /** By the orderers' numbers. */
  static Map<Integer, X509Certificate> of(Path network) throws IOException {
    Map<Integer, X509Certificate> certificates = new TreeMap<>();
    try (var folders = Files.newDirectoryStream(network.resolve("organisations"))) {
      for (Path organisation : folders) {
        try (var orderers = Files.newDirectoryStream(organisation, PREFIX + "*")) {
          for (Path each : orderers) {
            String number = each.getFileName().toString().substring(PREFIX.length());
            certificates.put(Integer.valueOf(number), read(each));
          }
        }
      }
    }
    return certificates;
  }

  private static X509Certificate read(Path identity) throws IOException {
    try (Reader pem = Files.newBufferedReader(identity.resolve("msp/signcerts/cert.pem"))) {
      return Identities.readX509Certificate(pem);
    } catch (CertificateException e) {
      throw new IOException("the certificate of " + identity, e);
    }
  }
}
