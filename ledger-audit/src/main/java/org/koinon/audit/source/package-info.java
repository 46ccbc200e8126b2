/** Where entries, checkpoints and archives are read from; every limit is checked before memory. */
@NullMarked
package org.koinon.audit.source;

import org.jspecify.annotations.NullMarked;
