/**
 * Consent as a hospital keeps it: the list that is imported and the keyed tree that stays there.
 */
@NullMarked
package org.koinon.network.consent;

import org.jspecify.annotations.NullMarked;
