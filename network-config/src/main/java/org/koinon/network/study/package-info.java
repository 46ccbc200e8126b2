/** The study file that a person writes, and the terms on the ledger that come of it. */
@NullMarked
package org.koinon.network.study;

import org.jspecify.annotations.NullMarked;
