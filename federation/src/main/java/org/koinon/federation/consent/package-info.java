/** The permission of patients, as commitments and coarse counts only. */
@NullMarked
package org.koinon.federation.consent;

import org.jspecify.annotations.NullMarked;
