/** Tests. */
@NullMarked
package org.koinon.audit.verify;

import org.jspecify.annotations.NullMarked;
