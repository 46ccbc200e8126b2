/** The founding of a consortium on disk, and the files by which members join and change keys. */
@NullMarked
package org.koinon.network.consortium;

import org.jspecify.annotations.NullMarked;
