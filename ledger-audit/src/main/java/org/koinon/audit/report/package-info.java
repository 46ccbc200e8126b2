/** Reports in words for people and in JSON for programs. */
@NullMarked
package org.koinon.audit.report;

import org.jspecify.annotations.NullMarked;
