/** A consortium in one process, in virtual time. */
@NullMarked
package org.koinon.cli.simulate;

import org.jspecify.annotations.NullMarked;
