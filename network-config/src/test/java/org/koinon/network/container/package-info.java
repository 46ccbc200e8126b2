/** Tests of the files for container engines, against the engines' own schemas. */
@NullMarked
package org.koinon.network.container;

import org.jspecify.annotations.NullMarked;
