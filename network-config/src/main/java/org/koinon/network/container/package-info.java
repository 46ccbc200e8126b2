/** A Fabric network's files for container engines: Docker Compose and Kubernetes. */
@NullMarked
package org.koinon.network.container;

import org.jspecify.annotations.NullMarked;
