/** Classes that touch files, sockets and threads. */
@NullMarked
package org.koinon.testkit.bad.impure;

import org.jspecify.annotations.NullMarked;
