/**
 * A hospital's table: read by a schema, selected by fold and consent, made into numbers; patient
 * rows stay in here.
 */
@NullMarked
package org.koinon.peer.dataset;

import org.jspecify.annotations.NullMarked;
