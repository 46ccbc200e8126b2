/** Who takes part and what they agreed on: members, studies and their policy. */
@NullMarked
package org.koinon.federation.study;

import org.jspecify.annotations.NullMarked;
