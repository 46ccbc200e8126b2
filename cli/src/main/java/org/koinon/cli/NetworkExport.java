package org.koinon.cli;

import java.nio.file.Path;
import java.util.List;
import org.koinon.network.container.ComposeFile;
import org.koinon.network.container.ContainerImages;
import org.koinon.network.container.HelmChart;
import org.koinon.network.fabric.FabricContainer;
import org.koinon.network.fabric.FabricNetwork;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes the files by which a container engine runs a consortium's Fabric network. */
@Command(
    name = "export",
    description = "Write the Fabric network as a file for Docker Compose or a chart for Helm.",
    footer = {
      "",
      "Keys and configuration are made from DIR/fabric.yaml as by network up. Nothing is started.",
      "",
      "Examples:",
      "  koinon network export --fabric heart/ --compose",
      "  koinon network export --fabric heart/ --helm"
    })
final class NetworkExport extends Action {
  @Mixin private FabricOption fabric = new FabricOption();
  @Mixin private ChaincodeOption chaincode = new ChaincodeOption();

  @ArgGroup(exclusive = false, multiplicity = "1")
  private Forms forms = new Forms();

  /** What is written. */
  static final class Forms {
    @Option(names = "--compose", description = "Write DIR/fabric/containers/compose.yaml.")
    private boolean compose;

    @Option(names = "--helm", description = "Write DIR/fabric/containers/helm/.")
    private boolean helm;
  }

  @Override
  public Integer call() {
    Path jar = chaincode.jar();
    FabricNetwork network = fabric.openOrCreate();
    List<FabricContainer> containers = network.containers();
    Path folder = network.containerFolder();
    ContainerImages images = ContainerImages.PUBLISHED;
    if (forms.compose) {
      var channel = network.definition().channel();
      Path file = ComposeFile.write(folder, channel, containers, images, jar);
      say(containers.size() + " containers; start them, and make them one network:");
      say("  docker compose --file " + file + " up --detach --wait");
      say("  koinon network join --fabric " + fabric.folder());
    }
    if (forms.helm) {
      Path helm = HelmChart.write(folder.resolve("helm"), containers, images, jar);
      say(containers.size() + " nodes for Kubernetes; secrets.yaml is secret. Install them:");
      say(
          "  helm install ledger %s --values %s --values %s"
              .formatted(
                  helm.resolve(HelmChart.CHART),
                  helm.resolve(HelmChart.VALUES),
                  helm.resolve(HelmChart.SECRETS)));
      say("The chaincode's image is made from " + folder.resolve("chaincode") + ".");
    }
    return Faults.YES;
  }
}
