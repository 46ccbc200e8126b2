/** The offline audit: what an outsider can ask of a ledger file or an export bundle. */
@NullMarked
package org.koinon.audit;

import org.jspecify.annotations.NullMarked;
