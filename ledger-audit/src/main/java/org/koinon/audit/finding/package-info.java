/** What an audit found wrong, in values. */
@NullMarked
package org.koinon.audit.finding;

import org.jspecify.annotations.NullMarked;
