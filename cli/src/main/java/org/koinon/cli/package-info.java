/** The koinon command: one class per subcommand. */
@NullMarked
package org.koinon.cli;

import org.jspecify.annotations.NullMarked;
