/** The auditor's own program, which runs without any other module's. */
@NullMarked
package org.koinon.audit.cli;

import org.jspecify.annotations.NullMarked;
