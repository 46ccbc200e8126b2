/** What a model is and which rounds it came from. */
@NullMarked
package org.koinon.federation.lineage;

import org.jspecify.annotations.NullMarked;
