/** The configuration of one member's node. */
@NullMarked
package org.koinon.network.node;

import org.jspecify.annotations.NullMarked;
