/** Tests of keys and signatures. */
@NullMarked
package org.koinon.federation.attestation;

import org.jspecify.annotations.NullMarked;
