/** Test scope only: seeded tests and the house rules. Depends on none of our modules. */
@NullMarked
package org.koinon.testkit;

import org.jspecify.annotations.NullMarked;
