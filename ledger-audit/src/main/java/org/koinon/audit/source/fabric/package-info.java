/**
 * The blocks of a Fabric channel, judged offline as its peers judged them, from its first block on.
 */
@NullMarked
package org.koinon.audit.source.fabric;

import org.jspecify.annotations.NullMarked;
