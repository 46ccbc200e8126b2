/** Configuration files: YAML into records, strictly, with errors that say how to mend them. */
@NullMarked
package org.koinon.network.yaml;

import org.jspecify.annotations.NullMarked;
