/** Tests. */
@NullMarked
package org.koinon.audit.lineage;

import org.jspecify.annotations.NullMarked;
