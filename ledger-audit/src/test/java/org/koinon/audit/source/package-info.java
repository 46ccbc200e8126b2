/** Tests. */
@NullMarked
package org.koinon.audit.source;

import org.jspecify.annotations.NullMarked;
