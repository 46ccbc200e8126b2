/** Writes export bundles. */
@NullMarked
package org.koinon.audit.export;

import org.jspecify.annotations.NullMarked;
