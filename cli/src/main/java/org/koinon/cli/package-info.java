/** The command {@code koinon}: one class per command, results to stdout, all else to stderr. */
@NullMarked
package org.koinon.cli;

import org.jspecify.annotations.NullMarked;
