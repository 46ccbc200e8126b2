/** The system in containers of a Docker engine, on networks that can be cut. */
@NullMarked
package org.koinon.system.containers;

import org.jspecify.annotations.NullMarked;
