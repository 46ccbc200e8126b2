/** Local training, plain-Java models and their metrics; PyTorch is behind {@code djl}. */
@NullMarked
package org.koinon.peer.training;

import org.jspecify.annotations.NullMarked;
