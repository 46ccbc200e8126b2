/** Tests of seeds and of the house rules. */
@NullMarked
package org.koinon.testkit;

import org.jspecify.annotations.NullMarked;
