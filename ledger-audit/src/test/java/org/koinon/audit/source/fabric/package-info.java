/** Blocks of channels with real keys and signatures, honest and not. */
@NullMarked
package org.koinon.audit.source.fabric;

import org.jspecify.annotations.NullMarked;
