/** Tests. */
@NullMarked
package org.koinon.audit;

import org.jspecify.annotations.NullMarked;
