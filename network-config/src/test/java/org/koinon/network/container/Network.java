package org.koinon.network.container;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import org.koinon.network.fabric.FabricNetwork;
import org.koinon.network.fabric.FabricNetworkDefinition;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Networks that tests write files of, and what they read from these. */
final class Network {
  static final String THREE =
      "organisations: [{id: athens}, {id: basel}, {id: cork, role: auditor}]\n";

  private Network() {}

  /** A network of two hospitals, an auditor and four orderers. */
  static FabricNetwork create(Path folder, String more) {
    return FabricNetwork.create(
        folder.resolve("fabric"),
        FabricNetworkDefinition.parse(
            "channel: heart\nbase-port: 17050\n" + more + THREE, "fabric.yaml"),
        folder,
        new SecureRandom(),
        InstantSource.system());
  }

  static JsonNode tree(String yaml) {
    return new YAMLMapper().readTree(yaml);
  }

  /** What a schema has against a document. */
  static List<String> errors(String schema, JsonNode document) {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(SchemaLocation.of("urn:koinon:schema"), schema, InputFormat.JSON)
        .validate(document)
        .stream()
        .map(Error::toString)
        .toList();
  }
}
