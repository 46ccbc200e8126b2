package org.koinon.system.containers;

import com.github.dockerjava.api.DockerClient;
import org.testcontainers.DockerClientFactory;

/** The Docker engine that the tests run on; without one they fail and say so. */
final class Engine {
  private Engine() {}

  /** The engine's client. */
  static DockerClient require() {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      throw new IllegalStateException(
          "there is no Docker engine, which this profile needs: start dockerd, or set DOCKER_HOST");
    }
    return DockerClientFactory.instance().client();
  }
}
