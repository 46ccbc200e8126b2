/** Training on PyTorch through DJL; the only package that imports {@code ai.djl}. */
@NullMarked
package org.koinon.peer.training.djl;

import org.jspecify.annotations.NullMarked;
